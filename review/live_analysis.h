// One analysis of a review that is kept up to date as the review changes.
#ifndef TIDEMARK_REVIEW_LIVE_ANALYSIS_H_
#define TIDEMARK_REVIEW_LIVE_ANALYSIS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/sha256.h"
#include "nma/effects.h"
#include "nma/live_coherence.h"
#include "nma/live_network.h"
#include "nma/network_fit.h"
#include "nma/study.h"
#include "review/review_state.h"
#include "review/selection.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::review {

// What it returns depends on its arguments alone, not on what it was asked
// before: states may come in any order, of drafts that were given up as well.
// What it was asked before only saves work. It holds what each trial gave and
// does again what changed: trials are the same if the states share them. All
// states must be of one review. Thread-compatible.
//
// Cost: one comparison of pointers for each trial, then selection and effects
// of the trials that differ from the state asked before, and the engine's
// (nma/live_network.h). Another version of the analysis or of the protocol, and
// a reference that comes into or goes out of the data, start from a full fit.
class LiveAnalysis {
 public:
  // InputsDigest of analysis_inputs.h under this build.
  audit::Digest InputsDigest(const ReviewState& state,
                             const AnalysisVersion& analysis);

  // EstimateAnalysis of analysis_inputs.h: numbers are equal to 1e-9, all else
  // is the same, but that of several faulty trials the error may name another.
  // Valid until the next call of either.
  absl::StatusOr<const v1::Estimate*> Estimate(const ReviewState& state,
                                               const AnalysisVersion& analysis);

 private:
  // What names a version of the analysis or of the protocol.
  struct VersionName {
    int64_t sequence = 0;
    audit::Digest commitment = {};
    bool operator==(const VersionName& other) const {
      return sequence == other.sequence && commitment == other.commitment;
    }
  };
  using EffectsOrReason = std::variant<nma::StudyEffects, nma::LeftOutStudy>;
  // A trial and what it gives.
  struct Slot {
    // Held, so that no other version gets its address.
    std::shared_ptr<const TrialVersion> trial;
    // None: no data.
    std::optional<SelectedStudy> selected;
    // Of the selected study, if there is one. An error is the study's.
    std::optional<absl::StatusOr<EffectsOrReason>> effects;

    // Null unless the study takes part.
    const nma::StudyEffects* used() const;
    bool is_faulty() const { return effects.has_value() && !effects->ok(); }
    // Null unless the trial has data, without error, and takes no part.
    const std::string* left_out_reason() const;
  };

  void Follow(const ReviewState& state, const AnalysisVersion& analysis);
  void FollowVersions(const ReviewState& state,
                      const AnalysisVersion& analysis);
  // Returns the slots whose selection is new.
  std::vector<Slot*> FollowTrials(const ReviewState& state,
                                  const v1::Analysis& analysis);
  void Select(std::optional<SelectedStudy> selected, Slot& slot);
  void UpdateEffects(const v1::Analysis& analysis, Slot& slot);
  absl::Status Enter(const nma::StudyEffects& effects);
  void Withdraw(const std::string& id);
  // Makes the estimate say of the trial what its slot does.
  void WriteStudy(const Slot& slot);
  // The error of a study that has one.
  absl::Status CheckEffects() const;
  void ClearNumbers();
  absl::StatusOr<nma::NetworkFit> Fit(const v1::Analysis& analysis,
                                      bool small_values_desirable);

  VersionName analysis_;
  VersionName protocol_;
  std::map<std::string, Slot> slots_;
  // How many selected studies have a zero cell, and whether effects were
  // computed as if any had.
  int zero_cells_ = 0;
  bool any_zero_cell_ = false;
  // How many of the studies used have the reference.
  int with_reference_ = 0;
  // Absent: a trial with data changed since it was computed.
  std::optional<audit::Digest> digest_;
  // How many studies have effects that are an error.
  int faulty_ = 0;
  // The last estimate. Its studies are always those of the slots; the rest is
  // written anew for each.
  v1::Estimate estimate_;
  // Both hold the studies used. An absent network is still to be made of them.
  nma::LiveCoherence coherence_;
  std::unique_ptr<nma::LiveNetwork> network_;
  bool network_has_reference_ = false;
};

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_LIVE_ANALYSIS_H_
