#include "nma/meta_regression.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "nma/treatment_index.h"

namespace tidemark::nma {
namespace {

// Of the largest value.
constexpr double kRounding = 1e-12;
// Standard errors between this and its inverse have variances with all digits.
constexpr double kSmallestError = 1e-150;

std::vector<const CovariateStudy*> ById(
    absl::Span<const CovariateStudy> studies) {
  std::vector<const CovariateStudy*> sorted;
  for (const CovariateStudy& study : studies) sorted.push_back(&study);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const CovariateStudy* a, const CovariateStudy* b) {
                     return a->effects.study < b->effects.study;
                   });
  return sorted;
}

std::vector<std::string> TreatmentsOf(
    const std::vector<const CovariateStudy*>& studies) {
  std::set<std::string> treatments;
  for (const CovariateStudy* study : studies) {
    treatments.insert(study->effects.treatments.begin(),
                      study->effects.treatments.end());
  }
  return {treatments.begin(), treatments.end()};
}

// The parameters: a theta for each of the treatments, then the slopes.
class Parameters {
 public:
  Parameters(int treatments, int reference, SlopeKind slopes)
      : treatments_(treatments), reference_(reference), slopes_(slopes) {}

  int thetas() const { return treatments_; }
  int count() const {
    return treatments_ + (slopes_ == SlopeKind::kCommon ? 1 : treatments_);
  }

  // The treatment this far from the centre.
  Eigen::VectorXd Of(int treatment, double deviation) const {
    return Eigen::VectorXd::Unit(count(), treatment) +
           deviation * SlopeOf(treatment);
  }

  Eigen::VectorXd SlopeOf(int treatment) const {
    if (treatment == reference_) return Eigen::VectorXd::Zero(count());
    const bool common = slopes_ == SlopeKind::kCommon;
    return Eigen::VectorXd::Unit(count(),
                                 treatments_ + (common ? 0 : treatment));
  }

 private:
  const int treatments_;
  const int reference_;
  const SlopeKind slopes_;
};

Parameters ParametersOf(const MetaRegressionFit& fit) {
  return {static_cast<int>(fit.treatments.size()), fit.reference, fit.slopes};
}

struct Values {
  double centre = 0;
  std::vector<double> deviations;
};

Values Centred(const std::vector<const CovariateStudy*>& studies) {
  Values values;
  double largest = 0;
  for (const CovariateStudy* study : studies) {
    values.centre += study->value / static_cast<double>(studies.size());
    largest = std::max(largest, std::abs(study->value));
  }
  for (const CovariateStudy* study : studies) {
    const double deviation = study->value - values.centre;
    const bool is_rounding = std::abs(deviation) <= kRounding * largest;
    values.deviations.push_back(is_rounding ? 0 : deviation);
  }
  const auto is_centre = [](double deviation) { return deviation == 0; };
  if (std::all_of(values.deviations.begin(), values.deviations.end(),
                  is_centre)) {
    values.centre = studies[0]->value;
  }
  return values;
}

// With the slopes, or the thetas alone.
std::vector<DesignedStudy> Designed(
    const std::vector<const CovariateStudy*>& studies,
    const std::vector<std::string>& treatments,
    const std::vector<double>& deviations, const Parameters& parameters,
    bool with_slopes) {
  const int count = with_slopes ? parameters.count() : parameters.thetas();
  std::vector<DesignedStudy> designed;
  for (size_t s = 0; s < studies.size(); ++s) {
    const StudyEffects& effects = studies[s]->effects;
    Eigen::MatrixXd arms(effects.treatments.size(), count);
    for (size_t a = 0; a < effects.treatments.size(); ++a) {
      const int t = TreatmentIndex(treatments, effects.treatments[a]);
      arms.row(static_cast<Eigen::Index>(a)) =
          parameters.Of(t, deviations[s]).head(count).transpose();
    }
    designed.push_back({&effects, std::move(arms)});
  }
  return designed;
}

absl::StatusOr<QTest> TestSlopes(const LinearModel& model,
                                 const LinearModel& without, double tau2) {
  ASSIGN_OR_RETURN(const Tau2Fit with_slopes, model.FitAt(tau2));
  ASSIGN_OR_RETURN(const Tau2Fit without_slopes, without.FitAt(tau2));
  // Rounding may make it negative.
  return TestOfQ(std::max(0.0, without_slopes.q - with_slopes.q),
                 model.rank() - without.rank());
}

// That the slopes versus the reference are numbers in the covariate's unit.
absl::Status CheckSlopes(const MetaRegressionFit& fit) {
  for (size_t t = 0; t < fit.treatments.size(); ++t) {
    const std::optional<Eigen::VectorXd> slope =
        fit.model.InBasis(fit.SlopeOf(static_cast<int>(t), fit.reference));
    if (!slope.has_value() || slope->isZero(0)) continue;
    for (const BasisEstimates* at : {&fit.fit.common, &fit.fit.random}) {
      const double se = (at->factor.transpose() * *slope).stableNorm();
      if (se > kSmallestError && se < 1 / kSmallestError &&
          std::isfinite(slope->dot(at->beta))) {
        continue;
      }
      return absl::InvalidArgumentError(absl::StrCat(
          "the slope of ", fit.treatments[t],
          " has a standard error that double cannot hold; give the covariate "
          "in a unit in which its values are nearer to 1"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

Eigen::VectorXd MetaRegressionFit::DifferenceAt(int first, int second,
                                                double x) const {
  const Parameters parameters = ParametersOf(*this);
  return parameters.Of(first, x - centre) - parameters.Of(second, x - centre);
}

Eigen::VectorXd MetaRegressionFit::SlopeOf(int first, int second) const {
  const Parameters parameters = ParametersOf(*this);
  return parameters.SlopeOf(first) - parameters.SlopeOf(second);
}

absl::StatusOr<MetaRegressionFit> FitMetaRegression(
    absl::Span<const CovariateStudy> studies, SlopeKind slopes,
    const std::string& reference, const FitOptions& options) {
  const std::vector<const CovariateStudy*> sorted = ById(studies);
  std::vector<std::string> treatments = TreatmentsOf(sorted);
  const Values values = Centred(sorted);
  const Parameters parameters(static_cast<int>(treatments.size()),
                              TreatmentIndex(treatments, reference), slopes);
  LinearModel model(Designed(sorted, treatments, values.deviations, parameters,
                             /*with_slopes=*/true));
  ASSIGN_OR_RETURN(LinearFit fit, FitLinearModel(model, options));
  const LinearModel without(Designed(sorted, treatments, values.deviations,
                                     parameters, /*with_slopes=*/false));
  ASSIGN_OR_RETURN(LinearFit fit_without, FitLinearModel(without, options));
  ASSIGN_OR_RETURN(const QTest slopes_common,
                   TestSlopes(model, without, /*tau2=*/0));
  ASSIGN_OR_RETURN(const QTest slopes_random,
                   TestSlopes(model, without, fit.heterogeneity.tau2));
  const int reference_index = TreatmentIndex(treatments, reference);
  MetaRegressionFit result{std::move(treatments),
                           reference_index,
                           slopes,
                           values.centre,
                           std::move(model),
                           std::move(fit),
                           std::move(fit_without.heterogeneity),
                           slopes_common,
                           slopes_random};
  RETURN_IF_ERROR(CheckSlopes(result));
  return result;
}

}  // namespace tidemark::nma
