#include "review/plan_redaction.h"

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "google/protobuf/util/message_differencer.h"
#include "review/check.h"
#include "review/errors.h"
#include "review/redaction.h"

namespace tidemark::review {
namespace {

constexpr int kMostSequences = 1000;
// As much as a request may hold: the entry must be read whole.
constexpr size_t kMostReplacementBytes = size_t{16} << 20;
// What a leaf has room for.
constexpr size_t kMostResourceBytes = 16384;

std::string ResourceOf(const v1::RedactChanges& redact) {
  std::string resource;
  for (int i = 0; i < redact.sequences_size(); ++i) {
    if (resource.size() > kMostResourceBytes) {
      return absl::StrCat(resource, " and ", redact.sequences_size() - i,
                          " more");
    }
    absl::StrAppend(&resource, resource.empty() ? "" : ",", "entries/",
                    redact.sequences(i));
  }
  return resource;
}

absl::Status CheckReplacement(const std::string& bytes) {
  v1::Change change;
  if (!change.ParseFromString(bytes)) {
    return absl::InvalidArgumentError("is not a tidemark.v1.Change");
  }
  ASSIGN_OR_RETURN(const v1::Change without_words, WithoutWords(change));
  if (google::protobuf::util::MessageDifferencer::Equals(change,
                                                         without_words)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError("holds words that a redaction erases");
}

void CheckReplacements(const v1::RedactChanges& redact,
                       Violations& violations) {
  if (redact.replacements_size() != redact.sequences_size()) {
    violations.Add(
        "redact_changes.replacements",
        absl::StrCat("must be as many as sequences, ", redact.sequences_size(),
                     ", found ", redact.replacements_size()));
  }
  size_t bytes = 0;
  for (int i = 0; i < redact.replacements_size(); ++i) {
    bytes += redact.replacements(i).size();
    const absl::Status status = CheckReplacement(redact.replacements(i));
    if (status.ok()) continue;
    violations.Add(Element("redact_changes.replacements", i), status.message());
  }
  if (bytes > kMostReplacementBytes) {
    violations.Add("redact_changes.replacements",
                   absl::StrCat("must be at most ", kMostReplacementBytes,
                                " bytes together, found ", bytes,
                                "; redact fewer entries at a time"));
  }
}

}  // namespace

absl::Status CheckSequences(const ReviewState& state,
                            const v1::RedactChanges& redact) {
  Violations violations;
  const int size = redact.sequences_size();
  if (size < 1 || size > kMostSequences) {
    violations.Add(
        "redact_changes.sequences",
        absl::StrCat("must hold 1-", kMostSequences, " entries, found ", size));
  }
  for (int i = 0; i < size; ++i) {
    const int64_t sequence = redact.sequences(i);
    const std::string field = Element("redact_changes.sequences", i);
    if (sequence < 1 || sequence > state.sequence()) {
      violations.Add(field,
                     absl::StrCat("must be an entry of the log, 1-",
                                  state.sequence(), ", found ", sequence));
    } else if (i > 0 && sequence <= redact.sequences(i - 1)) {
      violations.Add(field,
                     absl::StrCat("must be after ", redact.sequences(i - 1),
                                  ": entries are named once, ascending; "
                                  "found ",
                                  sequence));
    }
    const auto redacted = state.redactions().find(sequence);
    if (redacted == state.redactions().end()) continue;
    violations.Add(field,
                   absl::StrCat("entry ", sequence, " was redacted by entry ",
                                redacted->second, " already"));
  }
  return violations.ToStatus();
}

absl::StatusOr<PlannedChange> PlanRedactChanges(const ReviewState& state,
                                                const v1::Change& change) {
  const v1::RedactChanges& redact = change.redact_changes();
  RETURN_IF_ERROR(CheckSequences(state, redact));
  Violations violations;
  CheckReplacements(redact, violations);
  for (int i = 0; i < redact.still_held_size(); ++i) {
    const int64_t sequence = redact.still_held(i);
    if (sequence >= 1 && sequence <= state.sequence() &&
        (i == 0 || sequence > redact.still_held(i - 1))) {
      continue;
    }
    violations.Add(Element("redact_changes.still_held", i),
                   absl::StrCat("must be entries of the log, ascending, found ",
                                sequence));
  }
  RETURN_IF_ERROR(violations.ToStatus());
  PlannedChange plan;
  plan.change = change;
  plan.action = kRedactAction;
  plan.resource = ResourceOf(redact);
  plan.delta.redacted.assign(redact.sequences().begin(),
                             redact.sequences().end());
  return plan;
}

}  // namespace tidemark::review
