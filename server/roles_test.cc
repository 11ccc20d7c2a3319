#include "server/roles.h"

#include <map>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::server {
namespace {

using ::testing::HasSubstr;
using testing::IsOkAndHolds;
using testing::StatusIs;

const std::map<std::string, Role>& Roles() {
  static const auto* const kRoles =
      new std::map<std::string, Role>{{"reader", Role::kReader},
                                      {"extractor", Role::kExtractor},
                                      {"adjudicator", Role::kAdjudicator},
                                      {"methodologist", Role::kMethodologist},
                                      {"editor", Role::kEditor},
                                      {"auditor", Role::kAuditor},
                                      {"admin", Role::kAdmin}};
  return *kRoles;
}

v1::ApplyRequest RequestOf(const v1::Change& change,
                           const std::string& review = "knees") {
  v1::ApplyRequest request;
  request.set_review_id(review);
  *request.mutable_change() = change;
  return request;
}

// Who may make a change, besides the admin.
std::set<std::string> MayApply(const v1::Change& change) {
  std::set<std::string> names;
  for (const auto& [name, role] : Roles()) {
    if (CheckMayApply({"a", "token", {role}}, RequestOf(change)).ok()) {
      names.insert(name);
    }
  }
  EXPECT_EQ(names.erase("admin"), 1);
  return names;
}

TEST(RolesTest, ParseByTheirNames) {
  for (const auto& [name, role] : Roles()) {
    EXPECT_THAT(ParseRole(name), IsOkAndHolds(role));
    EXPECT_EQ(NameOf(role), name);
  }
  for (const char* name : {"", "Reader", "root", "reader "}) {
    EXPECT_THAT(ParseRole(name), StatusIs(absl::StatusCode::kInvalidArgument,
                                          HasSubstr("is no role")));
  }
}

TEST(RolesTest, EveryRoleReadsAndNoRoleDoesNot) {
  for (const auto& [name, role] : Roles()) {
    EXPECT_OK(CheckMayRead({"a", "token", {role}}, "knees")) << name;
  }
  EXPECT_THAT(CheckMayRead({"ann", "token", {}}, "knees"),
              StatusIs(absl::StatusCode::kPermissionDenied,
                       HasSubstr("\"ann\" may not read")));
}

TEST(RolesTest, EachChangeHasItsRoles) {
  const std::set<std::string> trials = {"extractor", "editor"};
  const std::set<std::string> protocol = {"methodologist", "editor"};
  v1::Change change;
  change.mutable_submit_trials();
  EXPECT_EQ(MayApply(change), trials);
  change.mutable_correct_trial();
  EXPECT_EQ(MayApply(change), trials);
  change.mutable_set_trial_status();
  EXPECT_EQ(MayApply(change), std::set<std::string>{"editor"});
  change.mutable_make_release();
  EXPECT_EQ(MayApply(change), std::set<std::string>{"editor"});
  change.mutable_redact_changes();
  EXPECT_EQ(MayApply(change), std::set<std::string>{});
  change.mutable_set_living_mode();
  EXPECT_EQ(MayApply(change), protocol);
  change.mutable_record_runs();
  EXPECT_EQ(MayApply(change),
            (std::set<std::string>{"extractor", "methodologist", "editor"}));
  change.mutable_put_review();
  EXPECT_EQ(MayApply(change), protocol);
  change.mutable_put_analyses();
  EXPECT_EQ(MayApply(change), protocol);
  change.mutable_set_policy();
  EXPECT_EQ(MayApply(change), protocol);
  const std::set<std::string> drafts = {"extractor", "adjudicator", "editor"};
  change.mutable_approve_drafts();
  EXPECT_EQ(MayApply(change), drafts);
  change.mutable_reject_drafts();
  EXPECT_EQ(MayApply(change), drafts);
  change.mutable_adjudicate_trial();
  EXPECT_EQ(MayApply(change), drafts);
}

TEST(RolesTest, OneOfSeveralRolesIsEnough) {
  v1::Change change;
  change.mutable_set_trial_status();
  EXPECT_OK(CheckMayApply({"a", "token", {Role::kReader, Role::kEditor}},
                          RequestOf(change)));
}

TEST(RolesTest, OnlyAuditorsAndAdminsReadTheServersLog) {
  for (const auto& [name, role] : Roles()) {
    EXPECT_EQ(CheckMayRead({"a", "token", {role}}, "system").ok(),
              name == "auditor" || name == "admin")
        << name;
  }
}

TEST(RolesTest, NobodyWritesWhatOnlyTheServerWrites) {
  v1::Change event;
  event.mutable_access_set();
  v1::Change creation;
  creation.mutable_put_review();
  v1::Change rotation;
  rotation.mutable_key_rotated();
  v1::Change restoration;
  restoration.mutable_log_restored();
  v1::Change overdue;
  overdue.mutable_report_overdue();
  for (const auto& [name, role] : Roles()) {
    const Actor actor = {"ann", "token", {role}};
    for (const v1::ApplyRequest& request :
         {RequestOf(event, "system"), RequestOf(event),
          RequestOf(creation, "system"), RequestOf(rotation),
          RequestOf(rotation, "system"), RequestOf(restoration),
          RequestOf(overdue)}) {
      EXPECT_THAT(CheckMayApply(actor, request),
                  StatusIs(absl::StatusCode::kPermissionDenied,
                           HasSubstr("\"ann\" may not write what only the "
                                     "server writes")))
          << name;
    }
  }
}

TEST(RolesTest, OnlyAdminsAdministerTheServer) {
  for (const auto& [name, role] : Roles()) {
    EXPECT_EQ(CheckMayAdminister({"ann", "token", {role}}).ok(),
              role == Role::kAdmin)
        << name;
  }
}

TEST(RolesTest, RefusalNamesTheActorAndWhatItTakes) {
  v1::Change change;
  change.mutable_submit_trials();
  EXPECT_THAT(
      CheckMayApply({"ann", "token", {Role::kAuditor}}, RequestOf(change)),
      StatusIs(absl::StatusCode::kPermissionDenied,
               "\"ann\" may not submit or correct trials; it takes "
               "one of the roles admin, editor, extractor"));
}

}  // namespace
}  // namespace tidemark::server
