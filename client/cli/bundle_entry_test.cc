#include "client/cli/bundle_entry.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_replace.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tidemark/v1/change.pb.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/log.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::cli {
namespace {

using ::testing::HasSubstr;
using tidemark::testing::StatusIs;

v1::Evidence SomeEvidence() {
  v1::Evidence evidence;
  evidence.set_salt(std::string(32, 's'));
  v1::Change change;
  change.mutable_put_review()->mutable_review()->set_title("Knees");
  evidence.set_change(change.SerializeAsString());
  v1::TrialRecord record;
  record.mutable_trial()->set_trial_id("t1");
  auto& attributes = *record.mutable_trial()->add_arms()->mutable_attributes();
  for (const char* const name : {"b", "a", "d", "c"}) attributes[name] = name;
  v1::StoredRecord* const trial = evidence.add_trials();
  trial->set_id("t1");
  trial->set_bytes(record.SerializeAsString());
  v1::Estimate estimate;
  estimate.set_analysis_id("pain");
  v1::StoredRecord* const stored = evidence.add_estimates();
  stored->set_id("pain");
  stored->set_bytes(estimate.SerializeAsString());
  return evidence;
}

TEST(BundleEntryTest, StoredBytesComeBackAsTheyWere) {
  const v1::Evidence evidence = SomeEvidence();
  ASSERT_OK_AND_ASSIGN(const std::string line, FormatBundleEntry(7, evidence));
  EXPECT_THAT(line, HasSubstr("\"title\":\"Knees\""));
  EXPECT_THAT(line,
              HasSubstr("{\"a\":\"a\",\"b\":\"b\",\"c\":\"c\",\"d\":\"d\"}"));
  EXPECT_EQ(line.find('\n'), std::string::npos);
  ASSERT_OK_AND_ASSIGN(const v1::Evidence read, ParseBundleEntry(7, line));
  EXPECT_EQ(read.SerializeAsString(), evidence.SerializeAsString());
}

TEST(BundleEntryTest, AnotherOrderAndBlanksAreTheSame) {
  ASSERT_OK_AND_ASSIGN(std::string line, FormatBundleEntry(7, SomeEvidence()));
  line = absl::StrReplaceAll(
      line, {{"{\"a\":\"a\",\"b\":\"b\",", "{\"b\":\"b\", \"a\":\"a\","}});
  EXPECT_OK(ParseBundleEntry(7, line).status());
}

TEST(BundleEntryTest, RefusesWhatIsNotTheEntry) {
  ASSERT_OK_AND_ASSIGN(const std::string line,
                       FormatBundleEntry(7, SomeEvidence()));
  const auto refused = [&](const std::string& from, const std::string& to) {
    return ParseBundleEntry(7, absl::StrReplaceAll(line, {{from, to}}))
        .status();
  };
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  EXPECT_THAT(refused("\"Knees\"", "\"Hips\""),
              StatusIs(kInvalid, "what is to be read is not what was stored"));
  EXPECT_THAT(refused("\"sequence\":\"7\"", "\"sequence\":\"8\""),
              StatusIs(kInvalid, "expected sequence 7, found 8"));
  EXPECT_THAT(
      refused("\"readable\"", "\"comment\":\"all is well\",\"readable\""),
      StatusIs(kInvalid, HasSubstr("comment")));
  EXPECT_THAT(refused("\"readable\"", "\"evidence\":{},\"readable\""),
              StatusIs(kInvalid, HasSubstr("stands twice")));
  EXPECT_THAT(ParseBundleEntry(7, "").status(),
              StatusIs(kInvalid, HasSubstr("")));
}

TEST(BundleEntryTest, BytesThatAreNoMessageAreNotWritten) {
  v1::Evidence evidence = SomeEvidence();
  evidence.mutable_estimates(0)->set_bytes("no estimate");
  EXPECT_THAT(FormatBundleEntry(7, evidence).status(),
              StatusIs(absl::StatusCode::kDataLoss,
                       "the stored bytes of the estimate of pain are damaged"));
}

}  // namespace
}  // namespace tidemark::cli
