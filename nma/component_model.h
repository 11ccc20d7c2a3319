// Component network meta-analysis: treatments as sums of what they are made of.
#ifndef TIDEMARK_NMA_COMPONENT_MODEL_H_
#define TIDEMARK_NMA_COMPONENT_MODEL_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "Eigen/Core"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "nma/effects.h"
#include "nma/linear_model.h"
#include "nma/network_fit.h"

namespace tidemark::nma {

// Components, by name. Of a term of the model one is an effect of its own, and
// more are their interaction: what they add where all of them are together.
using ComponentSet = std::set<std::string>;

struct ComponentDesign {
  // Of every treatment; none for an inactive one, which is 0.
  std::map<std::string, ComponentSet> of_treatment;
  // Of at least two components each.
  std::vector<ComponentSet> interactions;
};

// A test of one model within another.
struct QDifference {
  double q = 0;  // >= 0
  int df = 0;
  std::optional<double> p;  // none if df is 0
};

// A treatment is the sum of its terms (Welton et al. 2009; Ruecker, Petropoulou
// & Schwarzer 2020): theta = C beta, with C 1 where a treatment has all
// components of a term and 0 elsewhere. One tau^2 for all studies, also of a
// network in several parts, which common components tie together.
struct ComponentModelFit {
  std::vector<std::string> treatments;  // T, sorted by bytes
  // p: the components that treatments have, sorted by bytes, then the
  // interactions as given.
  std::vector<ComponentSet> terms;
  Eigen::MatrixXd composition;  // C, T x p
  LinearModel model;
  LinearFit fit;
  // Q of this model less that of the network's own (common effect, its parts
  // together): what the sums of terms do not fit. df is the difference of the
  // ranks.
  QDifference beyond_sums;
  // Combinations of terms that are estimable although some of their terms are
  // not, as coefficients of the terms (each p): the rows of the reduced echelon
  // form of what the studies compare, so that none is made of others. Terms
  // that only occur together give their sum. With the estimable terms they
  // span all that is estimable.
  std::vector<Eigen::VectorXd> combinations;

  // What is to be estimated, as coefficients of the terms.
  Eigen::VectorXd Term(int term) const;
  Eigen::VectorXd Difference(int first, int second) const;
};

// Requires studies and the network's own fit of them.
// InvalidArgument naming a treatment without components in `design`, an
// interaction that no treatment has; FailedPrecondition: no treatment has a
// component, or as in FitLinearModel. O(N p^2 + T^2 p) and FitLinearModel.
absl::StatusOr<ComponentModelFit> FitComponentModel(
    absl::Span<const StudyEffects> studies, const NetworkFit& network,
    const ComponentDesign& design, const FitOptions& options);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_COMPONENT_MODEL_H_
