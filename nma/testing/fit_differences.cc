#include "nma/testing/fit_differences.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>

#include "Eigen/Core"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "nma/heterogeneity.h"
#include "nma/interval.h"
#include "nma/relative_effect.h"
#include "nma/treatment_index.h"

namespace tidemark::nma {
namespace {

constexpr double kTolerance = 1e-9;

// Collects lines. Two numbers that are the same, infinities too, are equal.
class Differences {
 public:
  void Near(absl::string_view field, double actual, double expected,
            double tolerance) {
    if (actual == expected || std::abs(actual - expected) <= tolerance) return;
    lines_.push_back(absl::StrFormat("%s: %.17g, expected %.17g, tolerance %g",
                                     field, actual, expected, tolerance));
  }

  // Relative, or of `floor` where the number is smaller.
  void Relative(absl::string_view field, double actual, double expected,
                double floor = 0) {
    Near(field, actual, expected,
         kTolerance * std::max(std::abs(expected), floor));
  }

  template <typename T>
  void Equal(absl::string_view field, const T& actual, const T& expected) {
    if (actual == expected) return;
    lines_.push_back(
        absl::StrCat(field, ": ", actual, ", expected ", expected));
  }

  // Whether both have a value; a difference if only one has.
  template <typename T>
  bool Both(absl::string_view field, const std::optional<T>& actual,
            const std::optional<T>& expected) {
    Equal(absl::StrCat(field, " is there"), actual.has_value(),
          expected.has_value());
    return actual.has_value() && expected.has_value();
  }
  void Relative(absl::string_view field, std::optional<double> actual,
                std::optional<double> expected, double floor = 0) {
    if (Both(field, actual, expected)) {
      Relative(field, *actual, *expected, floor);
    }
  }
  void Relative(absl::string_view field, std::optional<Interval> actual,
                std::optional<Interval> expected, double floor = 0) {
    if (!Both(field, actual, expected)) return;
    Relative(absl::StrCat(field, " lower"), actual->lower, expected->lower,
             floor);
    Relative(absl::StrCat(field, " upper"), actual->upper, expected->upper,
             floor);
  }

  std::vector<std::string> Lines() && { return std::move(lines_); }

