#include "review/log_events.h"

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/checkpoint.h"
#include "audit/key_history.h"
#include "audit/log_origin.h"
#include "audit/note.h"
#include "base/status_macros.h"
#include "review/errors.h"

namespace tidemark::review {
namespace {

// A key with the origin that it names.
struct NamedKey {
  audit::Verifier verifier;
  audit::LogOrigin origin;
};

absl::StatusOr<NamedKey> ParseKey(absl::string_view vkey) {
  ASSIGN_OR_RETURN(audit::Verifier verifier, audit::Verifier::Parse(vkey));
  ASSIGN_OR_RETURN(audit::LogOrigin origin,
                   audit::ParseLogOrigin(verifier.name()));
  return NamedKey{std::move(verifier), std::move(origin)};
}

// The old and the new key of an event.
struct KeyPair {
  NamedKey before;
  NamedKey after;
};

absl::StatusOr<KeyPair> ParseKeys(const ReviewState& state,
                                  absl::string_view review_id,
                                  absl::string_view field,
                                  absl::string_view old_vkey,
                                  absl::string_view vkey) {
  Violations violations;
  const auto check = [&](absl::string_view name, absl::string_view value) {
    absl::StatusOr<NamedKey> key = ParseKey(value);
    const std::string path = absl::StrCat(field, ".", name);
    if (!key.ok()) {
      violations.Add(path, key.status().message());
    } else if (key->origin.review != review_id) {
      violations.Add(path, absl::StrCat("must be of the log of \"", review_id,
                                        "\", found \"", value, "\""));
    }
    return key;
  };
  if (state.sequence() == 0) {
    violations.Add(field, "cannot be the first entry of a log");
  }
  const absl::StatusOr<NamedKey> before = check("old_vkey", old_vkey);
  const absl::StatusOr<NamedKey> after = check("vkey", vkey);
  if (!state.keys().empty() && state.keys().back().vkey != old_vkey) {
    violations.Add(
        absl::StrCat(field, ".old_vkey"),
        absl::StrCat("must be the key that the log names, ",
                     state.keys().back().vkey, ", found ", old_vkey));
  }
  RETURN_IF_ERROR(violations.ToStatus());
  return KeyPair{*before, *after};
}

PlannedChange MakePlan(const v1::Change& change, absl::string_view action,
                       const KeyNamed& named) {
  PlannedChange plan;
  plan.change = change;
  plan.action = std::string(action);
  plan.resource = audit::KeyResource(named.vkey);
  plan.delta.key = named;
  return plan;
}

absl::StatusOr<PlannedChange> PlanKeyRotated(const ReviewState& state,
                                             absl::string_view review_id,
                                             const v1::Change& change) {
  const v1::KeyRotated& rotated = change.key_rotated();
  ASSIGN_OR_RETURN(const KeyPair keys,
                   ParseKeys(state, review_id, "key_rotated",
                             rotated.old_vkey(), rotated.vkey()));
  if (keys.before.verifier.name() != keys.after.verifier.name() ||
      rotated.old_vkey() == rotated.vkey()) {
    Violations violations;
    violations.Add(
        "key_rotated.vkey",
        absl::StrCat("must be another key of the origin ",
                     keys.before.verifier.name(), ", found ", rotated.vkey()));
    return violations.ToStatus();
  }
  return MakePlan(change, audit::kRotateAction,
                  {rotated.old_vkey(), rotated.vkey()});
}

absl::StatusOr<PlannedChange> PlanLogRestored(const ReviewState& state,
                                              absl::string_view review_id,
                                              const v1::Change& change) {
  const v1::LogRestored& restored = change.log_restored();
  ASSIGN_OR_RETURN(const KeyPair keys,
                   ParseKeys(state, review_id, "log_restored",
                             restored.old_vkey(), restored.vkey()));
  Violations violations;
  if (keys.after.origin.epoch <= keys.before.origin.epoch) {
    violations.Add(
        "log_restored.vkey",
        absl::StrCat("must be of an epoch after ", keys.before.origin.epoch,
                     ", found ", keys.after.origin.epoch));
  }
  const auto old_checkpoint =
      audit::OpenCheckpoint(restored.old_checkpoint(), keys.before.verifier,
                            keys.before.verifier.name());
  if (!old_checkpoint.ok()) {
    violations.Add("log_restored.old_checkpoint",
                   old_checkpoint.status().message());
  } else if (old_checkpoint->size != state.sequence()) {
    violations.Add(
        "log_restored.old_checkpoint",
        absl::StrCat("must be of size ", state.sequence(),
                     ", the sequence before, found ", old_checkpoint->size));
  }
  RETURN_IF_ERROR(violations.ToStatus());
  return MakePlan(change, audit::kRestoreAction,
                  {restored.old_vkey(), restored.vkey(), /*sequence=*/0,
                   /*restored=*/true});
}

}  // namespace

bool IsLogEvent(const v1::Change& change) {
  return change.has_key_rotated() || change.has_log_restored();
}

absl::StatusOr<PlannedChange> PlanLogEvent(const ReviewState& state,
                                           absl::string_view review_id,
                                           const v1::Change& change) {
  if (change.has_key_rotated()) {
    return PlanKeyRotated(state, review_id, change);
  }
  if (change.has_log_restored()) {
    return PlanLogRestored(state, review_id, change);
  }
  Violations violations;
  violations.Add("change", "is no event of a log");
  return violations.ToStatus();
}

int64_t EpochAfter(int64_t epoch, const Delta& delta) {
  if (!delta.key.has_value() || !delta.key->restored) return epoch;
  const absl::StatusOr<NamedKey> key = ParseKey(delta.key->vkey);
  return key.ok() ? key->origin.epoch : epoch;
}

}  // namespace tidemark::review
