// What estimators of tau^2 ask a model of study effects.
#ifndef TIDEMARK_NMA_TAU2_MODEL_H_
#define TIDEMARK_NMA_TAU2_MODEL_H_

#include "absl/status/statusor.h"
#include "nma/heterogeneity_moments.h"

namespace tidemark::nma {

enum class LikelihoodKind { kFull, kRestricted };

// The fit at one tau^2, with W = (V + tau2 V0)^-1 over all effects.
struct Tau2Fit {
  double q = 0;                // y' P y: sum r' W r
  double quadratic = 0;        // y' P V0 P y = -dq/dtau2; 0 where q is
  double log_determinant = 0;  // log det(V + tau2 V0)
  // log det X' W X for any basis of the estimable effects, the same for every
  // tau2.
  double log_information = 0;
};

// A linear model y = X beta + error, Cov = V + tau2 V0, for one tau^2: a
// network (table_model.h), or what goes beyond one (linear_model.h).
class Tau2Model {
 public:
  virtual ~Tau2Model() = default;

  virtual int effects() const = 0;
  // effects() less the rank of X.
  virtual int degrees_of_freedom() const = 0;

  // Of the contrasts that are independent whatever tau^2 is
  // (contrast_group.h), at tau^2 = 0. Require an effect.
  virtual double smallest_variance() const = 0;
  virtual double largest_variance() const = 0;
  virtual double mean_variance() const = 0;  // harmonic

  // tau2 >= 0. FailedPrecondition if the model cannot be solved.
  virtual absl::StatusOr<Tau2Fit> FitAt(double tau2) const = 0;
  // With the trace that the score of this likelihood needs; the other may be 0.
  virtual absl::StatusOr<HeterogeneityMoments> MomentsAt(LikelihoodKind kind,
                                                         double tau2) const = 0;

 protected:
  Tau2Model() = default;
  Tau2Model(const Tau2Model&) = default;
  Tau2Model& operator=(const Tau2Model&) = default;
};

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_TAU2_MODEL_H_
