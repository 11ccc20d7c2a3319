// The studies of a connected network, laid out for passes over all of them.
#ifndef TIDEMARK_NMA_STUDY_TABLE_H_
#define TIDEMARK_NMA_STUDY_TABLE_H_

#include <vector>

#include "Eigen/Core"
#include "nma/contrast_group.h"
#include "nma/study_block.h"

namespace tidemark::nma {

// The normal equations of all studies at one tau^2 (elimination.h).
struct NormalEquations {
  Eigen::MatrixXd weight;      // of pairs of nodes
  Eigen::VectorXd flow;        // of nodes, of the centred effects
  double log_determinant = 0;  // sum log det(V + tau2 V0)
};

// sum w and tr(P V0) (heterogeneity_moments.h).
struct Traces {
  double weight_trace = 0;
  double trace = 0;
};

// The blocks of a network, and beside them the same studies as independent
// contrasts (contrast_group.h), together with those of as many arms.
class StudyTable {
 public:
  // Requires at least one block. O(studies k^3).
  explicit StudyTable(ConnectedNetwork network);

  const ConnectedNetwork& network() const { return network_; }
  int nodes() const { return network_.nodes; }
  int size() const { return static_cast<int>(network_.blocks.size()); }
  int contrasts() const { return contrasts_; }
  // Effects less treatments: sum (k - 1) - (nodes - 1).
  int degrees_of_freedom() const { return contrasts_ - (nodes() - 1); }

  // Adds a study; its index is size(). O(k^3), whatever the number of studies.
  void Add(StudyBlock block);
  // Takes a study out; the last one takes its index. Requires another study.
  // O(k^2).
  void Remove(int study);
  // Puts another study of as many arms in the place of this one. O(k^3); does
  // not allocate for two arms.
  void Replace(int study, const StudyBlock& block);

  // Contrast j < k-1 of a study; valid until the table changes.
  IndependentContrast At(int study, int j) const;

  // Has the passes below work on effects less those that node effects `centre`
  // predict. The closer to the estimates, the less is lost to rounding.
  // O(studies k^2).
  void Centre(Eigen::VectorXd centre);
  const Eigen::VectorXd& centre() const { return centre_; }

  // The range of the variances of contrasts at tau^2 = 0, and a bound of their
  // effects. Studies that were taken out count until the table is centred. The
  // smallest variance is the scale on which tau^2 begins to change weights.
  double smallest_variance() const { return smallest_variance_; }
  double largest_variance() const { return largest_variance_; }
  double largest_effect() const { return largest_effect_; }

  // Whether precisions and effects are close enough to each other that sums
  // over contrasts keep their digits: variances within a factor of 1e5, numbers
  // that can be squared. Otherwise the blocks are needed.
  bool IsWellScaled(double tau2) const;

  // The passes; tau2 >= 0, IsWellScaled(tau2). Each O(studies k^3).
  NormalEquations EquationsAt(double tau2) const;
  Eigen::VectorXd FlowAt(double tau2) const;
  // Of the residuals at node effects centre() + shift.
  ResidualSums ResidualSumsAt(double tau2, const Eigen::VectorXd& shift) const;
  // From the variances of pairs of nodes.
  Traces TracesAt(double tau2, const Eigen::MatrixXd& pair_variances) const;
  double WeightTraceAt(double tau2) const;
  // B' W V0 W B as weights of pairs.
  Eigen::MatrixXd SpreadAt(double tau2) const;
  // sum y' W y.
  double SumOfSquaresAt(double tau2) const;

 private:
  struct Place {
    int group = 0;
    int study = 0;
  };

  // The contrasts of a block.
  void Insert(int study);
  // The ranges, to its contrasts.
  void Widen(int study);

  ConnectedNetwork network_;
  std::vector<Place> places_;          // of each block
  std::vector<ContrastGroup> groups_;  // one for each number of arms
  Eigen::VectorXd centre_;
  int contrasts_ = 0;
  double smallest_variance_ = 0;
  double largest_variance_ = 0;
  double largest_effect_ = 0;
};

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_STUDY_TABLE_H_
