#include "nma/small_study_effects.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <tuple>
#include <utility>

#include "Eigen/Cholesky"
#include "Eigen/Core"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "nma/direct_evidence.h"
#include "nma/network.h"
#include "nma/student_t.h"

namespace tidemark::nma {
namespace {

// Below this share of its length a vector is what rounding leaves of one that
// depends on others.
constexpr double kDependent = 1e-10;
// Standard errors that are spread less, relative to their size, are equal: they
// come rounded, and a slope on rounding would be huge.
constexpr double kLeastSpread = 1e-6;

using Places = std::map<std::string, int>;              // in the order
using Centres = std::map<std::pair<int, int>, double>;  // by places

// The effects of all k arms of a study versus its base, whose own are 0.
struct Arms {
  std::vector<int> places;
  Eigen::VectorXd effects;
  Eigen::MatrixXd covariance;

  double Effect(int i, int j) const { return effects[i] - effects[j]; }

  // Cov(i - b, j - b). Nothing is rounded where b or i is the base.
  double Covariance(int i, int j, int b) const {
    return (covariance(i, j) - covariance(i, b)) +
           (covariance(b, b) - covariance(j, b));
  }
};

Arms ArmsOf(const StudyEffects& study, const Places& places) {
  const Eigen::Index m = study.effects.size();
  Arms arms;
  for (const std::string& treatment : study.treatments) {
    arms.places.push_back(places.at(treatment));
  }
  arms.effects = Eigen::VectorXd::Zero(m + 1);
  arms.effects.tail(m) = study.effects;
  arms.covariance = Eigen::MatrixXd::Zero(m + 1, m + 1);
  arms.covariance.bottomRightCorner(m, m) = study.covariance;
  return arms;
}

absl::StatusOr<Centres> CentresOf(absl::Span<const StudyEffects> studies,
                                  const NetworkFit& fit, const Places& places) {
  ASSIGN_OR_RETURN(const std::vector<DirectEvidence> evidence,
                   PoolDirectEvidence(studies, fit));
  Centres centres;
  for (const DirectEvidence& pair : evidence) {
    if (pair.studies < 2) continue;
    const int first = places.at(fit.treatments[pair.first]);
    const int second = places.at(fit.treatments[pair.second]);
    const double effect = pair.common.effect;
    centres[{std::max(first, second), std::min(first, second)}] =
        first > second ? effect : -effect;
  }
  return centres;
}

// The regression, over contrasts that were made independent study by study.
class EggerRegression {
 public:
  // Of one study; does not keep them.
  void Add(const Eigen::VectorXd& adjusted, const Eigen::VectorXd& se,
           const Eigen::MatrixXd& covariance) {
    const Eigen::LLT<Eigen::MatrixXd> root(covariance);
    Append(root, Eigen::VectorXd::Ones(se.size()), &ones_);
    Append(root, se, &se_);
    Append(root, adjusted, &adjusted_);
    ++studies_;
  }

  void Solve(SmallStudyEffects* result) const {
    const auto n = static_cast<int>(se_.size());
    if (n < 3) {
      result->no_egger = absl::StrCat(
          "the test needs 3 contrasts of comparisons that several studies "
          "make, found ",
          n);
      return;
    }
    const Eigen::Map<const Eigen::VectorXd> u(ones_.data(), n);
    const Eigen::Map<const Eigen::VectorXd> x(se_.data(), n);
    const Eigen::Map<const Eigen::VectorXd> y(adjusted_.data(), n);
    const double uu = u.squaredNorm();
    const double mean_x = u.dot(x) / uu;
    const double mean_y = u.dot(y) / uu;
    const Eigen::VectorXd around = x - mean_x * u;
    if (around.norm() <= kLeastSpread * x.norm()) {
      result->no_egger =
          "all standard errors are equal, to a millionth of their size";
      return;
    }
    const double spread = around.squaredNorm();
    const double slope = around.dot(y - mean_y * u) / spread;
    const Eigen::VectorXd residual = y - mean_y * u - slope * around;
    if (residual.norm() <= kDependent * y.norm()) {
      result->no_egger =
          "all points lie on one line: nothing tells how sure its slope is";
      return;
    }
    EggerTest test;
    test.df = n - 2;
    const double dispersion = residual.squaredNorm() / test.df;
    test.slope = slope;
    test.slope_se = std::sqrt(dispersion / spread);
    test.intercept = mean_y - slope * mean_x;
    test.intercept_se =
        std::sqrt(dispersion * (1 / uu + mean_x * mean_x / spread));
    test.t = test.slope / test.slope_se;
    test.p = 2 * StudentTTail(std::abs(test.t), test.df);
    test.studies = studies_;
    if (!std::isfinite(test.t) || !std::isfinite(test.intercept_se)) {
      result->no_egger =
          "effects or standard errors are too large or too far apart";
      return;
    }
    result->egger = test;
  }

