// How much each study of a network weighs, and how well it agrees with the
// rest.
#ifndef TIDEMARK_NMA_STUDY_INFLUENCE_H_
#define TIDEMARK_NMA_STUDY_INFLUENCE_H_

#include <optional>
#include <vector>

#include "Eigen/Core"
#include "absl/types/span.h"
#include "nma/effects.h"
#include "nma/network.h"
#include "nma/network_fit.h"
#include "nma/without_study.h"

namespace tidemark::nma {

// A study against what the others predict of it: r = C (y - theta_-s), of its
// contrasts between treatments that the others connect. With tau^2_-s of the
// others, Cov r = C (V + tau^2_-s V0) C' + Cov of C theta_-s.
struct DeletedResidual {
  double distance = 0;  // r' (Cov r)^-1 r: Mahalanobis's, squared
  int df = 0;           // contrasts, >= 1
  double p = 1;         // P(chi-square >= distance)
  // r / se of a study with one such contrast, in the direction of its second
  // treatment minus its first by bytes: the studentised deleted residual.
  std::optional<double> z;
};

struct StudyInfluence {
  // Trace of the study's block of the hat matrix B L^-1 B' W, 0 to k-1: how
  // many of the effects that the network estimates this study decides. It is
  // k-1 if the study is all evidence on its treatments. All studies of a
  // component add up to its treatments less one.
  double leverage_common = 0;
  double leverage_random = 0;
  // None if the others connect no two of its treatments.
  std::optional<DeletedResidual> residual;
  // (theta - theta_-s)' L (theta - theta_-s), L the precision of the random
  // effects with all studies, theta_-s with tau^2 estimated anew: how far the
  // estimates move, squared, in units of their own uncertainty (Cook 1977; not
  // divided by the number of effects, as in metafor). None, with the next, if
  // the study's component is not one component without it, with as many
  // treatments.
  std::optional<double> cooks_distance;
  // det Cov(theta_-s) / det Cov(theta), tau^2 estimated anew: above 1 if the
  // study makes the estimates more precise. Does not depend on the reference.
  std::optional<double> covariance_ratio;
};

class InfluenceOfStudies {
 public:
  // Requires the fit of these studies; both must outlive it.
  // O(S k^3 + T^3).
  InfluenceOfStudies(absl::Span<const StudyEffects> studies,
                     const NetworkFit& fit);

  // From the leverages alone: the others could not be fitted.
  StudyInfluence LeverageOf(int study) const;

  // O(k^3 + T^3).
  StudyInfluence Of(int study, const WithoutStudy& without) const;

 private:
  struct Part {
    Eigen::MatrixXd weight;  // of pairs, at tau^2 of the random-effects model
    std::optional<double> log_determinant;  // of Cov(theta)
  };

  const absl::Span<const StudyEffects> studies_;
  const NetworkFit& fit_;
  Network network_;
  std::vector<Part> parts_;     // of each component
  std::vector<int> component_;  // of each study
};

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_STUDY_INFLUENCE_H_
