#include "audit/tlog_proof.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "audit/checkpoint.h"
#include "audit/leaf.h"
#include "audit/merkle.h"
#include "audit/note.h"
#include "audit/proof.h"
#include "audit/testing/memory_tree.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::audit {
namespace {

using ::testing::_;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::tidemark::testing::IsOkAndHolds;
using ::tidemark::testing::StatusIs;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

// Bytes that another implementation made (Python: hashlib, cryptography): leaf
// 1 is the worked example of docs/formats.md, between the leaves "first" and
// "third"; the key is that of the seed 00 01 … 1f.
constexpr char kVkey[] =
    "log.example/knees+b461a50a+"
    "AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
constexpr char kProof[] =
    "c2sp.org/tlog-proof@v1\n"
    "extra AQAAAAAAAAABAAAAAAAAAAIXl5z+NioAAAADYW5hAAV0b2tlbgAHY29ycmVjdAAJdHJp"
    "YWxzL3QxAAAAAAAAAAEAAAAAAAAAAgAKU0QsIG5vdCBTRQADci03AAMwLjEKMfpslsBNXQoFtc"
    "u+bdHiDOqFFcCQAyaoI27uMB/pbAABAARwYWluMjgVI+Yxl8kptn95OoCYvtCuOm+pAmNP28xv"
    "pFZ/M0Z54dkl55yQSpz470M9LrJV1ePxqIHkXX4+oRIahtoXSQ==\n"
    "index 1\n"
    "oa8DAjHKL9IOzzDFKUuvj2kyHQm7FqxTiFzNF6OFKA0=\n"
    "ZW0+j1RCOM324y1kD1G6CRSVmxTt16UtC4uZq0yKxsY=\n"
    "\n"
    "log.example/knees\n"
    "3\n"
    "AFbAJ5grKuNFG8E56IoWH6Zbvf/NYaUddMbRyzEy1Hc=\n"
    "\n"
    "\u2014 log.example/knees "
    "tGGlCk6SyzxrJY15UKToKHVir2QEX7QmWJ7+3KaM+l+4aM2hnj"
    "NXa70Kbm5l96rwEt7qv+NwzOM+c2gPpqGiA45Kjwc=\n";

Verifier Key() { return *Verifier::Parse(kVkey); }

TlogProof Proof() { return *ParseTlogProof(kProof); }

std::string With(const std::string& from, const std::string& to) {
  std::string text = kProof;
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(TlogProofTest, TheFileOfAnotherImplementationVerifiesByItself) {
  ASSERT_OK_AND_ASSIGN(const TlogProof proof, ParseTlogProof(kProof));
  EXPECT_EQ(proof.index, 1);
  EXPECT_THAT(proof.hashes, SizeIs(2));
  ASSERT_OK_AND_ASSIGN(const ProvenLeaf proven, VerifyTlogProof(proof, Key()));
  EXPECT_EQ(proven.leaf.sequence, 2);
  EXPECT_EQ(proven.leaf.actor, "ana");
  EXPECT_EQ(proven.leaf.reason, "SD, not SE");
  EXPECT_EQ(proven.checkpoint.origin, "log.example/knees");
  EXPECT_EQ(proven.checkpoint.size, 3);
  EXPECT_THAT(FormatTlogProof(proof), IsOkAndHolds(std::string(kProof)));
}

TEST(TlogProofTest, VerifiesForEveryLeafOfEveryTree) {
  ASSERT_OK_AND_ASSIGN(const Signer signer,
                       Signer::Create("log.example/knees", KeySeed{9}));
  ASSERT_OK_AND_ASSIGN(const Verifier key, Verifier::Parse(signer.vkey()));
  MemoryTree tree;
  std::vector<std::string> leaves;
  for (int64_t size = 1; size <= 9; ++size) {
    Leaf leaf;
    leaf.sequence = size;
    ASSERT_OK_AND_ASSIGN(const std::string bytes, EncodeLeaf(leaf));
    tree.Append(bytes);
    leaves.push_back(bytes);
    ASSERT_OK_AND_ASSIGN(
        const std::string note,
        SignCheckpoint({signer.name(), size, tree.frontier().Root()}, signer));
    for (int64_t index = 0; index < size; ++index) {
      ASSERT_OK_AND_ASSIGN(const auto hashes,
                           InclusionProof(index, size, tree));
      ASSERT_OK_AND_ASSIGN(const std::string text,
                           FormatTlogProof({leaves[static_cast<size_t>(index)],
                                            index, hashes, note}));
      ASSERT_OK_AND_ASSIGN(const TlogProof proof, ParseTlogProof(text));
      EXPECT_OK(VerifyTlogProof(proof, key));
    }
  }
}

TEST(TlogProofTest, AFlippedBitAnywhereIsNoticed) {
  const std::string good = kProof;
  for (size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x01);
    const auto proof = ParseTlogProof(bad);
    EXPECT_FALSE(proof.ok() && VerifyTlogProof(*proof, Key()).ok()) << at;
  }
}

TEST(TlogProofTest, NamesTheLineThatIsMalformed) {
  const auto expect = [](const std::string& text, const std::string& rule) {
    EXPECT_THAT(ParseTlogProof(text), StatusIs(kInvalid, HasSubstr(rule)))
        << text;
  };
  expect("", "first line");
  expect(With("proof@v1", "proof@v2"), "first line");
  expect(With("extra ", ""), "second line");
  expect(With("extra ", "extra  "), "second line");
  expect(With("oXSQ==\n", "oXSQ=\n"), "second line");
  expect(With("index 1", "index 01"), "third line");
  expect(With("index 1", "index +1"), "third line");
  expect(With("index 1", "index -1"), "third line");
  expect(With("index 1", "index 9223372036854775808"), "third line");
  // Stray bits in the last digit, and a hash that is too short.
  expect(With("F6OFKA0=", "F6OFKA1="), "32 bytes");
  expect(With("F6OFKA0=\n", "F6OF\n"), "32 bytes");
  expect(With("F6OFKA0=\n", "F6OFKA0=\r\n"), "32 bytes");
  const std::string good = kProof;
  expect(good.substr(0, good.find("index") + 3), "cut off");
  expect(good.substr(0, good.find("\n\n") + 1), "cut off");
}

TEST(TlogProofTest, KeepsToItsLimits) {
  TlogProof proof = Proof();
  proof.hashes.resize(kMaxProofHashes + 1);
  EXPECT_THAT(FormatTlogProof(proof), StatusIs(kInvalid, HasSubstr("hashes")));
  std::string many = kProof;
  const std::string hash = "ZW0+j1RCOM324y1kD1G6CRSVmxTt16UtC4uZq0yKxsY=\n";
  for (int i = 0; i < kMaxProofHashes; ++i) many.insert(many.find(hash), hash);
  EXPECT_THAT(ParseTlogProof(many), StatusIs(kInvalid, HasSubstr("hashes")));
  proof = Proof();
  proof.leaf.resize(kMaxLeafBytes + 1);
  EXPECT_THAT(FormatTlogProof(proof), StatusIs(kInvalid, HasSubstr("leaf")));
  EXPECT_THAT(ParseTlogProof(std::string(1 << 21, 'x')),
              StatusIs(kInvalid, HasSubstr("at most")));
}

TEST(TlogProofTest, SaysWhatDoesNotHold) {
  ASSERT_OK_AND_ASSIGN(const Signer other,
                       Signer::Create("log.example/knees", KeySeed{1}));
  ASSERT_OK_AND_ASSIGN(const Verifier other_key, Verifier::Parse(other.vkey()));
  EXPECT_THAT(VerifyTlogProof(Proof(), other_key),
              StatusIs(absl::StatusCode::kUnauthenticated, _));
  TlogProof moved = Proof();
  moved.index = 2;
  EXPECT_THAT(VerifyTlogProof(moved, Key()),
              StatusIs(kInvalid, HasSubstr("sequence 2")));
  TlogProof swapped = Proof();
  std::swap(swapped.hashes[0], swapped.hashes[1]);
  EXPECT_THAT(VerifyTlogProof(swapped, Key()),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("root")));
  TlogProof other_leaf = Proof();
  ASSERT_OK_AND_ASSIGN(Leaf leaf, DecodeLeaf(other_leaf.leaf));
  leaf.reason = "SE, not SD";
  ASSERT_OK_AND_ASSIGN(other_leaf.leaf, EncodeLeaf(leaf));
  EXPECT_THAT(VerifyTlogProof(other_leaf, Key()),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("root")));
  TlogProof no_leaf = Proof();
  no_leaf.leaf.clear();
  EXPECT_THAT(VerifyTlogProof(no_leaf, Key()), StatusIs(kInvalid, _));
}

}  // namespace
}  // namespace tidemark::audit
