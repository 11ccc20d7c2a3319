#include "nma/likelihood.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/status_macros.h"
#include "nma/root.h"

namespace tidemark::nma {
namespace {

// Of log(smallest variance + tau2): what is narrower is not halved.
constexpr double kNarrow = 0.2;
// Relative to smallest variance + tau2: points that are closer differ by too
// few digits to tell anything of the slope.
constexpr double kApart = 1e-4;
// The factor between points that look for the end of the search.
constexpr double kStride = 4;
// Squares of weights beyond would not be normal numbers.
constexpr double kFarthest = 1e150;

// The slope of the flat score at `at`, were all variances equal.
double ExpectedSlope(const ScoreTerms& at, int effects) {
  const double slope =
      at.expected *
      (2 / at.q - at.expected / (at.observed * static_cast<double>(effects)));
  return slope > 0 ? slope : at.expected / effects;
}

// Points whose score is known, in increasing order, and the zeros found.
class Search {
 public:
  Search(const Tau2Model& model, LikelihoodKind kind)
      : model_(model), kind_(kind) {}

  absl::StatusOr<std::vector<double>> Maxima(std::optional<double> start);

 private:
  struct Point {
    ScoreTerms terms;
    bool is_zero = false;  // of the score, to full precision
  };

  absl::StatusOr<ScoreTerms> At(double tau2) const {
    return ScoreTermsAt(model_, kind_, tau2);
  }
  double Scale(double tau2) const { return model_.smallest_variance() + tau2; }
  void Insert(const Point& point);

  // The points nearest to point i that are apart from it; null if there are
  // none.
  const ScoreTerms* Before(size_t i) const;
  const ScoreTerms* After(size_t i) const;
  bool AreApart(double a, double b) const {
    return std::abs(a - b) > kApart * Scale(std::max(a, b));
  }
  double SlopeOfBeta(size_t i) const;
  absl::Status AddZeroNear(double start);
  absl::Status AddEnd();
  absl::Status HalveUntilKnown();
  bool IsKnownBetween(size_t i) const;
  absl::StatusOr<std::vector<double>> Falls() const;

