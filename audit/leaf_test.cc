#include "audit/leaf.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "audit/merkle.h"
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

// The worked example of docs/formats.md.
Leaf ExampleLeaf() {
  Leaf leaf;
  leaf.epoch = 1;
  leaf.sequence = 2;
  leaf.time_unix_nanos = 1700000000000000000;
  leaf.actor = "ana";
  leaf.auth_method = "token";
  leaf.action = "correct";
  leaf.resource = "trials/t1";
  leaf.version_before = 1;
  leaf.version_after = 2;
  leaf.reason = "SD, not SE";
  leaf.request_id = "r-7";
  leaf.engine_build = "0.1";
  leaf.change_commitment =
      ChangeCommitment(std::string(kSaltBytes, 's'), "change").value();
  leaf.analyses = {{"pain", Sha256("inputs"), Sha256("estimate")}};
  return leaf;
}

constexpr char kExampleHex[] =
    "010000000000000001000000000000000217979cfe362a00000003616e610005"
    "746f6b656e0007636f72726563740009747269616c732f743100000000000000"
    "010000000000000002000a53442c206e6f742053450003722d370003302e310a"
    "31fa6c96c04d5d0a05b5cbbe6dd1e20cea8515c0900326a8236eee301fe96c00"
    "0100047061696e32381523e63197c929b67f793a8098bed0ae3a6fa902634fdb"
    "cc6fa4567f334679e1d925e79c904a9cf8ef433d2eb255d5e3f1a881e45d7e3e"
    "a1121a86da1749";
constexpr char kExampleLeafHash[] =
    "cd316eef0240941c517ae531aa316f48260d89085737f7f8a02197141644fa36";

std::string ExampleBytes() { return EncodeLeaf(ExampleLeaf()).value(); }

TEST(LeafTest, ExampleHasItsFrozenBytes) {
  EXPECT_EQ(absl::BytesToHexString(ExampleBytes()), kExampleHex);
  EXPECT_EQ(ToHex(LeafHash(ExampleBytes())), kExampleLeafHash);
  EXPECT_THAT(DecodeLeaf(absl::HexStringToBytes(kExampleHex)),
              IsOkAndHolds(ExampleLeaf()));
}

TEST(LeafTest, RoundTripsTheSmallestAndABigOne) {
  Leaf smallest;
  smallest.sequence = 1;
  Leaf big = ExampleLeaf();
  big.reason = std::string(5000, 'r');
  for (int i = 100; i < 300; ++i) {
    big.analyses.push_back({"z" + std::to_string(i), Sha256("i"), Sha256("e")});
  }
  for (const Leaf& leaf : {smallest, big}) {
    ASSERT_OK_AND_ASSIGN(const std::string bytes, EncodeLeaf(leaf));
    EXPECT_THAT(DecodeLeaf(bytes), IsOkAndHolds(leaf));
  }
}

TEST(LeafTest, EveryTruncationAndExtensionIsRefused) {
  const std::string bytes = ExampleBytes();
  for (size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_THAT(DecodeLeaf(bytes.substr(0, length)), StatusIs(kInvalid, _))
        << length;
  }
  for (int byte = 0; byte < 256; ++byte) {
    EXPECT_THAT(DecodeLeaf(bytes + static_cast<char>(byte)),
                StatusIs(kInvalid, HasSubstr("1 more byte")));
  }
}

// Whatever the decoder takes, the encoder writes again: no leaf has two forms.
TEST(LeafTest, EveryChangedBitIsRefusedOrAnotherLeaf) {
  const std::string bytes = ExampleBytes();
  for (size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    std::string changed = bytes;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    const absl::StatusOr<Leaf> decoded = DecodeLeaf(changed);
    if (!decoded.ok()) continue;
    EXPECT_THAT(EncodeLeaf(*decoded), IsOkAndHolds(changed)) << bit;
  }
}

TEST(LeafTest, OtherFormatVersionsAreRefused) {
  std::string bytes = ExampleBytes();
  bytes[0] = 2;
  EXPECT_THAT(DecodeLeaf(bytes),
              StatusIs(kInvalid, HasSubstr("format version must be 1, not 2")));
}

struct BadLeafCase {
  const char* field;
  void (*change)(Leaf&);
};

TEST(LeafTest, EncoderNamesTheFieldThatBreaksARule) {
  for (const BadLeafCase& bad : std::vector<BadLeafCase>{
           {"epoch", [](Leaf& leaf) { leaf.epoch = -1; }},
           {"sequence", [](Leaf& leaf) { leaf.sequence = 0; }},
           {"time_unix_nanos", [](Leaf& leaf) { leaf.time_unix_nanos = -1; }},
           {"version_before", [](Leaf& leaf) { leaf.version_before = -1; }},
           {"version_after", [](Leaf& leaf) { leaf.version_after = -1; }},
           {"actor", [](Leaf& leaf) { leaf.actor = "\xFF"; }},
           {"reason", [](Leaf& leaf) { leaf.reason.assign(65536, 'x'); }},
           {"its encoding", [](Leaf& leaf) { leaf.reason.assign(65400, 'x'); }},
           {"analyses", [](Leaf& leaf) { leaf.analyses[0].analysis = ""; }},
           {"analyses",
            [](Leaf& leaf) { leaf.analyses.push_back(leaf.analyses[0]); }},
           {"analyses",
            [](Leaf& leaf) {
              leaf.analyses.push_back({"other", {}, {}});
            }},
       }) {
    Leaf leaf = ExampleLeaf();
    bad.change(leaf);
    EXPECT_THAT(EncodeLeaf(leaf), StatusIs(kInvalid, HasSubstr(bad.field)));
  }
}

TEST(LeafTest, SizeLimitIsExact) {
  Leaf leaf = ExampleLeaf();
  leaf.reason = "";
  const size_t rest = EncodeLeaf(leaf)->size();
  leaf.reason.assign(kMaxLeafBytes - rest, 'x');
  ASSERT_OK_AND_ASSIGN(const std::string bytes, EncodeLeaf(leaf));
  EXPECT_EQ(bytes.size(), kMaxLeafBytes);
  EXPECT_OK(DecodeLeaf(bytes));
  leaf.reason += 'x';
  EXPECT_THAT(EncodeLeaf(leaf), StatusIs(kInvalid, HasSubstr("65536")));
}

TEST(LeafTest, DecoderRefusesAnalysesOutOfOrder) {
  Leaf leaf = ExampleLeaf();
  leaf.analyses = {{"a", {}, {}}, {"b", {}, {}}};
  std::string bytes = EncodeLeaf(leaf).value();
  bytes[bytes.size() - 65] = 'a';
  EXPECT_THAT(DecodeLeaf(bytes), StatusIs(kInvalid, HasSubstr("ascend")));
}

TEST(ChangeCommitmentTest, IsTheHashOfSaltAndChange) {
  const std::string salt(kSaltBytes, 's');
  EXPECT_THAT(ChangeCommitment(salt, "change"),
              IsOkAndHolds(Sha256(salt + "change")));
  EXPECT_THAT(ChangeCommitment(salt + "c", "hange"),
              StatusIs(kInvalid, HasSubstr("32 bytes, not 33")));
}

}  // namespace
}  // namespace tidemark::audit
