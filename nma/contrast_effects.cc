#include "nma/contrast_effects.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "Eigen/Cholesky"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "nma/treatment_index.h"

namespace tidemark::nma {
namespace {

// Published contrasts are rounded to two or three digits.
constexpr double kClosureTolerance = 0.01;
// Rounding of the arithmetic only, relative to the largest variance.
constexpr double kVarianceTolerance = 1e-10;

// All pairs of a study's k treatments as k x k matrices.
struct PairTable {
  std::vector<std::string> treatments;  // sorted by bytes
  Eigen::MatrixXd effect;               // antisymmetric: row minus column
  Eigen::MatrixXd variance;             // symmetric, 0 on the diagonal
};

std::vector<std::string> SortedTreatments(
    const std::vector<Contrast>& contrasts) {
  std::vector<std::string> treatments;
  for (const Contrast& contrast : contrasts) {
    treatments.push_back(contrast.first);
    treatments.push_back(contrast.second);
  }
  std::sort(treatments.begin(), treatments.end());
  treatments.erase(std::unique(treatments.begin(), treatments.end()),
                   treatments.end());
  return treatments;
}

PairTable ToTable(const std::vector<Contrast>& contrasts) {
  PairTable table;
  table.treatments = SortedTreatments(contrasts);
  const auto k = static_cast<Eigen::Index>(table.treatments.size());
  table.effect = Eigen::MatrixXd::Zero(k, k);
  table.variance = Eigen::MatrixXd::Zero(k, k);
  for (const Contrast& contrast : contrasts) {
    const Eigen::Index i = TreatmentIndex(table.treatments, contrast.first);
    const Eigen::Index j = TreatmentIndex(table.treatments, contrast.second);
    table.effect(i, j) = contrast.effect;
    table.effect(j, i) = -contrast.effect;
    table.variance(i, j) = table.variance(j, i) = contrast.se * contrast.se;
  }
  return table;
}

absl::Status StudyError(absl::string_view study, absl::string_view problem) {
  return absl::InvalidArgumentError(
      absl::StrCat("study \"", study, "\": ", problem));
}

// Least squares for v_ij = s_i + s_j over all pairs, which has a closed form.
absl::Status CheckArmVariances(absl::string_view study,
                               const PairTable& table) {
  const Eigen::Index k = table.variance.rows();
  if (k < 3) return absl::OkStatus();
  const double total = table.variance.sum() / 2;
  const double floor = -kVarianceTolerance * table.variance.maxCoeff();
  for (Eigen::Index i = 0; i < k; ++i) {
    const double arm =
        (table.variance.row(i).sum() - total / static_cast<double>(k - 1)) /
        static_cast<double>(k - 2);
    if (arm < floor) {
      return StudyError(
          study, absl::StrCat("the standard errors of its contrasts give arm "
                              "\"",
                              table.treatments[i], "\" the negative variance ",
                              arm, "; check them"));
    }
  }
  return absl::OkStatus();
}

Eigen::MatrixXd BaseCovariance(const Eigen::MatrixXd& variance) {
  const Eigen::Index m = variance.rows() - 1;
  Eigen::MatrixXd covariance(m, m);
  for (Eigen::Index i = 0; i < m; ++i) {
    for (Eigen::Index j = 0; j < m; ++j) {
      covariance(i, j) =
          (variance(i + 1, 0) + variance(j + 1, 0) - variance(i + 1, j + 1)) /
          2;
    }
  }
  return covariance;
}

// Weighted least squares: S B' W y, as S is the inverse of B' W B without the
// row and column of the base. The weight of a pair is minus the element of the
// Laplacian that S^-1 extends to.
Eigen::VectorXd Project(const PairTable& table,
                        const Eigen::MatrixXd& covariance,
                        const Eigen::MatrixXd& precision) {
  const Eigen::Index m = covariance.rows();
  Eigen::VectorXd flow = Eigen::VectorXd::Zero(m);
  for (Eigen::Index i = 0; i < m; ++i) {
    flow[i] += precision.row(i).sum() * table.effect(i + 1, 0);
    for (Eigen::Index j = 0; j < m; ++j) {
      if (i != j) flow[i] -= precision(i, j) * table.effect(i + 1, j + 1);
    }
  }
  return covariance * flow;
}

absl::Status CheckClosure(absl::string_view study, const PairTable& table,
                          const Eigen::VectorXd& effects) {
  const double scale = std::max(table.effect.cwiseAbs().maxCoeff(),
                                std::sqrt(table.variance.maxCoeff()));
  Eigen::VectorXd all(effects.size() + 1);
  all << 0, effects;
  for (Eigen::Index i = 0; i < all.size(); ++i) {
    for (Eigen::Index j = i + 1; j < all.size(); ++j) {
      const double consistent = all[i] - all[j];
      if (std::abs(table.effect(i, j) - consistent) <=
          kClosureTolerance * scale) {
        continue;
      }
      return StudyError(
          study,
          absl::StrCat("its contrasts contradict each other: \"",
                       table.treatments[i], "\" minus \"", table.treatments[j],
                       "\" is given as ", table.effect(i, j),
                       ", the others imply ", consistent));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<StudyEffects> EffectsFromContrasts(
    absl::string_view study, const std::vector<Contrast>& contrasts) {
  PairTable table = ToTable(contrasts);
  RETURN_IF_ERROR(CheckArmVariances(study, table));
  StudyEffects effects;
  effects.study = absl::StrCat(study);
  effects.covariance = BaseCovariance(table.variance);
  const Eigen::LLT<Eigen::MatrixXd> factor(effects.covariance);
  if (factor.info() != Eigen::Success) {
    return StudyError(study,
                      "the standard errors of its contrasts do not give a "
                      "positive definite covariance; check them");
  }
  const Eigen::Index m = effects.covariance.rows();
  const Eigen::MatrixXd precision =
      factor.solve(Eigen::MatrixXd::Identity(m, m));
  effects.effects = m == 1 ? Eigen::VectorXd::Constant(1, table.effect(1, 0))
                           : Project(table, effects.covariance, precision);
  RETURN_IF_ERROR(CheckClosure(study, table, effects.effects));
  effects.treatments = std::move(table.treatments);
  return effects;
}

}  // namespace tidemark::nma
