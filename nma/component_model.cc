#include "nma/component_model.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "nma/chi_square.h"
#include "nma/network.h"
#include "nma/treatment_index.h"

namespace tidemark::nma {
namespace {

// Of numbers that are small whole ones but for rounding.
constexpr double kNothing = 1e-9;

absl::StatusOr<std::vector<ComponentSet>> TermsOf(
    const std::vector<std::string>& treatments, const ComponentDesign& design) {
  ComponentSet components;
  for (const std::string& treatment : treatments) {
    const auto found = design.of_treatment.find(treatment);
    if (found == design.of_treatment.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat("treatment \"", treatment,
                       "\" has no components, nor is it said to "
                       "be inactive"));
    }
    components.insert(found->second.begin(), found->second.end());
  }
  if (components.empty()) {
    return absl::FailedPreconditionError("no treatment has a component");
  }
  std::vector<ComponentSet> terms;
  for (const std::string& component : components) terms.push_back({component});
  terms.insert(terms.end(), design.interactions.begin(),
               design.interactions.end());
  return terms;
}

absl::StatusOr<Eigen::MatrixXd> Compose(
    const std::vector<std::string>& treatments,
    const std::vector<ComponentSet>& terms, const ComponentDesign& design) {
  Eigen::MatrixXd composition(treatments.size(), terms.size());
  for (size_t t = 0; t < treatments.size(); ++t) {
    const ComponentSet& has = design.of_treatment.at(treatments[t]);
    for (size_t j = 0; j < terms.size(); ++j) {
      composition(static_cast<Eigen::Index>(t), static_cast<Eigen::Index>(j)) =
          std::includes(has.begin(), has.end(), terms[j].begin(),
                        terms[j].end());
    }
  }
  for (size_t j = 0; j < terms.size(); ++j) {
    if (!composition.col(static_cast<Eigen::Index>(j)).isZero()) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("no treatment has the components ",
                     absl::StrJoin(terms[j], ", "), " together"));
  }
  return composition;
}

std::vector<DesignedStudy> Designed(absl::Span<const StudyEffects> studies,
                                    const std::vector<std::string>& treatments,
                                    const Eigen::MatrixXd& composition) {
  std::vector<DesignedStudy> designed;
  for (const StudyEffects* study : SortedById(studies)) {
    Eigen::MatrixXd arms(study->treatments.size(), composition.cols());
    for (size_t a = 0; a < study->treatments.size(); ++a) {
      arms.row(static_cast<Eigen::Index>(a)) =
          composition.row(TreatmentIndex(treatments, study->treatments[a]));
    }
    designed.push_back({study, std::move(arms)});
  }
  return designed;
}

// What the studies compare, each difference once. They span what is estimable.
Eigen::MatrixXd ComparedDifferences(const std::vector<DesignedStudy>& studies) {
  const auto lexical = [](const Eigen::RowVectorXd& a,
                          const Eigen::RowVectorXd& b) {
    return std::lexicographical_compare(a.data(), a.data() + a.size(), b.data(),
                                        b.data() + b.size());
  };
  std::set<Eigen::RowVectorXd, decltype(lexical)> rows(lexical);
  for (const DesignedStudy& study : studies) {
    for (Eigen::Index a = 1; a < study.treatments.rows(); ++a) {
      rows.insert(study.treatments.row(a) - study.treatments.row(0));
    }
  }
  Eigen::MatrixXd differences(rows.size(), studies[0].treatments.cols());
  Eigen::Index row = 0;
  for (const Eigen::RowVectorXd& difference : rows) {
    differences.row(row++) = difference;
  }
  return differences;
}

// Gauss-Jordan elimination of differences of compositions, which have no unit
// and are small whole numbers; the rows that are left.
std::vector<Eigen::VectorXd> ReducedRows(Eigen::MatrixXd matrix) {
  std::vector<Eigen::VectorXd> reduced;
  Eigen::Index rank = 0;
  for (Eigen::Index j = 0; j < matrix.cols() && rank < matrix.rows(); ++j) {
    Eigen::Index pivot = 0;
    if (matrix.col(j).tail(matrix.rows() - rank).cwiseAbs().maxCoeff(&pivot) <
        kNothing) {
      continue;
    }
    matrix.row(rank).swap(matrix.row(rank + pivot));
    matrix.row(rank) /= matrix(rank, j);
    for (Eigen::Index i = 0; i < matrix.rows(); ++i) {
      if (i != rank) matrix.row(i) -= matrix(i, j) * matrix.row(rank);
    }
    ++rank;
  }
  for (Eigen::Index i = 0; i < rank; ++i) {
    reduced.push_back(
        (matrix.row(i).array().abs() < kNothing).select(0, matrix.row(i)));
  }
  return reduced;
}

QDifference BeyondSums(const LinearModel& model, double q,
                       const NetworkFit& network) {
  double network_q = 0;
  int network_df = 0;
  for (const Heterogeneity& part : network.heterogeneity) {
    network_q += part.q;
    network_df += part.df;
  }
  QDifference difference;
  difference.df = model.degrees_of_freedom() - network_df;
  if (difference.df == 0) return difference;
  difference.q = std::max(0.0, q - network_q);
  difference.p = ChiSquareTail(difference.q, difference.df);
  return difference;
}

}  // namespace

Eigen::VectorXd ComponentModelFit::Term(int term) const {
  return Eigen::VectorXd::Unit(composition.cols(), term);
}

Eigen::VectorXd ComponentModelFit::Difference(int first, int second) const {
  return (composition.row(first) - composition.row(second)).transpose();
}

absl::StatusOr<ComponentModelFit> FitComponentModel(
    absl::Span<const StudyEffects> studies, const NetworkFit& network,
    const ComponentDesign& design, const FitOptions& options) {
  const std::vector<std::string>& treatments = network.treatments;
  ASSIGN_OR_RETURN(std::vector<ComponentSet> terms,
                   TermsOf(treatments, design));
  ASSIGN_OR_RETURN(Eigen::MatrixXd composition,
                   Compose(treatments, terms, design));
  const std::vector<DesignedStudy> designed =
      Designed(studies, treatments, composition);
  LinearModel model(designed);
  ASSIGN_OR_RETURN(LinearFit fit, FitLinearModel(model, options));
  const QDifference beyond = BeyondSums(model, fit.heterogeneity.q, network);
  std::vector<Eigen::VectorXd> combinations;
  for (Eigen::VectorXd& row : ReducedRows(ComparedDifferences(designed))) {
    if ((row.array() != 0).count() > 1) combinations.push_back(std::move(row));
  }
  return ComponentModelFit{treatments,
                           std::move(terms),
                           std::move(composition),
                           std::move(model),
                           std::move(fit),
                           beyond,
                           std::move(combinations)};
}

}  // namespace tidemark::nma
