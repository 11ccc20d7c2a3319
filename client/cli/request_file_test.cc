#include "client/cli/request_file.h"

#include <filesystem>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "tidemark/v1/change.pb.h"

namespace tidemark::cli {
namespace {

class RequestFileTest : public ::testing::Test {
 protected:
  RequestFileTest()
      : directory_(absl::StrCat(
            ::testing::TempDir(), "/",
            ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    auto& attributes = *change_.mutable_submit_trials()
                            ->add_trials()
                            ->mutable_trial()
                            ->add_arms()
                            ->mutable_attributes();
    for (int i = 0; i < 20; ++i) attributes[absl::StrCat("key", i)] = "value";
  }

  const std::string directory_;
  v1::Change change_;
};

TEST_F(RequestFileTest, RepeatsTheIdUntilTheWriteIsAnswered) {
  RequestFile first(directory_, "r", change_, "why");
  const v1::Change same = change_;
  RequestFile second(directory_, "r", same, "why");
  EXPECT_EQ(first.request_id(), second.request_id());
  second.Answered();
  EXPECT_TRUE(std::filesystem::is_empty(directory_));
  RequestFile third(directory_, "r", change_, "why");
  EXPECT_NE(first.request_id(), third.request_id());
}

TEST_F(RequestFileTest, OtherWritesHaveOtherIds) {
  const RequestFile one(directory_, "r", change_, "why");
  const RequestFile review(directory_, "s", change_, "why");
  const RequestFile reason(directory_, "r", change_, "why not");
  change_.mutable_submit_trials()->mutable_trials(0)->set_expected_version(1);
  const RequestFile change(directory_, "r", change_, "why");
  EXPECT_NE(one.request_id(), review.request_id());
  EXPECT_NE(one.request_id(), reason.request_id());
  EXPECT_NE(one.request_id(), change.request_id());
}

TEST_F(RequestFileTest, ADayLaterItIsAnotherWrite) {
  const absl::Time now = absl::FromUnixSeconds(1'800'000'000);
  const RequestFile first(directory_, "r", change_, "why", now);
  const RequestFile soon(directory_, "r", change_, "why",
                         now + absl::Hours(23));
  EXPECT_EQ(first.request_id(), soon.request_id());
  // The time is that of the first attempt.
  const RequestFile later(directory_, "r", change_, "why",
                          now + absl::Hours(25));
  EXPECT_NE(first.request_id(), later.request_id());
  EXPECT_TRUE(later.is_kept());
  const RequestFile again(directory_, "r", change_, "why",
                          now + absl::Hours(26));
  EXPECT_EQ(later.request_id(), again.request_id());
}

TEST_F(RequestFileTest, WorksWithoutADirectory) {
  RequestFile file("", "r", change_, "why");
  EXPECT_FALSE(file.is_kept());
  EXPECT_FALSE(file.request_id().empty());
  file.Answered();
  RequestFile unwritable("/proc/no/such/place", "r", change_, "why");
  EXPECT_FALSE(unwritable.request_id().empty());
  EXPECT_FALSE(unwritable.is_kept());
}

TEST(IsDefiniteTest, OnlySuccessAndRefusalsBeforeTheCommit) {
  using Code = absl::StatusCode;
  EXPECT_TRUE(IsDefinite(absl::OkStatus()));
  for (const Code code :
       {Code::kInvalidArgument, Code::kAborted, Code::kAlreadyExists,
        Code::kNotFound, Code::kFailedPrecondition, Code::kPermissionDenied,
        Code::kUnauthenticated, Code::kOutOfRange}) {
    EXPECT_TRUE(IsDefinite(absl::Status(code, "refused"))) << code;
  }
  for (const Code code :
       {Code::kCancelled, Code::kUnknown, Code::kDeadlineExceeded,
        Code::kResourceExhausted, Code::kUnimplemented, Code::kInternal,
        Code::kUnavailable, Code::kDataLoss}) {
    EXPECT_FALSE(IsDefinite(absl::Status(code, "?"))) << code;
  }
}

}  // namespace
}  // namespace tidemark::cli
