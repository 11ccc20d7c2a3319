#include "nma/result_thresholds.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>

#include "Eigen/Cholesky"
#include "nma/chi_square.h"
#include "nma/study_block.h"
#include "nma/treatment_index.h"

namespace tidemark::nma {
namespace {

// Of the standard error of a comparison: a study with a smaller part in it has
// none but for rounding.
constexpr double kNoInfluence = 1e-10;

const ModelFit& Under(const NetworkFit& fit, Model model) {
  return model == Model::kCommonEffect ? fit.common : fit.random;
}

void Keep(double change, int outcome, std::optional<ResultMove>* nearest) {
  if (nearest->has_value() &&
      std::abs((*nearest)->change) <= std::abs(change)) {
    return;
  }
  *nearest = ResultMove{change, outcome};
}

// One study and what its results do to comparisons.
class Influence {
 public:
  Influence(const StudyEffects& study, const NetworkFit& fit, Model model,
            double tau2)
      : study_(study),
        model_(Under(fit, model)),
        weight_(WeightAt({{}, study.effects, study.covariance}, tau2).weight),
        precision_(study.covariance) {
    for (const std::string& treatment : study.treatments) {
      treatments_.push_back(TreatmentIndex(fit.treatments, treatment));
    }
  }

  StudyThresholds Thresholds(const std::vector<Flip>& flips) const {
    StudyThresholds result;
    result.points = Points();
    for (const Flip& flip : flips) {
      const double se =
          std::sqrt(model_.pair_variances(flip.first, flip.second));
      const Eigen::VectorXd gradient = Gradient(flip.first, flip.second);
      const Eigen::VectorXd moved = study_.covariance * gradient;
      const double part = std::sqrt(std::max(0.0, gradient.dot(moved)));
      if (!(part > kNoInfluence * se)) continue;
      const double distance = std::abs(flip.shift) / part;
      if (!result.least.has_value() || distance < result.least->distance) {
        result.least = {distance,
                        study_.effects + moved * (flip.shift / part / part),
                        flip.outcome};
      }
      for (size_t arm = 0; arm < result.points.size(); ++arm) {
        PointThresholds& point = result.points[arm];
        const double slope = gradient.dot(Direction(arm));
        if (!(std::abs(slope) * point.se > kNoInfluence * se)) continue;
        const double change = flip.shift / slope;
        Keep(change, flip.outcome,
             std::signbit(change) ? &point.down : &point.up);
      }
    }
    return result;
  }

 private:
  std::vector<PointThresholds> Points() const {
    std::vector<PointThresholds> points;
    const bool two = treatments_.size() == 2;
    for (size_t arm = 0; arm < (two ? 1 : treatments_.size()); ++arm) {
      PointThresholds point;
      point.first = treatments_[arm];
      if (two) point.other = treatments_[1];
      const Eigen::VectorXd direction = Direction(arm);
      point.se = 1 / std::sqrt(direction.dot(precision_.solve(direction)));
      points.push_back(point);
    }
    return points;
  }

  // In which the effects move with the result of this arm.
  Eigen::VectorXd Direction(size_t arm) const {
    const Eigen::Index m = study_.effects.size();
    if (arm == 0) return Eigen::VectorXd::Constant(m, -1);
    return Eigen::VectorXd::Unit(m, static_cast<Eigen::Index>(arm) - 1);
  }

  // Of theta_first - theta_second by the study's effects.
  Eigen::VectorXd Gradient(int first, int second) const {
    const auto potential = [&](int treatment) {
      return (model_.pair_variances(treatment, second) -
              model_.pair_variances(treatment, first)) /
             2;
    };
    Eigen::VectorXd differences(study_.effects.size());
    for (Eigen::Index i = 0; i < differences.size(); ++i) {
      differences[i] =
          potential(treatments_[i + 1]) - potential(treatments_[0]);
    }
    return weight_ * differences;
  }

  const StudyEffects& study_;
  const ModelFit& model_;
  const Eigen::MatrixXd weight_;
  const Eigen::LLT<Eigen::MatrixXd> precision_;
  std::vector<int> treatments_;
};

}  // namespace

BestTreatment FindBest(const NetworkFit& fit, Model model, int component,
                       bool small_values_desirable, double margin) {
  const Eigen::VectorXd& effects = Under(fit, model).effects;
  const double better = small_values_desirable ? -1 : 1;
  BestTreatment best{-1, {}};
  const int size = static_cast<int>(fit.treatments.size());
  for (int t = 0; t < size; ++t) {
    if (fit.component[t] != component) continue;
    if (best.treatment < 0 ||
        better * (effects[t] - effects[best.treatment]) > 0) {
      best.treatment = t;
    }
  }
  for (int t = 0; t < size; ++t) {
    if (fit.component[t] != component || t == best.treatment) continue;
    const double lead = std::abs(effects[best.treatment] - effects[t]) + margin;
    best.flips.push_back({t, best.treatment, better * lead, t});
  }
  return best;
}

double ConfidenceRadius(int effects, double level) {
  return std::sqrt(ChiSquareLowerQuantile(level, effects));
}

std::vector<StudyThresholds> FindThresholds(
    absl::Span<const StudyEffects> studies, const NetworkFit& fit, Model model,
    int component, const std::vector<Flip>& flips) {
  const double tau2 =
      model == Model::kCommonEffect ? 0 : fit.heterogeneity[component].tau2;
  std::vector<StudyThresholds> result;
  for (size_t s = 0; s < studies.size(); ++s) {
    const int base = TreatmentIndex(fit.treatments, studies[s].treatments[0]);
    if (fit.component[base] != component) continue;
    result.push_back(Influence(studies[s], fit, model, tau2).Thresholds(flips));
    result.back().study = static_cast<int>(s);
  }
  return result;
}

}  // namespace tidemark::nma
