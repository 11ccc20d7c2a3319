#include "review/system_events.h"

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/checkpoint.h"
#include "base/status_macros.h"
#include "review/check.h"
#include "review/errors.h"
#include "review/validate_review.h"

namespace tidemark::review {
namespace {

absl::StatusOr<PlannedChange> Plan(const v1::Change& change,
                                   absl::string_view action,
                                   absl::string_view resource,
                                   const Violations& violations) {
  RETURN_IF_ERROR(violations.ToStatus());
  PlannedChange plan;
  plan.change = change;
  plan.action = std::string(action);
  plan.resource = std::string(resource);
  return plan;
}

absl::StatusOr<PlannedChange> PlanServerStarted(const v1::Change& change) {
  Violations violations;
  CheckNotEmpty("server_started.vkey", change.server_started().vkey(),
                violations);
  return Plan(change, "server.start", "server", violations);
}

absl::StatusOr<PlannedChange> PlanAccessSet(const v1::Change& change) {
  const v1::AccessSet& access = change.access_set();
  Violations violations;
  for (int i = 0; i < access.accounts_size(); ++i) {
    const v1::Account& account = access.accounts(i);
    const std::string field = Element("access_set.accounts", i);
    CheckNotEmpty(absl::StrCat(field, ".actor"), account.actor(), violations);
    if (account.roles().empty()) {
      violations.Add(absl::StrCat(field, ".roles"),
                     "must hold at least one role");
    }
  }
  ASSIGN_OR_RETURN(PlannedChange plan,
                   Plan(change, "access.set", "access", violations));
  plan.delta.access = access;
  return plan;
}

absl::StatusOr<PlannedChange> PlanReviewCreated(const v1::Change& change) {
  const v1::ReviewCreated& created = change.review_created();
  Violations violations;
  if (!IsReviewId(created.review_id())) {
    violations.Add("review_created.review_id",
                   absl::StrCat("must be the id of a review, found \"",
                                created.review_id(), "\""));
  }
  CheckNotEmpty("review_created.vkey", created.vkey(), violations);
  ASSIGN_OR_RETURN(
      PlannedChange plan,
      Plan(change, "review.create",
           absl::StrCat("reviews/", created.review_id()), violations));
  plan.delta.created_review = created.review_id();
  return plan;
}

void ValidateRefusedCall(const std::string& field, const v1::RefusedCall& call,
                         Violations& violations) {
  CheckNotEmpty(absl::StrCat(field, ".method"), call.method(), violations);
  if (call.code() != "UNAUTHENTICATED" && call.code() != "PERMISSION_DENIED") {
    violations.Add(absl::StrCat(field, ".code"),
                   absl::StrCat("must be UNAUTHENTICATED or PERMISSION_DENIED, "
                                "found \"",
                                call.code(), "\""));
  }
  if (call.count() < 1) {
    violations.Add(absl::StrCat(field, ".count"),
                   absl::StrCat("must be >= 1, found ", call.count()));
  }
}

absl::StatusOr<PlannedChange> PlanCallsRefused(const v1::Change& change) {
  const v1::CallsRefused& refused = change.calls_refused();
  Violations violations;
  for (int i = 0; i < refused.calls_size(); ++i) {
    ValidateRefusedCall(Element("calls_refused.calls", i), refused.calls(i),
                        violations);
  }
  if (refused.calls().empty() || refused.calls_size() > kMostRefusedCalls) {
    violations.Add("calls_refused.calls",
                   absl::StrCat("must hold 1-", kMostRefusedCalls,
                                " calls, found ", refused.calls_size()));
  }
  if (refused.others() < 0) {
    violations.Add("calls_refused.others",
                   absl::StrCat("must be >= 0, found ", refused.others()));
  }
  return Plan(change, "calls.refuse", "calls", violations);
}

absl::StatusOr<PlannedChange> PlanBackupMade(const v1::Change& change) {
  const v1::BackupMade& made = change.backup_made();
  Violations violations;
  if (made.backup_id() < 1) {
    violations.Add("backup_made.backup_id",
                   absl::StrCat("must be >= 1, found ", made.backup_id()));
  }
  CheckNotEmpty("backup_made.directory", made.directory(), violations);
  CheckNotEmpty("backup_made.actor", made.actor(), violations);
  for (int i = 0; i < made.checkpoints_size(); ++i) {
    const auto checkpoint =
        audit::ReadCheckpointUnverified(made.checkpoints(i));
    if (checkpoint.ok()) continue;
    violations.Add(Element("backup_made.checkpoints", i),
                   checkpoint.status().message());
  }
  return Plan(change, "backup.make", absl::StrCat("backups/", made.backup_id()),
              violations);
}

}  // namespace

bool IsSystemEvent(const v1::Change& change) {
  switch (change.kind_case()) {
    case v1::Change::kServerStarted:
    case v1::Change::kAccessSet:
    case v1::Change::kReviewCreated:
    case v1::Change::kCallsRefused:
    case v1::Change::kBackupMade:
      return true;
    default:
      return false;
  }
}

absl::StatusOr<PlannedChange> PlanSystemEvent(const v1::Change& change) {
  switch (change.kind_case()) {
    case v1::Change::kServerStarted:
      return PlanServerStarted(change);
    case v1::Change::kAccessSet:
      return PlanAccessSet(change);
    case v1::Change::kReviewCreated:
      return PlanReviewCreated(change);
    case v1::Change::kCallsRefused:
      return PlanCallsRefused(change);
    case v1::Change::kBackupMade:
      return PlanBackupMade(change);
    default: {
      Violations violations;
      violations.Add("change",
                     "the log \"system\" takes only what the server itself "
                     "has to say");
      return violations.ToStatus();
    }
  }
}

}  // namespace tidemark::review
