// The drafts of a review's trials: what was written of a trial and did not take
// effect, or not at once.
#ifndef TIDEMARK_REVIEW_DRAFTS_H_
#define TIDEMARK_REVIEW_DRAFTS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "tidemark/v1/extraction.pb.h"

namespace tidemark::review {

// A draft, and what it was made of.
struct KeptDraft {
  v1::Draft draft;
  // Of an adjudication: the sequences of the two submissions, the older first.
  std::vector<int64_t> made_of;
};

// How a draft ends.
struct ClosedDraft {
  std::string trial_id;
  int64_t sequence = 0;
  // Not OPEN.
  v1::Draft::State state = v1::Draft::STATE_UNSPECIFIED;
  // Version of the trial that it, or what was made of it, becomes; 0: none.
  int64_t became_version = 0;
};

// What a change does to drafts.
struct DraftsDelta {
  // Without sequence, time, actor, reason and state, which the entry fills in.
  std::vector<KeptDraft> written;
  // After `written`: a draft may take effect with the entry that writes it.
  std::vector<ClosedDraft> closed;

  bool empty() const { return written.empty() && closed.empty(); }
};

// Every draft of a review, open or closed: none ever goes. Copies share them.
class DraftBook {
 public:
  using Drafts = std::vector<std::shared_ptr<const KeptDraft>>;

  // By trial; of each oldest first.
  const std::map<std::string, Drafts>& by_trial() const { return by_trial_; }
  // Of a trial, oldest first; empty if it has none.
  const Drafts& Of(absl::string_view trial_id) const;
  // The draft that entry `sequence` wrote of the trial, or null.
  const KeptDraft* Find(absl::string_view trial_id, int64_t sequence) const;

  // `draft` is complete but for its state, OPEN. At most one of a trial with
  // each sequence, ascending.
  void Write(KeptDraft draft);
  // Nothing if there is no such draft or it is closed.
  void Close(const ClosedDraft& closed, int64_t entry,
             const std::string& actor);

 private:
  std::map<std::string, Drafts> by_trial_;
};

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_DRAFTS_H_
