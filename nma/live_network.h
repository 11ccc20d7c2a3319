// A network meta-analysis that is kept up to date as studies change.
#ifndef TIDEMARK_NMA_LIVE_NETWORK_H_
#define TIDEMARK_NMA_LIVE_NETWORK_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nma/effects.h"
#include "nma/live_component.h"
#include "nma/network_fit.h"

namespace tidemark::nma {

// Holds the studies of one analysis. Other options are another analysis: they
// need a LiveNetwork of their own, which starts from a full fit.
//
// With T treatments in a component of S studies, an edit costs O(T^2) whatever
// S is, and does not allocate where a study of two arms takes the place of its
// last version: the common-effect estimates follow by updates of rank k-1
// (recursive_least_squares.h). A study that brings a treatment, joins
// components or may part one (its leverage is 0.99 or more) has them laid out
// anew from their studies, O(S); so has one that is taken out while estimates
// do not follow, since then nothing tells what it parts. A fit then takes a few
// passes over the studies and eliminations, O(S + T^3) each: tau^2 starts from
// its last value.
class LiveNetwork {
 public:
  explicit LiveNetwork(FitOptions options) : options_(std::move(options)) {}

  // Adds the study, or puts it in the place of the one that has its id.
  // InvalidArgument: it breaks a rule of study_effects_check.h; nothing is
  // changed.
  absl::Status Put(const StudyEffects& study);

  // Takes the study out; false if there is none of this id.
  bool Remove(absl::string_view study_id);

  // Whether the common-effect estimates of all components follow, so that
  // nothing is fitted from scratch but tau^2 and what depends on it.
  bool follows() const;

  // Equals FitNetwork of the same studies and options to 1e-9, with its errors,
  // whatever the edits that led here. Components that did not change are not
  // fitted again.
  absl::StatusOr<NetworkFit> Fit();

 private:
  using Components = std::vector<std::unique_ptr<LiveComponent>>;

  struct StudyPlace {
    LiveComponent* component;
    int study;
  };
  struct NodePlace {
    LiveComponent* component;
    int node;
  };

  // The component that has all these treatments; null if none has.
  LiveComponent* HomeOf(const StudyEffects& study) const;
  // Writes the study, whose home this is, to block_.
  void MakeBlock(const StudyEffects& study);
  // Lays these components out anew, with one study more if it is not null.
  void Rebuild(const std::vector<LiveComponent*>& components,
               const StudyEffects* more);
  void AddComponents(const std::vector<StudyEffects>& studies);
  void Discard(LiveComponent* component);
  void SortTreatments();

  FitOptions options_;
  Components components_;                // ordered by their first treatment
  std::vector<std::string> treatments_;  // of all, sorted by bytes
  absl::flat_hash_map<std::string, NodePlace> nodes_;
  absl::flat_hash_map<std::string, StudyPlace> studies_;
  StudyBlock block_;  // kept for its memory
};

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_LIVE_NETWORK_H_
