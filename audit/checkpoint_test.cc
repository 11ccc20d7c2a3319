#include "audit/checkpoint.h"

#include <limits>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/testing/vectors.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::audit {
namespace {

using ::testing::_;
using ::testing::HasSubstr;
using ::tidemark::testing::IsOkAndHolds;
using ::tidemark::testing::StatusIs;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr char kRoot[] = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

TEST(CheckpointTest, FormatsParsesAndOpensTheVectors) {
  const nlohmann::json& vectors = MerkleVectors();
  const nlohmann::json& note = vectors["signed_note"];
  ASSERT_OK_AND_ASSIGN(const Verifier verifier,
                       Verifier::Parse(note["vkey"].get<std::string>()));
  const std::string origin = note["origin"];
  for (const nlohmann::json& vector : note["checkpoints"]) {
    const int64_t size = vector["size"];
    const Checkpoint expected = {origin, size,
                                 DigestOf(vectors["roots_hex"][size])};
    const std::string text = vector["text"];
    const std::string full_note = vector["full_note"];
    EXPECT_THAT(FormatCheckpoint(expected), IsOkAndHolds(text));
    EXPECT_THAT(ParseCheckpoint(text), IsOkAndHolds(expected));
    EXPECT_THAT(OpenCheckpoint(full_note, verifier, origin),
                IsOkAndHolds(expected));
    EXPECT_THAT(ReadCheckpointUnverified(full_note), IsOkAndHolds(expected));
    EXPECT_THAT(OpenCheckpoint(full_note, verifier, "other.example/log"),
                StatusIs(kInvalid, HasSubstr("other.example/log")));
  }
}

TEST(CheckpointTest, SignsWhatItOpens) {
  ASSERT_OK_AND_ASSIGN(const Signer signer,
                       Signer::Create("log.example/r", KeySeed{7}));
  ASSERT_OK_AND_ASSIGN(const Verifier verifier, Verifier::Parse(signer.vkey()));
  const Checkpoint checkpoint = {
      "log.example/r", std::numeric_limits<int64_t>::max(), Sha256("root")};
  ASSERT_OK_AND_ASSIGN(std::string note, SignCheckpoint(checkpoint, signer));
  EXPECT_THAT(OpenCheckpoint(note, verifier, "log.example/r"),
              IsOkAndHolds(checkpoint));
  note[note.find('\n') + 1] = '8';
  EXPECT_THAT(OpenCheckpoint(note, verifier, "log.example/r"),
              StatusIs(absl::StatusCode::kDataLoss, _));
}

TEST(CheckpointTest, IgnoresExtensionLinesOfOthers) {
  EXPECT_THAT(ParseCheckpoint(absl::StrCat("o\n0\n", kRoot, "\nmore\nyet\n")),
              IsOkAndHolds(Checkpoint{"o", 0, Sha256("")}));
}

TEST(CheckpointTest, RefusesEverySecondWayToWriteOne) {
  for (const absl::string_view size :
       {"", "00", "01", "+1", "-1", " 1", "1 ", "0x1", "9223372036854775808"}) {
    EXPECT_THAT(ParseCheckpoint(absl::StrCat("o\n", size, "\n", kRoot, "\n")),
                StatusIs(kInvalid, HasSubstr("second line")))
        << size;
  }
  const std::string root = kRoot;
  for (const std::string& bad :
       {std::string(), root.substr(0, 43), root + " ", std::string("AAAA"),
        root.substr(0, 42) + "V="}) {
    EXPECT_THAT(ParseCheckpoint(absl::StrCat("o\n1\n", bad, "\n")),
                StatusIs(kInvalid, HasSubstr("third line")))
        << bad;
  }
  const std::string good = absl::StrCat("o\n1\n", root, "\n");
  ASSERT_OK(ParseCheckpoint(good));
  for (const std::string& bad :
       {std::string(), good.substr(1), good.substr(0, good.size() - 1),
        good + "\n", good + "\nmore\n", good + "more", "\n" + good,
        " " + good}) {
    EXPECT_THAT(ParseCheckpoint(bad), StatusIs(kInvalid, _)) << bad;
  }
}

TEST(CheckpointTest, TheEmptyTreeHasOneRoot) {
  ASSERT_OK(ParseCheckpoint(absl::StrCat("o\n0\n", kRoot, "\n")));
  EXPECT_THAT(
      ParseCheckpoint("o\n0\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"),
      StatusIs(kInvalid, HasSubstr("empty tree")));
}

TEST(CheckpointTest, FormatRefusesWhatParseWould) {
  EXPECT_THAT(FormatCheckpoint({"a", 0, {}}), StatusIs(kInvalid, _));
  EXPECT_THAT(FormatCheckpoint({"", 1, {}}), StatusIs(kInvalid, _));
  EXPECT_THAT(FormatCheckpoint({"a\nb", 1, {}}), StatusIs(kInvalid, _));
  EXPECT_THAT(FormatCheckpoint({"a", -1, {}}), StatusIs(kInvalid, _));
}

}  // namespace
}  // namespace tidemark::audit