 private:
  static void Append(const Eigen::LLT<Eigen::MatrixXd>& root,
                     const Eigen::VectorXd& column, std::vector<double>* all) {
    const Eigen::VectorXd independent = root.matrixL().solve(column);
    all->insert(all->end(), independent.data(),
                independent.data() + independent.size());
  }

  int studies_ = 0;
  std::vector<double> ones_;
  std::vector<double> se_;
  std::vector<double> adjusted_;
};

// Of a pair of arms of a study.
FunnelPoint PointOf(const Arms& arms, int i, int j, const Centres& centres) {
  const bool later = arms.places[i] > arms.places[j];
  const int first = later ? i : j;
  const int second = later ? j : i;
  FunnelPoint point;
  point.first = arms.places[first];
  point.second = arms.places[second];
  point.effect = arms.Effect(first, second);
  point.se = std::sqrt(arms.Covariance(first, first, second));
  const auto centre = centres.find({point.first, point.second});
  if (centre != centres.end()) point.centre = centre->second;
  return point;
}

void AddStudy(const StudyEffects& study, const Places& places,
              const Centres& centres, EggerRegression* regression,
              std::vector<FunnelPoint>* points) {
  const Arms arms = ArmsOf(study, places);
  const auto k = static_cast<int>(arms.places.size());
  const auto earliest = static_cast<int>(
      std::min_element(arms.places.begin(), arms.places.end()) -
      arms.places.begin());
  std::vector<int> tested;  // arms, versus the earliest
  std::vector<double> adjusted;
  std::vector<double> se;
  for (int j = 0; j < k; ++j) {
    for (int i = 0; i < j; ++i) {
      FunnelPoint point = PointOf(arms, i, j, centres);
      point.study = study.study;
      point.tested =
          point.centre.has_value() && point.second == arms.places[earliest];
      if (point.tested) {
        tested.push_back(i == earliest ? j : i);
        adjusted.push_back(point.effect - *point.centre);
        se.push_back(point.se);
      }
      points->push_back(std::move(point));
    }
  }
  const auto n = static_cast<Eigen::Index>(tested.size());
  if (n == 0) return;
  Eigen::MatrixXd covariance(n, n);
  for (Eigen::Index a = 0; a < n; ++a) {
    for (Eigen::Index b = 0; b < n; ++b) {
      covariance(a, b) = arms.Covariance(tested[a], tested[b], earliest);
    }
  }
  regression->Add(Eigen::Map<const Eigen::VectorXd>(adjusted.data(), n),
                  Eigen::Map<const Eigen::VectorXd>(se.data(), n), covariance);
}

}  // namespace

absl::StatusOr<SmallStudyEffects> ComputeSmallStudyEffects(
    absl::Span<const StudyEffects> studies, const NetworkFit& fit,
    const std::vector<std::string>& order) {
  Places places;
  for (const std::string& treatment : order) {
    places.emplace(treatment, static_cast<int>(places.size()));
  }
  ASSIGN_OR_RETURN(const Centres centres, CentresOf(studies, fit, places));
  SmallStudyEffects result;
  EggerRegression regression;
  for (const StudyEffects* study : SortedById(studies)) {
    AddStudy(*study, places, centres, &regression, &result.points);
  }
  std::stable_sort(result.points.begin(), result.points.end(),
                   [](const FunnelPoint& a, const FunnelPoint& b) {
                     return std::tie(a.first, a.second) <
                            std::tie(b.first, b.second);
                   });
  regression.Solve(&result);
  return result;
}

}  // namespace tidemark::nma
