#include "nma/study_influence.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>

#include "Eigen/Cholesky"
#include "nma/chi_square.h"
#include "nma/study_block.h"
#include "nma/treatment_index.h"

namespace tidemark::nma {
namespace {

// Cov of the differences of `treatments` to the first of them.
Eigen::MatrixXd CovarianceOf(const Eigen::MatrixXd& pair_variances,
                             const std::vector<int>& treatments) {
  const auto m = static_cast<Eigen::Index>(treatments.size()) - 1;
  Eigen::MatrixXd covariance(m, m);
  const int base = treatments[0];
  for (Eigen::Index i = 0; i < m; ++i) {
    for (Eigen::Index j = 0; j < m; ++j) {
      const int a = treatments[i + 1];
      const int b = treatments[j + 1];
      covariance(i, j) = (pair_variances(a, base) + pair_variances(b, base) -
                          pair_variances(a, b)) /
                         2;
    }
  }
  return covariance;
}

// None if rounding has left nothing of it.
std::optional<double> LogDeterminant(const Eigen::MatrixXd& covariance) {
  const Eigen::LDLT<Eigen::MatrixXd> factor(covariance);
  const Eigen::ArrayXd pivots = factor.vectorD().array();
  if (!(pivots > 0).all()) return std::nullopt;
  return pivots.log().sum();
}

// tr(W B P B').
double Leverage(const StudyEffects& study, const ModelFit& model, double tau2,
                const std::vector<int>& treatments) {
  const StudyBlock block{{}, study.effects, study.covariance};
  const Eigen::MatrixXd weight = WeightAt(block, tau2).weight;
  return weight.cwiseProduct(CovarianceOf(model.pair_variances, treatments))
      .sum();
}

// The arms of a study that the others connect with one another.
struct ConnectedArms {
  double tau2 = 0;              // of the others there
  std::vector<int> arms;        // of the study, two or more
  std::vector<int> treatments;  // of the others' fit
};

std::vector<ConnectedArms> ArmsThatRestConnects(const StudyEffects& study,
                                                const NetworkFit& rest) {
  std::vector<ConnectedArms> parts(rest.reference.size());
  for (size_t arm = 0; arm < study.treatments.size(); ++arm) {
    const int treatment =
        TreatmentIndex(rest.treatments, study.treatments[arm]);
    if (treatment < 0) continue;
    ConnectedArms& part = parts[rest.component[treatment]];
    part.tau2 = rest.heterogeneity[rest.component[treatment]].tau2;
    part.arms.push_back(static_cast<int>(arm));
    part.treatments.push_back(treatment);
  }
  parts.erase(
      std::remove_if(parts.begin(), parts.end(),
                     [](const ConnectedArms& p) { return p.arms.size() < 2; }),
      parts.end());
  return parts;
}

// Heterogeneity is arm variances of tau^2 / 2, so that contrasts within
// different parts of the rest do not share any; nor do the estimates.
std::optional<DeletedResidual> ResidualOf(const StudyEffects& study,
                                          const NetworkFit& rest) {
  const std::vector<ConnectedArms> parts = ArmsThatRestConnects(study, rest);
  Eigen::Index rows = 0;
  for (const ConnectedArms& part : parts) {
    rows += static_cast<Eigen::Index>(part.arms.size()) - 1;
  }
  if (rows == 0) return std::nullopt;
  // Contrasts of the study's effects versus its base.
  Eigen::MatrixXd contrasts = Eigen::MatrixXd::Zero(rows, study.effects.size());
  Eigen::VectorXd predicted(rows);
  Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(rows, rows);
  Eigen::Index row = 0;
  for (const ConnectedArms& part : parts) {
    const auto m = static_cast<Eigen::Index>(part.arms.size()) - 1;
    covariance.block(row, row, m, m) =
        CovarianceOf(rest.random.pair_variances, part.treatments) +
        part.tau2 * HeterogeneityStructure(m);
    for (Eigen::Index i = 0; i < m; ++i) {
      contrasts(row + i, part.arms[i + 1] - 1) = 1;
      if (part.arms[0] > 0) contrasts(row + i, part.arms[0] - 1) = -1;
      predicted[row + i] = rest.random.effects[part.treatments[i + 1]] -
                           rest.random.effects[part.treatments[0]];
    }
    row += m;
  }
  covariance += contrasts * study.covariance * contrasts.transpose();
  const Eigen::VectorXd residual = contrasts * study.effects - predicted;
  DeletedResidual result;
  result.distance = residual.dot(covariance.llt().solve(residual));
  result.df = static_cast<int>(rows);
  result.p = ChiSquareTail(result.distance, result.df);
  if (rows == 1) result.z = residual[0] / std::sqrt(covariance(0, 0));
  return result;
}

}  // namespace

InfluenceOfStudies::InfluenceOfStudies(absl::Span<const StudyEffects> studies,
                                       const NetworkFit& fit)
    : studies_(studies),
      fit_(fit),
      network_(BuildNetwork(studies)),
      component_(studies.size()) {
  for (size_t c = 0; c < network_.components.size(); ++c) {
    const Component& component = network_.components[c];
    for (const int s : component.studies) component_[s] = static_cast<int>(c);
    const int n = component.network.nodes;
    Part part{Eigen::MatrixXd::Zero(n, n),
              LogDeterminant(CovarianceOf(fit.random.pair_variances,
                                          component.treatments))};
    for (const StudyBlock& block : component.network.blocks) {
      AddPairWeights(block, WeightAt(block, fit.heterogeneity[c].tau2).weight,
                     &part.weight);
    }
    parts_.push_back(std::move(part));
  }
}

StudyInfluence InfluenceOfStudies::LeverageOf(int study) const {
  const StudyEffects& effects = studies_[study];
  std::vector<int> treatments;
  for (const std::string& treatment : effects.treatments) {
    treatments.push_back(TreatmentIndex(fit_.treatments, treatment));
  }
  StudyInfluence influence;
  influence.leverage_common =
      Leverage(effects, fit_.common, /*tau2=*/0, treatments);
  influence.leverage_random =
      Leverage(effects, fit_.random, fit_.heterogeneity[component_[study]].tau2,
               treatments);
  return influence;
}

StudyInfluence InfluenceOfStudies::Of(int study,
                                      const WithoutStudy& without) const {
  StudyInfluence influence = LeverageOf(study);
  const NetworkFit& rest = without.fit;
  influence.residual = ResidualOf(studies_[study], rest);

  const std::vector<int>& treatments =
      network_.components[component_[study]].treatments;
  std::vector<int> in_rest;
  for (const int t : treatments) {
    in_rest.push_back(TreatmentIndex(rest.treatments, fit_.treatments[t]));
    if (in_rest.back() < 0 ||
        rest.component[in_rest.back()] != rest.component[in_rest[0]]) {
      return influence;
    }
  }
  const Part& part = parts_[component_[study]];
  double distance = 0;
  const auto moved = [&](size_t i) {
    return fit_.random.effects[treatments[i]] - rest.random.effects[in_rest[i]];
  };
  for (size_t i = 0; i < treatments.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      const double shift = moved(i) - moved(j);
      distance += part.weight(static_cast<Eigen::Index>(i),
                              static_cast<Eigen::Index>(j)) *
                  shift * shift;
    }
  }
  if (std::isfinite(distance)) {
    influence.cooks_distance = std::max(0.0, distance);
  }
  const std::optional<double> log_determinant =
      LogDeterminant(CovarianceOf(rest.random.pair_variances, in_rest));
  if (log_determinant.has_value() && part.log_determinant.has_value()) {
    influence.covariance_ratio =
        std::exp(*log_determinant - *part.log_determinant);
  }
  return influence;
}

}  // namespace tidemark::nma