 private:
  std::vector<std::string> lines_;
};

void Compare(const std::string& where, const Heterogeneity& actual,
             const Heterogeneity& expected, double median_variance,
             Differences* differences) {
  const auto field = [&](const char* name) {
    return absl::StrCat(where, name);
  };
  differences->Equal(field("df"), actual.df, expected.df);
  differences->Relative(field("q"), actual.q, expected.q, expected.df);
  if (differences->Both(field("p_q"), actual.p_q, expected.p_q)) {
    const double tolerance = std::max(1e-7, kTolerance * expected.q);
    differences->Near(field("p_q"), *actual.p_q, *expected.p_q,
                      tolerance * *expected.p_q);
  }
  differences->Relative(field("i2"), actual.i2, expected.i2, 1);
  differences->Relative(field("h"), actual.h, expected.h);
  differences->Relative(field("h_interval"), actual.h_interval,
                        expected.h_interval);
  differences->Relative(field("i2_interval"), actual.i2_interval,
                        expected.i2_interval, 1);
  const double floor = 0.01 * median_variance;
  differences->Relative(field("tau2"), actual.tau2, expected.tau2, floor);
  differences->Relative(field("q_profile"), actual.q_profile,
                        expected.q_profile, floor);
  differences->Relative(field("profile_likelihood"), actual.profile_likelihood,
                        expected.profile_likelihood, floor);
  differences->Relative(field("residual_scale"), actual.residual_scale,
                        expected.residual_scale);
}

void Compare(const std::string& where, const IntervalRule& actual,
             const IntervalRule& expected, double median_variance,
             Differences* differences) {
  const auto field = [&](const char* name) {
    return absl::StrCat(where, name);
  };
  differences->Relative(field("se_factor"), actual.se_factor,
                        expected.se_factor);
  if (differences->Both(field("t_df"), actual.t_df, expected.t_df)) {
    differences->Equal(field("t_df"), *actual.t_df, *expected.t_df);
  }
  differences->Relative(field("quantile"), actual.quantile, expected.quantile);
  differences->Relative(field("tau2"), actual.tau2, expected.tau2,
                        0.01 * median_variance);
  differences->Relative(field("prediction_quantile"),
                        actual.prediction_quantile,
                        expected.prediction_quantile);
}

// Requires models of the same size.
void Compare(const std::string& where, const ModelFit& actual,
             const ModelFit& expected, const NetworkFit& fit,
             const std::vector<double>& median_variances,
             Differences* differences) {
  for (size_t t = 0; t < fit.treatments.size(); ++t) {
    const auto i = static_cast<Eigen::Index>(t);
    const int reference = fit.reference[fit.component[t]];
    differences->Relative(absl::StrCat(where, "effect of ", fit.treatments[t]),
                          actual.effects[i], expected.effects[i],
                          std::sqrt(expected.pair_variances(i, reference)));
    differences->Relative(absl::StrCat(where, "p_score of ", fit.treatments[t]),
                          actual.p_scores[i], expected.p_scores[i], 1);
    for (size_t u = 0; u < fit.treatments.size(); ++u) {
      const auto j = static_cast<Eigen::Index>(u);
      differences->Relative(
          absl::StrCat(where, "variance of ", fit.treatments[t], " minus ",
                       fit.treatments[u]),
          actual.pair_variances(i, j), expected.pair_variances(i, j));
    }
  }
  for (size_t c = 0; c < expected.intervals.size(); ++c) {
    Compare(absl::StrCat(where, "intervals of component ", c, " "),
            actual.intervals[c], expected.intervals[c], median_variances[c],
            differences);
  }
}

// Per component, over all contrasts with the base of a study.
std::vector<double> MedianVariances(
    const NetworkFit& fit, const std::map<std::string, StudyEffects>& studies) {
  std::vector<std::vector<double>> variances(fit.reference.size());
  for (const auto& [id, study] : studies) {
    const int base = TreatmentIndex(fit.treatments, study.treatments[0]);
    const int component = fit.component[base];
    for (const double variance : study.covariance.diagonal()) {
      variances[component].push_back(variance);
    }
  }
  std::vector<double> medians;
  for (std::vector<double>& component : variances) {
    const auto middle =
        component.begin() + static_cast<std::ptrdiff_t>(component.size() / 2);
    std::nth_element(component.begin(), middle, component.end());
    medians.push_back(*middle);
  }
  return medians;
}

bool HasSize(const ModelFit& model, const NetworkFit& fit) {
  const auto size = static_cast<Eigen::Index>(fit.treatments.size());
  return model.effects.size() == size && model.p_scores.size() == size &&
         model.pair_variances.rows() == size &&
         model.pair_variances.cols() == size &&
         model.intervals.size() == fit.reference.size();
}

}  // namespace

std::vector<std::string> FitDifferences(
    const NetworkFit& actual, const NetworkFit& expected,
    const std::map<std::string, StudyEffects>& studies) {
  Differences differences;
  const auto join = [](const auto& values) {
    return absl::StrJoin(values, " ");
  };
  differences.Equal("treatments", join(actual.treatments),
                    join(expected.treatments));
  differences.Equal("component", join(actual.component),
                    join(expected.component));
  differences.Equal("reference", join(actual.reference),
                    join(expected.reference));
  differences.Equal("components with heterogeneity",
                    actual.heterogeneity.size(), expected.heterogeneity.size());
  differences.Equal("size of common", HasSize(actual.common, expected), true);
  differences.Equal("size of random", HasSize(actual.random, expected), true);
  std::vector<std::string> lines = std::move(differences).Lines();
  if (!lines.empty()) return lines;

  const std::vector<double> medians = MedianVariances(expected, studies);
  for (size_t c = 0; c < medians.size(); ++c) {
    Compare(absl::StrCat("component ", c, " "), actual.heterogeneity[c],
            expected.heterogeneity[c], medians[c], &differences);
  }
  Compare("common ", actual.common, expected.common, expected, medians,
          &differences);
  Compare("random ", actual.random, expected.random, expected, medians,
          &differences);
  return std::move(differences).Lines();
}

}  // namespace tidemark::nma
