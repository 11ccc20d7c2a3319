// What direct comparisons contribute to network estimates.
#ifndef TIDEMARK_NMA_HAT_MATRIX_H_
#define TIDEMARK_NMA_HAT_MATRIX_H_

#include <optional>
#include <vector>

#include "Eigen/Core"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "nma/effects.h"
#include "nma/elimination.h"
#include "nma/network_fit.h"

namespace tidemark::nma {

// What one study says of a pair of treatments.
struct StudyContrast {
  int study = 0;      // in the input
  double effect = 0;  // first minus second treatment of the pair
  // Inverse variance of a two-arm study; of a multi-arm study the weight of the
  // pair in the inverse of its covariance (elimination.h), which may be
  // negative.
  double weight = 0;
};

// A pair of treatments that studies compare: an edge of the aggregate network.
struct DirectComparison {
  int first = 0;  // treatments of the fit, first < second
  int second = 0;
  std::vector<StudyContrast> contrasts;  // by the ids of their studies
  double weight = 0;                     // their sum
  double effect = 0;                     // their mean by weight
};

// Under one model. With L = sum B'WB, the Laplacian of the comparisons'
// weights, row (a, b) of H is
//   h_ij = w_ij (L+_ia - L+_ib - L+_ja + L+_jb):
// a unit flow of evidence from a to b (Koenig, Krahn & Binder 2013), and the
// network estimate of a minus b is sum h_ij effect_ij. Contrast s of comparison
// ij has the coefficient h_ij weight_s / w_ij in it.
class HatMatrix {
 public:
  // `tau2` is that of each component: 0 for the common-effect model. Does not
  // depend on the order of the studies. Requires the fit of these studies.
  // FailedPrecondition as in Elimination. O(S log S + sum k^3 + T^3).
  static absl::StatusOr<HatMatrix> Of(absl::Span<const StudyEffects> studies,
                                      const NetworkFit& fit,
                                      absl::Span<const double> tau2);

  // Columns, ordered by first, then by second treatment.
  const std::vector<DirectComparison>& comparisons() const {
    return comparisons_;
  }

  // A coefficient for each of comparisons(), between -1 and 1 if no weight is
  // negative. What rounding leaves of a flow is corrected until nodes neither
  // gain nor lose evidence, so it is good to some 1e-15 also where weights
  // differ by many orders of magnitude. Requires two treatments that are
  // connected. O(T^2).
  Eigen::VectorXd Row(int first, int second) const;

  // The share of each of comparisons() in the estimate (random_walk.h). None if
  // negative weights make the row go in a circle. Requires a row of the pair.
  // O(comparisons T).
  std::optional<std::vector<double>> Shares(const Eigen::VectorXd& row,
                                            int first, int second) const;

 private:
  struct Part {
    Elimination elimination;
    std::vector<int> treatments;
    std::vector<int> comparisons;  // columns
  };

  HatMatrix() = default;

  std::vector<DirectComparison> comparisons_;
  std::vector<Part> parts_;     // by component
  std::vector<int> component_;  // of each treatment
  std::vector<int> node_;       // of each treatment, in its component
};

// The share of each of `studies` in an estimate from those of its comparisons:
// a comparison's share is split among its contrasts in proportion to the
// magnitude of their weights, and those of one study add up. So every share is
// >= 0, also of a multi-arm study with a negative weight, and they sum to 1.
// Requires a share for each comparison. O(contrasts).
std::vector<double> StudyShares(absl::Span<const DirectComparison> comparisons,
                                absl::Span<const double> shares, int studies);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_HAT_MATRIX_H_
