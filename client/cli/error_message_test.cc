#include "client/cli/error_message.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "base/utf8.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"

namespace tidemark::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

absl::Status Refusal() {
  google::rpc::BadRequest bad_request;
  auto* violation = bad_request.add_field_violations();
  violation->set_field("trials[1].year");
  violation->set_description("12 is before 1900");
  violation = bad_request.add_field_violations();
  violation->set_field("reason");
  violation->set_description("is empty");
  absl::Status status = absl::InvalidArgumentError("the change breaks 2 rules");
  status.SetPayload("type.googleapis.com/google.rpc.BadRequest",
                    absl::Cord(bad_request.SerializeAsString()));
  return status;
}

TEST(ErrorMessageTest, ListsEveryViolation) {
  EXPECT_THAT(ErrorMessage(Refusal(), ""),
              AllOf(HasSubstr("refused"),
                    HasSubstr("\n  trials[1].year: 12 is before 1900"),
                    HasSubstr("\n  reason: is empty")));
}

TEST(ErrorMessageTest, LongInputStandsBetweenWhatIsWrongAndWhatToDo) {
  std::string input;
  for (int i = 0; i < 50000; ++i) input += "é";
  const std::string message = ErrorMessage(
      absl::InvalidArgumentError("`" + input + "` is no moment: give a time"),
      "");
  EXPECT_LT(message.size(), 2100);
  EXPECT_TRUE(IsUtf8(message));
  EXPECT_THAT(message, AllOf(HasSubstr("tidemark: `éé"), HasSubstr(" … "),
                             HasSubstr("is no moment: give a time")));
}

TEST(ErrorMessageTest, NamesTheFileOfAViolation) {
  EXPECT_THAT(ErrorMessage(WithPlaces(Refusal(), {"a.json", "b.json"}), ""),
              AllOf(HasSubstr("\n  b.json: trials[1].year: 12"),
                    HasSubstr("\n  reason: is empty")));
  EXPECT_THAT(ErrorMessage(WithPlaces(Refusal(), {"a.json"}), ""),
              HasSubstr("\n  a.json: reason: is empty"));
  EXPECT_THAT(ErrorMessage(WithPlaces(Refusal(), {}), ""),
              HasSubstr("\n  trials[1].year: 12"));
}

TEST(ErrorMessageTest, SaysWhatToDoNext) {
  EXPECT_THAT(ErrorMessage(absl::UnavailableError("no route"), "host:1"),
              AllOf(HasSubstr("no route"), HasSubstr("host:1")));
  EXPECT_THAT(ErrorMessage(absl::UnauthenticatedError("who?"), ""),
              HasSubstr("--token-file"));
  EXPECT_THAT(ErrorMessage(absl::NotFoundError("no review"), ""),
              Not(HasSubstr("\n")));
}

}  // namespace
}  // namespace tidemark::cli
