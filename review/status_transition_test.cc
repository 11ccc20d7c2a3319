#include "review/status_transition.h"

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/testing/violations.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {
namespace {

using Code = v1::TrialStatus::Code;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::StatusIs;

constexpr Code kIncluded = v1::TrialStatus::INCLUDED;
constexpr Code kExcluded = v1::TrialStatus::EXCLUDED;
constexpr Code kConcern = v1::TrialStatus::CONCERN;
constexpr Code kRetracted = v1::TrialStatus::RETRACTED;
constexpr Code kReinstated = v1::TrialStatus::REINSTATED;
constexpr Code kAll[] = {kIncluded, kExcluded, kConcern, kRetracted,
                         kReinstated};

// The state machine of a trial.
const std::map<Code, std::set<Code>>& Table() {
  static const auto* const kTable = new std::map<Code, std::set<Code>>{
      {kIncluded, {kExcluded, kConcern, kRetracted}},
      {kReinstated, {kExcluded, kConcern, kRetracted}},
      {kConcern, {kExcluded, kRetracted, kReinstated}},
      {kExcluded, {kRetracted, kReinstated}},
      {kRetracted, {kReinstated}},
  };
  return *kTable;
}

TEST(CheckTransitionTest, AllowsExactlyTheTable) {
  for (const Code from : kAll) {
    for (const Code to : kAll) {
      EXPECT_EQ(CheckTransition("t", from, to).ok(),
                Table().at(from).count(to) > 0)
          << from << " to " << to;
    }
  }
}

TEST(CheckTransitionTest, RefusalSaysWhatCanBeDone) {
  const absl::Status status =
      CheckTransition("matas-2019", kRetracted, kExcluded);
  EXPECT_THAT(status,
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       "trial \"matas-2019\" is RETRACTED and cannot become "
                       "EXCLUDED; it can become REINSTATED"));
  const google::rpc::ErrorInfo info = testing::ErrorInfoOf(status);
  EXPECT_EQ(info.reason(), "STATUS_TRANSITION");
  EXPECT_EQ(info.metadata().at("trial"), "matas-2019");
  EXPECT_EQ(info.metadata().at("status"), "RETRACTED");
}

TEST(CheckTransitionTest, EveryStatusLeadsBackToUse) {
  for (const Code from : kAll) {
    EXPECT_TRUE(IsUsable(from) || CheckTransition("t", from, kReinstated).ok());
  }
}

// Only the submission of a new trial makes it INCLUDED.
TEST(CheckTransitionTest, NothingBecomesIncludedOrStaysTheSame) {
  for (const Code from : kAll) {
    EXPECT_FALSE(CheckTransition("t", from, kIncluded).ok());
    EXPECT_FALSE(CheckTransition("t", from, from).ok());
  }
}

TEST(IsUsableTest, ConcernsAreUsedRetractionsAndExclusionsAreNot) {
  EXPECT_TRUE(IsUsable(kIncluded));
  EXPECT_TRUE(IsUsable(kConcern));
  EXPECT_TRUE(IsUsable(kReinstated));
  EXPECT_FALSE(IsUsable(kExcluded));
  EXPECT_FALSE(IsUsable(kRetracted));
  EXPECT_FALSE(IsUsable(v1::TrialStatus::UNSPECIFIED));
}

std::vector<std::string> ViolatedBy(Code status, const std::string& notice) {
  Violations violations;
  ValidateStatus(status, notice, violations);
  return testing::FieldsOf(violations.ToStatus());
}

TEST(ValidateStatusTest, RetractionsAndConcernsNeedTheirNotice) {
  for (const Code status : {kRetracted, kConcern}) {
    EXPECT_THAT(ViolatedBy(status, "10.1000/notice"), ElementsAre());
    EXPECT_THAT(ViolatedBy(status, ""), ElementsAre("set_trial_status.notice"));
  }
  for (const Code status : {kExcluded, kReinstated}) {
    EXPECT_THAT(ViolatedBy(status, ""), ElementsAre());
  }
}

TEST(ValidateStatusTest, OnlyFourCanBeAskedFor) {
  for (const Code status :
       {v1::TrialStatus::UNSPECIFIED, kIncluded, static_cast<Code>(99)}) {
    EXPECT_THAT(ViolatedBy(status, "10.1000/notice"),
                ElementsAre("set_trial_status.status"));
  }
}

TEST(StatusActionTest, EachHasItsOwnNameInTheLog) {
  EXPECT_EQ(StatusAction(kExcluded), "trials.exclude");
  EXPECT_EQ(StatusAction(kConcern), "trials.concern");
  EXPECT_EQ(StatusAction(kRetracted), "trials.retract");
  EXPECT_EQ(StatusAction(kReinstated), "trials.reinstate");
}

}  // namespace
}  // namespace tidemark::review
