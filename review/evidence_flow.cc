#include "review/evidence_flow.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

#include "Eigen/Core"
#include "base/status_macros.h"

namespace tidemark::review {
namespace {

constexpr char kCircle[] =
    "negative weights of pairs of multi-arm studies send the evidence in a "
    "circle, which has no paths";

std::vector<int> SortedById(const std::vector<nma::StudyEffects>& studies) {
  std::vector<int> order(studies.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    return studies[a].study < studies[b].study;
  });
  return order;
}

}  // namespace

EvidenceFlow::EvidenceFlow(const FittedStudies& fitted,
                           const FactsByStudy& facts, nma::HatMatrix hat)
    : fitted_(&fitted),
      hat_(std::move(hat)),
      by_id_(SortedById(fitted.effects.studies)) {
  for (const nma::StudyEffects& study : fitted.effects.studies) {
    const StudyFacts& known = FactsOfStudy(facts, study.study);
    risk_of_bias_.push_back(known.risk_of_bias);
    indirectness_.push_back(known.indirectness);
  }
}

absl::StatusOr<EvidenceFlow> EvidenceFlow::Of(const FittedStudies& fitted,
                                              const FactsByStudy& facts,
                                              Model model) {
  std::vector<double> tau2;
  for (const nma::Heterogeneity& part : fitted.fit.heterogeneity) {
    tau2.push_back(model == Model::kCommon ? 0 : part.tau2);
  }
  ASSIGN_OR_RETURN(
      nma::HatMatrix hat,
      nma::HatMatrix::Of(fitted.effects.studies, fitted.fit, tau2));
  return EvidenceFlow(fitted, facts, std::move(hat));
}

v1::Contributions EvidenceFlow::Sources() const {
  const std::vector<nma::StudyEffects>& studies = fitted_->effects.studies;
  v1::Contributions sources;
  for (const nma::DirectComparison& comparison : hat_.comparisons()) {
    v1::DirectComparison* direct = sources.add_direct();
    direct->set_first(fitted_->fit.treatments[comparison.first]);
    direct->set_second(fitted_->fit.treatments[comparison.second]);
    direct->set_effect(comparison.effect);
    direct->set_weight(comparison.weight);
    for (const nma::StudyContrast& of_study : comparison.contrasts) {
      v1::DirectComparison::Contrast* contrast = direct->add_contrasts();
      contrast->set_study(studies[of_study.study].study);
      contrast->set_effect(of_study.effect);
      contrast->set_weight(of_study.weight);
    }
  }
  for (const int study : by_id_) sources.add_studies(studies[study].study);
  return sources;
}

v1::ComparisonContributions EvidenceFlow::Trace(
    const TreatmentPair& pair) const {
  v1::ComparisonContributions trace;
  trace.set_first(fitted_->fit.treatments[pair.first]);
  trace.set_second(fitted_->fit.treatments[pair.second]);
  const Eigen::VectorXd row = hat_.Row(pair.first, pair.second);
  trace.mutable_flows()->Add(row.data(), row.data() + row.size());
  const auto direct = hat_.Shares(row, pair.first, pair.second);
  if (!direct.has_value()) {
    trace.set_no_shares(kCircle);
    return trace;
  }
  trace.mutable_direct_shares()->Add(direct->begin(), direct->end());
  const std::vector<double> shares =
      nma::StudyShares(hat_.comparisons(), *direct,
                       static_cast<int>(fitted_->effects.studies.size()));
  for (const int study : by_id_) trace.add_study_shares(shares[study]);
  *trace.mutable_risk_of_bias() = ByLevel(shares, risk_of_bias_);
  *trace.mutable_indirectness() = ByLevel(shares, indirectness_);
  return trace;
}

int64_t EvidenceFlow::numbers_of_trace() const {
  return static_cast<int64_t>(2 * hat_.comparisons().size() + by_id_.size());
}

v1::SharesByLevel EvidenceFlow::ByLevel(const std::vector<double>& shares,
                                        const std::vector<int>& levels) const {
  double by_level[4] = {0, 0, 0, 0};
  for (const int study : by_id_) by_level[levels[study]] += shares[study];
  v1::SharesByLevel message;
  message.set_not_judged(by_level[0]);
  message.set_low(by_level[1]);
  message.set_some(by_level[2]);
  message.set_high(by_level[3]);
  return message;
}

}  // namespace tidemark::review