  const Tau2Model& model_;
  const LikelihoodKind kind_;
  std::vector<Point> points_;
};

void Search::Insert(const Point& point) {
  const auto at = std::lower_bound(points_.begin(), points_.end(), point,
                                   [](const Point& a, const Point& b) {
                                     return a.terms.tau2 < b.terms.tau2;
                                   });
  points_.insert(at, point);
}

absl::Status Search::AddZeroNear(double start) {
  std::vector<ScoreTerms> visited;
  ASSIGN_OR_RETURN(const std::optional<double> zero,
                   ZeroOfScoreNear(model_, kind_, start, &visited));
  for (const ScoreTerms& terms : visited) {
    if (!zero.has_value() || AreApart(terms.tau2, *zero)) Insert({terms});
  }
  if (!zero.has_value()) return absl::OkStatus();
  // The last point differs from it by less than the slopes need.
  ScoreTerms terms = visited.back();
  terms.tau2 = *zero;
  Insert({terms, /*is_zero=*/true});
  return absl::OkStatus();
}

const ScoreTerms* Search::Before(size_t i) const {
  for (size_t j = i; j-- > 0;) {
    const ScoreTerms& terms = points_[j].terms;
    if (AreApart(terms.tau2, points_[i].terms.tau2)) return &terms;
  }
  return nullptr;
}

const ScoreTerms* Search::After(size_t i) const {
  for (size_t j = i + 1; j < points_.size(); ++j) {
    const ScoreTerms& terms = points_[j].terms;
    if (AreApart(terms.tau2, points_[i].terms.tau2)) return &terms;
  }
  return nullptr;
}

double Search::SlopeOfBeta(size_t i) const {
  return LargestSlopeOfBeta(points_[i].terms, Before(i),
                            model_.smallest_variance());
}

// Beyond the last point the score is negative.
absl::Status Search::AddEnd() {
  for (;;) {
    const Point& last = points_.back();
    const ScoreTerms& terms = last.terms;
    if ((last.is_zero || terms.score() <= 0) &&
        ScoreIsNegativeBeyond(terms, SlopeOfBeta(points_.size() - 1),
                              model_.largest_variance())) {
      return absl::OkStatus();
    }
    const double tau2 = terms.tau2 + (kStride - 1) * Scale(terms.tau2);
    if (tau2 > kFarthest) return LikelihoodNotFinite();
    ASSIGN_OR_RETURN(const ScoreTerms next, At(tau2));
    Insert({next});
  }
}

// Whether the score has no zero between points i and i + 1.
bool Search::IsKnownBetween(size_t i) const {
  const Point& a = points_[i];
  const Point& b = points_[i + 1];
  if (b.is_zero || b.terms.score() >= 0) {
    if (ScoreIsPositiveBetween(a.terms, b.terms,
                               LeastSlopeOfAlpha(b.terms, After(i + 1)))) {
      return true;
    }
  }
  return (a.is_zero || a.terms.score() <= 0) &&
         ScoreIsNegativeBetween(a.terms, b.terms, SlopeOfBeta(i));
}

absl::Status Search::HalveUntilKnown() {
  for (size_t i = 0; i + 1 < points_.size();) {
    const double low = Scale(points_[i].terms.tau2);
    const double high = Scale(points_[i + 1].terms.tau2);
    if (std::log(high / low) <= kNarrow || IsKnownBetween(i)) {
      ++i;
      continue;
    }
    ASSIGN_OR_RETURN(
        const ScoreTerms middle,
        At(points_[i].terms.tau2 + low * (std::sqrt(high / low) - 1)));
    Insert({middle});
  }
  return absl::OkStatus();
}

// Where the score falls through 0, in increasing order.
absl::StatusOr<std::vector<double>> Search::Falls() const {
  const auto flat_score = [&](double tau2) -> absl::StatusOr<double> {
    ASSIGN_OR_RETURN(const ScoreTerms terms, At(tau2));
    return terms.flat_score();
  };
  std::vector<double> falls;
  const Point* before = nullptr;  // the last that is not a zero
  std::optional<double> zero;     // since then
  for (const Point& point : points_) {
    if (point.is_zero) {
      zero = point.terms.tau2;
      continue;
    }
    const bool falls_here = point.terms.score() <= 0 &&
                            (before == nullptr || before->terms.score() > 0);
    if (falls_here && zero.has_value()) {
      falls.push_back(*zero);
    } else if (falls_here && before == nullptr) {
      falls.push_back(point.terms.tau2);  // 0
    } else if (falls_here) {
      ASSIGN_OR_RETURN(
          const double fall,
          RootWithin(flat_score,
                     {before->terms.tau2, point.terms.tau2,
                      before->terms.flat_score(), point.terms.flat_score()}));
      falls.push_back(fall);
    }
    before = &point;
    zero.reset();
  }
  // Nothing follows the last point: the score is negative there.
  if (zero.has_value() && (before == nullptr || before->terms.score() > 0)) {
    falls.push_back(*zero);
  }
  return falls;
}

absl::StatusOr<std::vector<double>> Search::Maxima(
    std::optional<double> start) {
  ASSIGN_OR_RETURN(const ScoreTerms origin, At(0));
  Insert({origin});
  if (!start.has_value() || *start == 0) {
    // The moment estimate, of whose kind `expected` is.
    start = (origin.q - model_.degrees_of_freedom()) / origin.expected;
  }
  if (*start > 0 && *start < kFarthest) {
    RETURN_IF_ERROR(AddZeroNear(*start));
  }
  RETURN_IF_ERROR(AddEnd());
  RETURN_IF_ERROR(HalveUntilKnown());
  return Falls();
}

}  // namespace

absl::StatusOr<double> LogLikelihood(const Tau2Model& model,
                                     LikelihoodKind kind, double tau2) {
  ASSIGN_OR_RETURN(const Tau2Fit fit, model.FitAt(tau2));
  double deviance = fit.log_determinant + fit.q;
  if (kind == LikelihoodKind::kRestricted) {
    deviance += fit.log_information;
  }
  return -0.5 * deviance;
}

absl::StatusOr<std::optional<double>> ZeroOfScoreNear(
    const Tau2Model& model, LikelihoodKind kind, double start,
    std::vector<ScoreTerms>* visited) {
  const int effects = kind == LikelihoodKind::kRestricted
                          ? model.degrees_of_freedom()
                          : model.effects();
  const auto flat_score = [&](double tau2) -> absl::StatusOr<double> {
    ASSIGN_OR_RETURN(const ScoreTerms terms, ScoreTermsAt(model, kind, tau2));
    visited->push_back(terms);
    return terms.flat_score();
  };
  ASSIGN_OR_RETURN(const double value, flat_score(start));
  const ScoreTerms first = visited->back();
  if (first.observed == 0) return std::nullopt;
  return RootBySecants(flat_score, start, value, ExpectedSlope(first, effects),
                       -model.smallest_variance(), {0, kFarthest});
}

absl::StatusOr<std::vector<LocalMaximum>> LocalMaxima(
    const Tau2Model& model, LikelihoodKind kind, std::optional<double> start) {
  ASSIGN_OR_RETURN(const std::vector<double> falls,
                   Search(model, kind).Maxima(start));
  std::vector<LocalMaximum> maxima;
  for (const double tau2 : falls) {
    ASSIGN_OR_RETURN(const double log_likelihood,
                     LogLikelihood(model, kind, tau2));
    maxima.push_back({tau2, log_likelihood});
  }
  return maxima;
}

LocalMaximum GlobalMaximum(const std::vector<LocalMaximum>& maxima) {
  return *std::max_element(maxima.begin(), maxima.end(),
                           [](const LocalMaximum& a, const LocalMaximum& b) {
                             return a.log_likelihood < b.log_likelihood;
                           });
}

}  // namespace tidemark::nma
