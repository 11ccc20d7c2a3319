#include "review/drafts.h"

#include <memory>
#include <string>
#include <utility>

namespace tidemark::review {

const DraftBook::Drafts& DraftBook::Of(absl::string_view trial_id) const {
  static const Drafts* const kNone = new Drafts();
  const auto found = by_trial_.find(std::string(trial_id));
  return found == by_trial_.end() ? *kNone : found->second;
}

const KeptDraft* DraftBook::Find(absl::string_view trial_id,
                                 int64_t sequence) const {
  for (const auto& kept : Of(trial_id)) {
    if (kept->draft.sequence() == sequence) return kept.get();
  }
  return nullptr;
}

void DraftBook::Write(KeptDraft draft) {
  draft.draft.set_state(v1::Draft::OPEN);
  Drafts& drafts = by_trial_[draft.draft.trial_id()];
  drafts.push_back(std::make_shared<KeptDraft>(std::move(draft)));
}

void DraftBook::Close(const ClosedDraft& closed, int64_t entry,
                      const std::string& actor) {
  for (auto& kept : by_trial_[closed.trial_id]) {
    if (kept->draft.sequence() != closed.sequence ||
        kept->draft.state() != v1::Draft::OPEN) {
      continue;
    }
    auto changed = std::make_shared<KeptDraft>(*kept);
    changed->draft.set_state(closed.state);
    changed->draft.set_closed_at(entry);
    changed->draft.set_closed_by(actor);
    changed->draft.set_became_version(closed.became_version);
    kept = std::move(changed);
  }
}

}  // namespace tidemark::review
