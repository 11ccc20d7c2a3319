#include "client/cli/witness_quorum.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "audit/checkpoint.h"
#include "audit/cosignature.h"
#include "audit/note.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/finding.h"

namespace tidemark::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::tidemark::testing::StatusIs;

constexpr char kOrigin[] = "tidemark/01234567/knees/1";
constexpr int64_t kTime = 1700000000;

audit::Cosigner Witness(int number) {
  return audit::Cosigner::Create(absl::StrCat("witness.example/", number),
                                 {static_cast<uint8_t>(number)})
      .value();
}

QuorumRule Rule(int least, const std::vector<int>& witnesses) {
  QuorumRule rule;
  rule.least = least;
  for (const int number : witnesses) {
    rule.witnesses.push_back(
        audit::WitnessKey::Parse(Witness(number).vkey()).value());
  }
  return rule;
}

// A checkpoint of the log that these witnesses cosigned.
std::string Note(int64_t size, const std::vector<int>& witnesses,
                 const std::string& origin = kOrigin) {
  const std::string text = audit::FormatCheckpoint({origin, size, {}}).value();
  std::string note =
      audit::SignNote(text, audit::Signer::Create(origin, {77}).value())
          .value();
  for (const int number : witnesses) {
    note += Witness(number).CosignatureLine(text, kTime + number).value();
  }
  return note;
}

TEST(WitnessQuorumTest, TheLargestCheckpointWithEnoughWitnesses) {
  const std::vector<std::string> notes = {Note(9, {1}), Note(8, {1, 2}),
                                          Note(5, {1, 2, 3})};
  ASSERT_OK_AND_ASSIGN(const WitnessQuorum two,
                       FindQuorum(notes, kOrigin, Rule(2, {1, 2, 3})));
  EXPECT_EQ(two.checkpoint.size, 8);
  ASSERT_THAT(two.witnesses, SizeIs(2));
  EXPECT_EQ(two.witnesses[1].name, "witness.example/2");
  EXPECT_EQ(two.witnesses[1].vkey, Witness(2).vkey());
  EXPECT_EQ(two.witnesses[1].unix_seconds, kTime + 2);
  // Whatever the server's order.
  ASSERT_OK_AND_ASSIGN(
      const WitnessQuorum one,
      FindQuorum({notes[2], notes[0], notes[1]}, kOrigin, Rule(1, {1})));
  EXPECT_EQ(one.checkpoint.size, 9);
}

TEST(WitnessQuorumTest, SaysWhoIsMissing) {
  const absl::Status missing =
      FindQuorum({Note(9, {1, 7}), Note(8, {2})}, kOrigin, Rule(2, {1, 2, 3}))
          .status();
  EXPECT_THAT(missing, StatusIs(absl::StatusCode::kDataLoss, HasSubstr("few")));
  const v1::Finding finding = review::FindingOf(missing);
  EXPECT_EQ(finding.expected(), "2 of 3 witnesses on one checkpoint");
  EXPECT_EQ(finding.actual(),
            "1 on size 9: witness.example/1; missing: witness.example/2 (only "
            "size 8), witness.example/3 (nothing)");
  EXPECT_THAT(review::FindingOf(FindQuorum({}, kOrigin, Rule(1, {1})).status())
                  .actual(),
              HasSubstr("none; missing: witness.example/1 (nothing)"));
}

// The witnesses are the auditor's: those that the server likes count nothing.
TEST(WitnessQuorumTest, UntrustedWitnessesCountNothing) {
  EXPECT_THAT(FindQuorum({Note(9, {4, 5, 6})}, kOrigin, Rule(1, {1, 2})),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("none")));
}

TEST(WitnessQuorumTest, OneWitnessCountsOnce) {
  const std::string note = Note(9, {1});
  const std::string line = note.substr(note.rfind("\n—") + 1);
  EXPECT_THAT(FindQuorum({note + line + line}, kOrigin, Rule(2, {1, 2})),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("1 on size 9")));
}

TEST(WitnessQuorumTest, OtherLogsAndBadCosignaturesAreToldOf) {
  EXPECT_THAT(
      FindQuorum({Note(9, {1}, "tidemark/01234567/knees/2")}, kOrigin,
                 Rule(1, {1})),
      StatusIs(absl::StatusCode::kDataLoss, HasSubstr("knees/2 is shown")));
  // Cosigned at another size than the text says.
  const std::string forged =
      absl::StrReplaceAll(Note(9, {1}), {{"\n9\n", "\n10\n"}});
  EXPECT_THAT(
      FindQuorum({forged}, kOrigin, Rule(1, {1})),
      StatusIs(absl::StatusCode::kDataLoss,
               HasSubstr("cosignature of witness.example/1 is not of this")));
}

}  // namespace
}  // namespace tidemark::cli
