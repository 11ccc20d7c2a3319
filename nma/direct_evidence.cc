#include "nma/direct_evidence.h"

#include <cmath>
#include <cstddef>
#include <map>
#include <utility>

#include "Eigen/Core"
#include "absl/status/status.h"
#include "base/status_macros.h"
#include "nma/network.h"
#include "nma/normal.h"
#include "nma/study_block.h"

namespace tidemark::nma {
namespace {

absl::Status NotFinite() {
  return absl::InvalidArgumentError(
      "direct or indirect evidence has effects or standard errors so large or "
      "so far apart that it is not finite; check the largest and the smallest "
      "numbers");
}

class InverseVarianceMean {
 public:
  void Add(double effect, double variance) {
    weight_ += 1 / variance;
    weighted_ += effect / variance;
  }
  PairEstimate Estimate() const {
    return {weighted_ / weight_, std::sqrt(1 / weight_)};
  }

 private:
  double weight_ = 0;
  double weighted_ = 0;
};

struct Contrast {
  double effect;
  double variance;
};

// Arm i minus arm j of a study, i < j; arm 0 is the base.
Contrast ContrastOf(const StudyBlock& study, Eigen::Index i, Eigen::Index j) {
  const Eigen::VectorXd& y = study.effects;
  const Eigen::MatrixXd& v = study.covariance;
  if (i == 0) return {-y[j - 1], v(j - 1, j - 1)};
  // In this order nothing is rounded where a large base variance cancels.
  const double variance =
      (v(i - 1, i - 1) - v(i - 1, j - 1)) + (v(j - 1, j - 1) - v(i - 1, j - 1));
  return {y[i - 1] - y[j - 1], variance};
}

struct PairPool {
  int studies = 0;
  InverseVarianceMean common;
  InverseVarianceMean random;
};

// Keyed by the two treatments.
using PairPools = std::map<std::pair<int, int>, PairPool>;

void AddStudy(const StudyBlock& study, const Component& component, double tau2,
              PairPools* pools) {
  for (size_t j = 1; j < study.nodes.size(); ++j) {
    for (size_t i = 0; i < j; ++i) {
      PairPool& pool = (*pools)[{component.treatments[study.nodes[i]],
                                 component.treatments[study.nodes[j]]}];
      const Contrast contrast = ContrastOf(study, static_cast<Eigen::Index>(i),
                                           static_cast<Eigen::Index>(j));
      ++pool.studies;
      pool.common.Add(contrast.effect, contrast.variance);
      pool.random.Add(contrast.effect, contrast.variance + tau2);
    }
  }
}

bool IsSound(const PairEstimate& estimate) {
  return std::isfinite(estimate.effect) && std::isfinite(estimate.se) &&
         estimate.se > 0;
}

}  // namespace

PairEstimate NetworkEstimate(const ModelFit& model, int first, int second) {
  return {model.effects[first] - model.effects[second],
          std::sqrt(model.pair_variances(first, second))};
}

absl::StatusOr<std::vector<DirectEvidence>> PoolDirectEvidence(
    absl::Span<const StudyEffects> studies, const NetworkFit& fit) {
  PairPools pools;
  const Network network = BuildNetwork(studies);
  for (size_t c = 0; c < network.components.size(); ++c) {
    for (const StudyBlock& study : network.components[c].network.blocks) {
      AddStudy(study, network.components[c], fit.heterogeneity[c].tau2, &pools);
    }
  }
  std::vector<DirectEvidence> evidence;
  for (const auto& [pair, pool] : pools) {
    evidence.push_back({pair.first, pair.second, pool.studies,
                        pool.common.Estimate(), pool.random.Estimate()});
    if (!IsSound(evidence.back().common) || !IsSound(evidence.back().random)) {
      return NotFinite();
    }
  }
  return evidence;
}

absl::StatusOr<IndirectEvidence> CompareWithDirect(const PairEstimate& indirect,
                                                   const PairEstimate& direct) {
  IndirectEvidence evidence{indirect, {}};
  EvidenceDifference& difference = evidence.difference;
  difference.effect = direct.effect - indirect.effect;
  difference.se = std::hypot(direct.se, indirect.se);
  difference.z = difference.effect / difference.se;
  difference.p = 2 * NormalTail(std::abs(difference.z));
  if (!IsSound(indirect) || !std::isfinite(difference.se) ||
      !std::isfinite(difference.z)) {
    return NotFinite();
  }
  return evidence;
}

}  // namespace tidemark::nma
