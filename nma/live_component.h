// A connected part of a live network.
#ifndef TIDEMARK_NMA_LIVE_COMPONENT_H_
#define TIDEMARK_NMA_LIVE_COMPONENT_H_

#include <optional>
#include <string>
#include <vector>

#include "Eigen/Core"
#include "absl/status/statusor.h"
#include "nma/component_fit.h"
#include "nma/heterogeneity.h"
#include "nma/recursive_least_squares.h"
#include "nma/study_table.h"

namespace tidemark::nma {

// Its studies, its common-effect estimates, which follow every edit at O(n^2),
// and its last fit. Nodes are fixed, and stay connected: an edit that would
// part them is for the caller to see to.
//
// The estimates cease to follow, until the next fit makes them anew, when
// their error bound passes 1e-10, when precisions differ by more than 1e5, or
// when a study is taken out that hardly anything else bears out.
class LiveComponent {
 public:
  // `ids` are those of the network's blocks. Does not follow yet.
  LiveComponent(std::vector<std::string> treatments,
                std::vector<std::string> ids, ConnectedNetwork network);

  const std::vector<std::string>& treatments() const { return treatments_; }
  const StudyTable& table() const { return table_; }
  const std::string& id(int study) const { return ids_[study]; }
  bool follows() const { return follows_; }

  // Amortised O(n^2 k + k^3).
  void Add(std::string id, StudyBlock block);

  // Takes a study out; the last one takes its index. False if the component may
  // not be connected without it: only the studies that are left are of use
  // then. Requires another study. O(n^2 k).
  bool Remove(int study);

  // Puts another study with as many arms in the place of this one. False as in
  // Remove. O(n^2 k); does not allocate for two arms.
  bool Replace(int study, const StudyBlock& block);

  // The common-effect model: from what follows, or from scratch. Makes it
  // follow where it can. FailedPrecondition as in Elimination.
  // O(n^2 + studies), or O(n^3 + studies).
  absl::StatusOr<CommonEffect> Common();

  // Both models, starting from the last fit. Computed once until the next edit.
  // Errors as in FitComponent.
  absl::StatusOr<const ComponentFit*> Fit(const HeterogeneityOptions& options);

 private:
  absl::StatusOr<CommonEffect> CommonFromUpdates();
  void Follow(const CommonEffect& common);
  void FollowSums();
  // Adds the contrasts of a study to what follows.
  void AddContrasts(int study);
  // Copies the contrasts of a study that is about to go; takes them out of what
  // follows, false if that is not possible.
  void KeepContrasts(int study);
  IndependentContrast Kept(int j) const;
  bool RemoveKept();
  void AddToSums(const IndependentContrast& contrast, double sign);
  void Edited();

  // What the trace of the DerSimonian-Laird estimate needs, by addition.
  struct Sums {
    Eigen::MatrixXd spread;      // B' W V0 W B, weights of pairs
    double weight_trace = 0;     // tr(W V0)
    double removed_weights = 0;  // whose rounding errors stay behind
    double removed_spread = 0;
  };

  // Contrasts of one study, kept apart from the table.
  struct KeptContrasts {
    std::vector<int> nodes;
    std::vector<double> coefficients;
    std::vector<double> effects;
    std::vector<double> variances;
  };

  std::vector<std::string> treatments_;
  std::vector<std::string> ids_;  // of the table's studies
  StudyTable table_;
  bool follows_ = false;
  RecursiveLeastSquares common_;
  Sums sums_;
  KeptContrasts kept_;
  Heterogeneity last_;  // where the next fit starts
  std::optional<ComponentFit> fit_;
};

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_LIVE_COMPONENT_H_
