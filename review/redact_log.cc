#include "review/redact_log.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/deterministic_bytes.h"
#include "base/status_macros.h"
#include "google/protobuf/util/message_differencer.h"
#include "review/check.h"
#include "review/errors.h"
#include "review/plan_change.h"
#include "review/plan_redaction.h"
#include "review/redaction.h"

namespace tidemark::review {
namespace {

using google::protobuf::util::MessageDifferencer;

// Folds a log again, one entry after another.
class Redactor {
 public:
  // `resources` are those of which the wanted entries say words.
  Redactor(absl::string_view review_id, std::set<int64_t> wanted,
           std::set<std::string> resources)
      : review_id_(review_id),
        wanted_(std::move(wanted)),
        resources_(std::move(resources)) {}

  absl::Status Add(const StoredEntry& entry, bool is_redacted) {
    const int64_t sequence = entry.leaf.sequence;
    const Author author = AuthorOf(entry.leaf);
    v1::Change change = entry.change;
    if (wanted_.count(sequence) > 0) {
      ASSIGN_OR_RETURN(change, Replace(sequence, entry.change));
    }
    ASSIGN_OR_RETURN(PlannedChange plan,
                     PlanChange(log_.state, review_id_, change, author));
    // Its old values are no longer what was before it: it quotes what is
    // erased. Those of a redacted one are erased themselves.
    const bool quotes = change.has_correct_trial() && !is_redacted &&
                        wanted_.count(sequence) == 0 &&
                        !MessageDifferencer::Equals(change, plan.change);
    if (quotes) {
      ASSIGN_OR_RETURN(change, Replace(sequence, entry.change));
      ASSIGN_OR_RETURN(plan,
                       PlanChange(log_.state, review_id_, change, author));
    }
    log_.state.Apply(plan.delta, ContextOf(entry.leaf));
    KeepTrials(plan.delta, replacements_.count(sequence) > 0);
    if (replacements_.count(sequence) == 0 && !is_redacted) {
      KeepWords(sequence, entry.change);
    }
    return absl::OkStatus();
  }

  RedactedLog Finish() && {
    for (auto& [sequence, bytes] : replacements_) {
      log_.redact.add_sequences(sequence);
      log_.redact.add_replacements(std::move(bytes));
    }
    for (const auto& [sequence, words] : others_) {
      const bool holds = std::any_of(
          words.begin(), words.end(),
          [this](const auto& word) { return erased_.count(word) > 0; });
      if (holds) log_.redact.add_still_held(sequence);
    }
    return std::move(log_);
  }

 private:
  absl::StatusOr<v1::Change> Replace(int64_t sequence,
                                     const v1::Change& change) {
    ASSIGN_OR_RETURN(v1::Change without_words, WithoutWords(change));
    erased_.merge(WordsOf(change));
    replacements_[sequence] = DeterministicBytes(without_words);
    return without_words;
  }

  // Versions of a trial hold its words also where another entry made them, such
  // as a new status or the approval of a draft.
  void KeepTrials(const Delta& delta, bool is_replaced) {
    for (const KeptDraft& kept : delta.drafts.written) {
      if (is_replaced) touched_.insert(kept.draft.trial_id());
    }
    for (const v1::TrialRecord& record : delta.trials) {
      const std::string& id = record.trial().trial_id();
      if (is_replaced) touched_.insert(id);
      if (touched_.count(id) == 0) continue;
      log_.trials.push_back(log_.state.FindTrial(id)->record);
    }
  }

  void KeepWords(int64_t sequence, const v1::Change& change) {
    for (const auto& word : WordsOf(change)) {
      if (resources_.count(word.first) > 0) others_[sequence].insert(word);
    }
  }

  const absl::string_view review_id_;
  const std::set<int64_t> wanted_;
  const std::set<std::string> resources_;
  RedactedLog log_;
  std::map<int64_t, std::string> replacements_;
  Words erased_;
  // Of entries that are not replaced.
  std::map<int64_t, Words> others_;
  // Trials that a replaced change wrote.
  std::set<std::string> touched_;
};

// Why the words of the change cannot be erased, as a violation of the request.
void CheckHasWords(const std::string& field, const v1::Change& change,
                   const Words& words, Violations& violations) {
  if (const absl::Status status = CheckCanRedact(change); !status.ok()) {
    violations.Add(field, status.message());
  } else if (words.empty()) {
    violations.Add(field, "holds no words that could be erased");
  }
}

}  // namespace

absl::StatusOr<RedactedLog> RedactLog(
    const ReviewState& state, absl::string_view review_id,
    const v1::RedactChanges& request,
    absl::FunctionRef<absl::StatusOr<StoredEntry>(int64_t sequence)> read) {
  RETURN_IF_ERROR(CheckSequences(state, request));
  Violations violations;
  std::set<std::string> resources;
  for (int i = 0; i < request.sequences_size(); ++i) {
    ASSIGN_OR_RETURN(const StoredEntry entry, read(request.sequences(i)));
    const Words words = WordsOf(entry.change);
    CheckHasWords(Element("redact_changes.sequences", i), entry.change, words,
                  violations);
    for (const auto& word : words) resources.insert(word.first);
  }
  RETURN_IF_ERROR(violations.ToStatus());
  Redactor redactor(review_id,
                    {request.sequences().begin(), request.sequences().end()},
                    std::move(resources));
  for (int64_t sequence = 1; sequence <= state.sequence(); ++sequence) {
    ASSIGN_OR_RETURN(const StoredEntry entry, read(sequence));
    RETURN_IF_ERROR(
        redactor.Add(entry, state.redactions().count(sequence) > 0));
  }
  return std::move(redactor).Finish();
}

}  // namespace tidemark::review
