// Studies of the same number of arms as independent contrasts, in structure of
// arrays.
#ifndef TIDEMARK_NMA_CONTRAST_GROUP_H_
#define TIDEMARK_NMA_CONTRAST_GROUP_H_

#include <vector>

#include "Eigen/Core"
#include "nma/study_block.h"

namespace tidemark::nma {

// With V U = V0 U diag(v) and U' V0 U = I, which diagonalises both covariances
// of a study at once, the k-1 contrasts U' y are independent of each other
// whatever tau^2 is, with variances v_j + tau^2. So all sums over studies, and
// all their derivatives in tau^2, are sums over scalars.

// One such contrast, sum coefficients[a] theta[nodes[a]] of `arms` nodes; the
// coefficients add up to 0.
struct IndependentContrast {
  int arms;
  const int* nodes;  // increasing
  const double* coefficients;
  double effect;
  double variance;  // at tau^2 = 0
};

// What a pass over contrasts adds up, with w = 1 / (v + tau^2) and r their
// residuals.
struct ResidualSums {
  double q = 0;          // sum w r^2
  double quadratic = 0;  // sum w^2 r^2
};

// Of studies with k arms, numbered from 0. Passes are O(studies k^3), and do
// not allocate.
class ContrastGroup {
 public:
  explicit ContrastGroup(int arms) : arms_(arms) {}

  int size() const { return static_cast<int>(owners_.size()); }
  int arms() const { return arms_; }

  // Adds a study of `owner`, an index of the caller's; its number is size().
  // `centre` as in Centre. Requires a block of arms() arms. O(k^3); does not
  // allocate for two arms, but to grow.
  void Add(const StudyBlock& block, int owner, const Eigen::VectorXd& centre);

  // Puts another study in the place of this one. As Add.
  void Set(int study, const StudyBlock& block, const Eigen::VectorXd& centre);

  // Takes a study out; the last one takes its number.
  void Remove(int study);

  // Contrast j < k-1 of a study; valid until the group changes.
  IndependentContrast At(int study, int j) const;

  int owner(int study) const { return owners_[study]; }
  void set_owner(int study, int owner) { owners_[study] = owner; }

  // Keeps effects as they differ from those that node effects `centre` predict.
  // Near the estimates little is left of them, and of the rounding errors of
  // whatever is summed over them. O(studies k^2).
  void Centre(const Eigen::VectorXd& centre);

  // Requires a study. O(studies k).
  double smallest_variance() const;
  double largest_variance() const;
  double largest_effect() const;  // in magnitude

  // Adds to the weights of pairs of nodes (study_block.h), to the flows of
  // nodes (elimination.h) of the centred effects, and sum log((v + tau^2) /
  // scale). Requires (v + tau^2) / scale between 1e-9 and 1e9.
  void AddEquations(double tau2, double scale, Eigen::MatrixXd* weight,
                    Eigen::VectorXd* flow, double* log_ratio) const;

  // The flows alone.
  void AddFlow(double tau2, Eigen::VectorXd* flow) const;

  // Of the residuals that node effects `shift` leave of the centred effects.
  void AddResidualSums(double tau2, const Eigen::VectorXd& shift,
                       ResidualSums* sums) const;

  // sum w^2 times the weights of each contrast on pairs of nodes.
  void AddSpread(double tau2, Eigen::MatrixXd* spread) const;

  // sum w, and sum w (1 - w x' L^+ x) from the variances of pairs, of which the
  // strictly lower triangle is used.
  void AddTraces(double tau2, const Eigen::MatrixXd& pair_variances,
                 double* weight_trace, double* trace) const;
  double WeightTrace(double tau2) const;
  // sum w z^2 of the effects themselves.
  double SumOfSquares(double tau2) const;

 private:
  int contrasts() const { return arms_ - 1; }
  void SetTwoArms(int study, const StudyBlock& block);
  void SetMultiArm(int study, const StudyBlock& block);

  int arms_;
  std::vector<int> owners_;           // a study
  std::vector<int> nodes_;            // k a study, increasing
  std::vector<double> coefficients_;  // k a contrast
  std::vector<double> effects_;       // a contrast
  std::vector<double> centred_;       // a contrast
  std::vector<double> variances_;     // a contrast
};

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_CONTRAST_GROUP_H_
