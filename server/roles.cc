#include "server/roles.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "review/errors.h"
#include "review/log_events.h"
#include "review/system_events.h"
#include "review/validate_review.h"
#include "tidemark/v1/change.pb.h"

namespace tidemark::server {
namespace {

constexpr std::pair<const char*, Role> kRoleNames[] = {
    {"reader", Role::kReader},
    {"extractor", Role::kExtractor},
    {"adjudicator", Role::kAdjudicator},
    {"methodologist", Role::kMethodologist},
    {"editor", Role::kEditor},
    {"auditor", Role::kAuditor},
    {"admin", Role::kAdmin},
};

std::string NamesOf(const std::set<Role>& roles) {
  std::set<std::string> names;
  for (const auto& [name, role] : kRoleNames) {
    if (roles.count(role) > 0) names.insert(name);
  }
  return absl::StrJoin(names, ", ");
}

absl::Status CheckHasOneOf(const Actor& actor, const std::set<Role>& roles,
                           absl::string_view what) {
  if (std::any_of(roles.begin(), roles.end(),
                  [&](Role role) { return actor.roles.count(role) > 0; })) {
    return absl::OkStatus();
  }
  return review::Error(
      absl::StatusCode::kPermissionDenied, "ROLE_MISSING",
      absl::StrCat("\"", actor.name, "\" may not ", what,
                   "; it takes one of the roles ", NamesOf(roles)),
      {{"actor", actor.name}, {"needs", NamesOf(roles)}});
}

}  // namespace

absl::StatusOr<Role> ParseRole(absl::string_view name) {
  for (const auto& [role_name, role] : kRoleNames) {
    if (name == role_name) return role;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", name,
                   "\" is no role; roles are reader, extractor, adjudicator, "
                   "methodologist, editor, auditor, admin"));
}

Actor ServerActor() { return {"server", "internal", {}}; }

std::string NameOf(Role role) {
  const auto* const found =
      std::find_if(std::begin(kRoleNames), std::end(kRoleNames),
                   [&](const auto& named) { return named.second == role; });
  return found->first;
}

absl::Status CheckMayRead(const Actor& actor, absl::string_view review) {
  if (review == review::kSystemLog) {
    return CheckHasOneOf(actor, {Role::kAuditor, Role::kAdmin},
                         "read the server's own log");
  }
  return CheckHasOneOf(
      actor,
      {Role::kReader, Role::kExtractor, Role::kAdjudicator,
       Role::kMethodologist, Role::kEditor, Role::kAuditor, Role::kAdmin},
      "read");
}

absl::Status CheckMayApply(const Actor& actor,
                           const v1::ApplyRequest& request) {
  if (request.review_id() == review::kSystemLog ||
      review::IsSystemEvent(request.change()) ||
      review::IsLogEvent(request.change()) ||
      request.change().has_report_overdue()) {
    return review::Error(
        absl::StatusCode::kPermissionDenied, "SYSTEM_LOG",
        absl::StrCat(
            "\"", actor.name, "\" may not write what only the server ",
            "writes: its own log, the keys of logs and what is overdue; no "
            "review can be named \"",
            review::kSystemLog, "\""),
        {{"actor", actor.name}});
  }
  switch (request.change().kind_case()) {
    case v1::Change::kSubmitTrials:
    case v1::Change::kCorrectTrial:
      return CheckHasOneOf(actor,
                           {Role::kExtractor, Role::kEditor, Role::kAdmin},
                           "submit or correct trials");
    case v1::Change::kApproveDrafts:
    case v1::Change::kRejectDrafts:
    case v1::Change::kAdjudicateTrial:
      return CheckHasOneOf(
          actor,
          {Role::kExtractor, Role::kAdjudicator, Role::kEditor, Role::kAdmin},
          "approve, reject or adjudicate drafts");
    case v1::Change::kSetTrialStatus:
      return CheckHasOneOf(actor, {Role::kEditor, Role::kAdmin},
                           "change the status of trials");
    case v1::Change::kRedactChanges:
      return CheckHasOneOf(actor, {Role::kAdmin}, "erase the words of changes");
    case v1::Change::kSetLivingMode:
      return CheckHasOneOf(actor,
                           {Role::kMethodologist, Role::kEditor, Role::kAdmin},
                           "set living mode");
    case v1::Change::kRecordRuns:
      return CheckHasOneOf(
          actor,
          {Role::kExtractor, Role::kMethodologist, Role::kEditor, Role::kAdmin},
          "record what was done");
    case v1::Change::kMakeRelease:
      return CheckHasOneOf(actor, {Role::kEditor, Role::kAdmin},
                           "make releases");
    default:
      return CheckHasOneOf(actor,
                           {Role::kMethodologist, Role::kEditor, Role::kAdmin},
                           "change the protocol, its policy or analyses");
  }
}

absl::Status CheckMayAdminister(const Actor& actor) {
  return CheckHasOneOf(actor, {Role::kAdmin}, "administer the server");
}

}  // namespace tidemark::server
