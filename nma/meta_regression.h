// Network meta-regression: effects that change with a covariate of the study.
#ifndef TIDEMARK_NMA_META_REGRESSION_H_
#define TIDEMARK_NMA_META_REGRESSION_H_

#include <string>
#include <vector>

#include "Eigen/Core"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "nma/effects.h"
#include "nma/heterogeneity.h"
#include "nma/linear_model.h"
#include "nma/network_fit.h"
#include "nma/q_decomposition.h"

namespace tidemark::nma {

struct CovariateStudy {
  StudyEffects effects;
  double value;  // finite
};

enum class SlopeKind {
  // One slope, of every treatment but the reference versus the reference. Which
  // treatment that is decides what the model says.
  kCommon,
  // One slope of each treatment versus the reference. Another reference says
  // the same in other words.
  kIndependent,
};

// In a study with value x, treatment t is theta_t + slope_t (x - centre), the
// slope of the reference being 0 (Cooper et al. 2009; Dias et al. 2013). One
// tau^2 for all studies.
struct MetaRegressionFit {
  std::vector<std::string> treatments;  // T, sorted by bytes
  int reference;                        // a treatment
  SlopeKind slopes;
  double centre;  // mean of the studies' values, each study once
  LinearModel model;
  LinearFit fit;
  // Of the same studies without the covariate, also with one tau^2.
  Heterogeneity without_covariate;
  // Wald's test that all slopes are 0, under tau^2 = 0 and under the fit's,
  // each taken as known: Q without the covariate less Q with it, both at that
  // tau^2, which for known weights is beta' Cov(beta)^-1 beta of the slopes; df
  // is the difference of the ranks, 0 if nothing of the slopes is identified.
  QTest slopes_common;
  QTest slopes_random;

  // What is to be estimated, as coefficients of the parameters: `first` minus
  // `second` in a study with value x, and how much that changes when x grows by
  // 1.
  Eigen::VectorXd DifferenceAt(int first, int second, double x) const;
  Eigen::VectorXd SlopeOf(int first, int second) const;
};

// A value that is within 1e-12 of the centre, relative to the largest value, is
// the centre: rounding gives no slope.
// Requires a study, and a reference that one has. Errors as in FitLinearModel,
// and InvalidArgument where the standard error of a slope is not between 1e-150
// and 1e150, the covariate being in too small or too large a unit. Two fits of
// a linear model of up to 2 T parameters.
absl::StatusOr<MetaRegressionFit> FitMetaRegression(
    absl::Span<const CovariateStudy> studies, SlopeKind slopes,
    const std::string& reference, const FitOptions& options);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_META_REGRESSION_H_
