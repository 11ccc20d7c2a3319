#include "audit/cosignature.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "audit/checkpoint.h"
#include "audit/ed25519.h"
#include "audit/note.h"
#include "audit/testing/vectors.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::audit {
namespace {

using ::testing::_;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::tidemark::testing::IsOkAndHolds;
using ::tidemark::testing::StatusIs;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr char kText[] =
    "log.example/knees\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n";
constexpr int64_t kTime = 1735689600;

KeySeed SeedOf(const std::string& bytes) {
  KeySeed seed = {};
  std::copy(bytes.begin(), bytes.end(), seed.begin());
  return seed;
}

Cosigner MakeCosigner(absl::string_view name, uint8_t seed_byte) {
  KeySeed seed;
  seed.fill(seed_byte);
  return Cosigner::Create(name, seed).value();
}

WitnessKey KeyOf(const Cosigner& cosigner) {
  return WitnessKey::Parse(cosigner.vkey()).value();
}

std::string LineOf(const Cosigner& cosigner, int64_t time = kTime) {
  return cosigner.CosignatureLine(kText, time).value();
}

// Signed by the log, as the server hands it out.
std::string LogNote() {
  return SignNote(kText, Signer::Create("log.example/knees", {7}).value())
      .value();
}

// Made by another implementation, in Python.
TEST(CosignatureTest, SignsAsTheVectorsDo) {
  const nlohmann::json& vectors = MerkleVectors()["signed_note"];
  ASSERT_OK_AND_ASSIGN(
      const Cosigner cosigner,
      Cosigner::Create(vectors["witness_name"].get<std::string>(),
                       SeedOf(Unhex(vectors["witness_seed_hex"]))));
  EXPECT_EQ(cosigner.vkey(), vectors["witness_vkey"].get<std::string>());
  for (const nlohmann::json& checkpoint : vectors["checkpoints"]) {
    const auto text = checkpoint["text"].get<std::string>();
    const auto time = checkpoint["cosignature_time"].get<int64_t>();
    EXPECT_THAT(
        cosigner.CosignatureLine(text, time),
        IsOkAndHolds(checkpoint["cosignature_line"].get<std::string>()));
    ASSERT_OK_AND_ASSIGN(
        const CosignedNote opened,
        OpenCosignedNote(checkpoint["full_note"].get<std::string>(),
                         {KeyOf(cosigner)}));
    EXPECT_EQ(opened.text, text);
    ASSERT_THAT(opened.cosignatures, SizeIs(1));
    EXPECT_EQ(opened.cosignatures[0].unix_seconds, time);
  }
}

// Made with the `openssl` command, of the key whose seed is 40 41 ... 5f:
//   (printf 'cosignature/v1\ntime 1735689600\n'; cat TEXT) > MESSAGE
//   openssl pkeyutl -sign -inkey KEY.pem -rawin -in MESSAGE -out SIGNATURE
//   (printf 'witness.example/two\n\x04'; cat PUBLIC_KEY) |
//       openssl dgst -sha256 -binary | head -c 4 > ID
//   printf '%016x' 1735689600 | xxd -r -p > TIME
//   cat ID TIME SIGNATURE | openssl base64 -A
TEST(CosignatureTest, SignsAsOpensslDoes) {
  KeySeed seed;
  for (size_t i = 0; i < seed.size(); ++i) {
    seed[i] = static_cast<uint8_t>(0x40 + i);
  }
  ASSERT_OK_AND_ASSIGN(const Cosigner cosigner,
                       Cosigner::Create("witness.example/two", seed));
  EXPECT_EQ(cosigner.vkey(),
            "witness.example/two+de967dd7+"
            "BCVDuS/xCVURR2rcg2nbbdyTNmWhGXjdoUBO4QZsqVWd");
  EXPECT_EQ(LineOf(cosigner),
            "— witness.example/two "
            "3pZ91wAAAABndIWAkSRkSoE3eUa6R3f3qk6BzT87koy2kjNngtSHqtxwpCK8BAJ9oD"
            "eKIf1I7/YMypWC2nkK3X//tjjJg1b+uoESDQ==\n");
}

TEST(CosignatureTest, EveryChangedByteIsNoticed) {
  const Cosigner cosigner = MakeCosigner("witness.example/w", 1);
  const std::string note = absl::StrCat(kText, "\n", LineOf(cosigner));
  const std::vector<WitnessKey> keys = {KeyOf(cosigner)};
  ASSERT_OK(OpenCosignedNote(note, keys));
  for (size_t i = 0; i < note.size(); ++i) {
    std::string changed = note;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    const auto opened = OpenCosignedNote(changed, keys);
    EXPECT_TRUE(!opened.ok() || opened->cosignatures.empty()) << i;
  }
}

TEST(CosignatureTest, EachTrustedWitnessCountsOnce) {
  const Cosigner one = MakeCosigner("witness.example/1", 1);
  const Cosigner two = MakeCosigner("witness.example/2", 2);
  const Cosigner other = MakeCosigner("witness.example/other", 3);
  const std::vector<WitnessKey> trusted = {KeyOf(one), KeyOf(two)};
  const std::string note =
      absl::StrCat(LogNote(), LineOf(other), LineOf(two, kTime + 5),
                   LineOf(two, kTime), LineOf(two, kTime));
  ASSERT_OK_AND_ASSIGN(const CosignedNote opened,
                       OpenCosignedNote(note, trusted));
  ASSERT_THAT(opened.cosignatures, SizeIs(1));
  EXPECT_EQ(opened.cosignatures[0].witness, 1);
  EXPECT_EQ(opened.cosignatures[0].unix_seconds, kTime + 5);
  ASSERT_OK_AND_ASSIGN(const CosignedNote none,
                       OpenCosignedNote(LogNote(), trusted));
  EXPECT_THAT(none.cosignatures, IsEmpty());
}

TEST(CosignatureTest, TwoNamesOfOneKeyAreOneWitness) {
  EXPECT_THAT(OpenCosignedNote(LogNote(), {KeyOf(MakeCosigner("a", 1)),
                                           KeyOf(MakeCosigner("b", 1))}),
              StatusIs(kInvalid, HasSubstr("a and b have one key")));
}

TEST(CosignatureTest, AnotherTimeOrTextIsNotSigned) {
  const Cosigner cosigner = MakeCosigner("witness.example/w", 1);
  const std::vector<WitnessKey> keys = {KeyOf(cosigner)};
  const std::string note = absl::StrCat(LogNote(), LineOf(cosigner));
  EXPECT_THAT(
      OpenCosignedNote(absl::StrReplaceAll(note, {{"\n8\n", "\n9\n"}}), keys),
      StatusIs(absl::StatusCode::kDataLoss, HasSubstr("witness.example/w")));
  EXPECT_THAT(cosigner.CosignatureLine(kText, 0), StatusIs(kInvalid, _));
  EXPECT_THAT(cosigner.CosignatureLine("no line end", kTime),
              StatusIs(kInvalid, _));
}

// Else a log could be its own witness, or a witness pass for a log.
TEST(CosignatureTest, KeysOfLogsAndOfWitnessesAreNotMistakenForEachOther) {
  const KeySeed seed = {7};
  ASSERT_OK_AND_ASSIGN(const Signer log, Signer::Create("name", seed));
  ASSERT_OK_AND_ASSIGN(const Cosigner witness, Cosigner::Create("name", seed));
  EXPECT_THAT(WitnessKey::Parse(log.vkey()),
              StatusIs(kInvalid, HasSubstr("of a witness")));
  EXPECT_THAT(Verifier::Parse(witness.vkey()), StatusIs(kInvalid, _));
  ASSERT_OK_AND_ASSIGN(const Verifier log_key, Verifier::Parse(log.vkey()));
  EXPECT_THAT(OpenNote(absl::StrCat(kText, "\n", LineOf(witness)), {log_key}),
              StatusIs(absl::StatusCode::kUnauthenticated, _));
}

TEST(CosignatureTest, TheLogsOwnReadersIgnoreIt) {
  const std::string note =
      absl::StrCat(LogNote(), LineOf(MakeCosigner("witness.example/w", 1)));
  const Signer log = Signer::Create("log.example/knees", {7}).value();
  EXPECT_OK(OpenCheckpoint(note, Verifier::Parse(log.vkey()).value(),
                           "log.example/knees"));
}

}  // namespace
}  // namespace tidemark::audit
