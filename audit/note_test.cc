#include "audit/note.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "audit/sha256.h"
#include "audit/testing/vectors.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::audit {
namespace {

using ::testing::_;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::tidemark::testing::IsOkAndHolds;
using ::tidemark::testing::StatusIs;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

Signer MakeSigner(absl::string_view name, uint8_t seed_byte) {
  KeySeed seed;
  seed.fill(seed_byte);
  return Signer::Create(name, seed).value();
}

Verifier VerifierOf(const Signer& signer) {
  return Verifier::Parse(signer.vkey()).value();
}

TEST(NoteTest, SignsAsTheVectorsDo) {
  const nlohmann::json& vectors = MerkleVectors()["signed_note"];
  KeySeed seed;
  const std::string bytes = Unhex(vectors["signing_key_seed_hex"]);
  std::copy(bytes.begin(), bytes.end(), seed.begin());
  const std::string origin = vectors["origin"];
  ASSERT_OK_AND_ASSIGN(const Signer signer, Signer::Create(origin, seed));
  EXPECT_EQ(signer.vkey(), vectors["vkey"].get<std::string>());
  for (const nlohmann::json& checkpoint : vectors["checkpoints"]) {
    EXPECT_THAT(signer.SignatureLine(checkpoint["text"].get<std::string>()),
                IsOkAndHolds(checkpoint["signature_line"].get<std::string>()));
    // Holds a witness's signature too, whose key is not known here.
    ASSERT_OK_AND_ASSIGN(const OpenedNote opened,
                         OpenNote(checkpoint["full_note"].get<std::string>(),
                                  {VerifierOf(signer)}));
    EXPECT_EQ(opened.text, checkpoint["text"].get<std::string>());
    EXPECT_THAT(opened.signers, ElementsAre(origin));
  }
}

// The example of golang.org/x/mod/sumdb/note.
TEST(NoteTest, OpensTheExampleOfAnotherImplementation) {
  ASSERT_OK_AND_ASSIGN(
      const Verifier verifier,
      Verifier::Parse("PeterNeumann+c74f20a3+"
                      "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"));
  const std::string text =
      "If you think cryptography is the answer to your problem,\n"
      "then you don't know what your problem is.\n";
  const std::string note = absl::StrCat(
      text,
      "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FF"
      "YC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n");
  ASSERT_OK_AND_ASSIGN(const OpenedNote opened, OpenNote(note, {verifier}));
  EXPECT_EQ(opened.text, text);
}

TEST(NoteTest, EveryChangedByteIsNoticed) {
  const Signer signer = MakeSigner("log.example", 1);
  ASSERT_OK_AND_ASSIGN(const std::string note, SignNote("one\ntwo\n", signer));
  const std::vector<Verifier> verifiers = {VerifierOf(signer)};
  ASSERT_OK(OpenNote(note, verifiers));
  for (size_t i = 0; i < note.size(); ++i) {
    std::string changed = note;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(OpenNote(changed, verifiers).ok()) << i;
    EXPECT_FALSE(OpenNote(note.substr(0, i), verifiers).ok()) << i;
  }
}

std::string VkeyOf(absl::string_view public_key) {
  const std::string typed = absl::StrCat("\x01", public_key);
  const std::string id =
      ToHex(Sha256(absl::StrCat("log.example\n", typed))).substr(0, 8);
  return absl::StrCat("log.example+", id, "+", absl::Base64Escape(typed));
}

// Every encoding of the points whose order divides 8; OpenSSL takes them.
TEST(NoteTest, RefusesKeysForWhichAnybodyCanSign) {
  const std::string zeros(62, '0');
  const std::string ones(60, 'f');
  for (const std::string& y :
       {zeros + "00", "01" + zeros,
        std::string("26e8958fc2b227b045c3f489f2ef98f0"
                    "d5dfac05d3c63339b13802886d53fc05"),
        std::string("c7176a703d4dd84fba3c0b760d10670f"
                    "2a2053fa2c39ccc64ec7fd7792ac037a"),
        "ec" + ones + "7f", "ed" + ones + "7f", "ee" + ones + "7f"}) {
    std::string key = absl::HexStringToBytes(y);
    for (int sign = 0; sign < 2; ++sign) {
      EXPECT_THAT(Verifier::Parse(VkeyOf(key)),
                  StatusIs(kInvalid, HasSubstr("anybody can sign")))
          << y;
      key.back() = static_cast<char>(key.back() ^ 0x80);
    }
  }
  // Not of low order, but an encoding of y = 3 that is not canonical.
  EXPECT_THAT(
      Verifier::Parse(VkeyOf(absl::HexStringToBytes("f0" + ones + "7f"))),
      StatusIs(kInvalid, HasSubstr("not canonical")));
  // The base point, whose y is 4/5.
  EXPECT_OK(Verifier::Parse(
      VkeyOf(absl::HexStringToBytes("58" + std::string(62, '6')))));
}

TEST(NoteTest, SeparatesAtTheLastEmptyLine) {
  const Signer signer = MakeSigner("log.example", 1);
  const std::string text = "one\n\ntwo\n\n";
  ASSERT_OK_AND_ASSIGN(const std::string note, SignNote(text, signer));
  ASSERT_OK_AND_ASSIGN(const OpenedNote opened,
                       OpenNote(note, {VerifierOf(signer)}));
  EXPECT_EQ(opened.text, text);
}

TEST(NoteTest, RulesOfSeveralSignatures) {
  const Signer ours = MakeSigner("log.example", 1);
  const Signer theirs = MakeSigner("witness.example", 2);
  ASSERT_OK_AND_ASSIGN(std::string note, SignNote("text\n", ours));
  ASSERT_OK_AND_ASSIGN(const std::string line, theirs.SignatureLine("text\n"));
  ASSERT_OK_AND_ASSIGN(const std::string bad, theirs.SignatureLine("other\n"));
  const Verifier our = VerifierOf(ours);
  const Verifier their = VerifierOf(theirs);

  ASSERT_OK_AND_ASSIGN(const OpenedNote both,
                       OpenNote(note + line + line, {their, our}));
  EXPECT_THAT(both.signers, ElementsAre("log.example", "witness.example"));
  EXPECT_OK(OpenNote(note + bad, {our})) << "an unknown key is ignored";
  EXPECT_THAT(OpenNote(note + bad, {our, their}),
              StatusIs(absl::StatusCode::kDataLoss,
                       HasSubstr("signature of witness.example")));
  EXPECT_THAT(OpenNote(note, {their}),
              StatusIs(absl::StatusCode::kUnauthenticated, _));
  EXPECT_THAT(OpenNote(note, {}),
              StatusIs(absl::StatusCode::kUnauthenticated, _));
  EXPECT_THAT(OpenNote(note, {our, our}),
              StatusIs(kInvalid, HasSubstr("two verifiers")));
  // The same name with another key is another key.
  EXPECT_THAT(OpenNote(note, {VerifierOf(MakeSigner("log.example", 3))}),
              StatusIs(absl::StatusCode::kUnauthenticated, _));
}

TEST(NoteTest, RefusesWhatIsNotANote) {
  const Signer signer = MakeSigner("log.example", 1);
  const std::vector<Verifier> verifiers = {VerifierOf(signer)};
  ASSERT_OK_AND_ASSIGN(const std::string note, SignNote("text\n", signer));
  ASSERT_OK_AND_ASSIGN(const std::string line, signer.SignatureLine("text\n"));
  for (const std::string& bad :
       {std::string(), std::string("\n\n"), std::string("text\n"),
        std::string("text\n\n"), note.substr(0, note.size() - 1), note + "x\n",
        note + "\n", "\t" + note, "\xFF" + note,
        absl::StrReplaceAll(note, {{"—", "-"}}),
        absl::StrReplaceAll(note, {{"=\n", "\n"}}),
        absl::StrCat("text\n\n", "— log.example AAAA\n")}) {
    EXPECT_THAT(OpenNote(bad, verifiers), StatusIs(kInvalid, _)) << bad;
  }
}

TEST(NoteTest, BoundsSizeAndNumberOfSignatures) {
  const Signer signer = MakeSigner("log.example", 1);
  const std::vector<Verifier> verifiers = {VerifierOf(signer)};
  const std::string huge = std::string(kMaxNoteBytes, 'x') + "\n";
  EXPECT_THAT(SignNote(huge, signer), StatusIs(kInvalid, HasSubstr("bytes")));
  ASSERT_OK_AND_ASSIGN(std::string note, SignNote("text\n", signer));
  ASSERT_OK_AND_ASSIGN(const std::string line, signer.SignatureLine("text\n"));
  for (int i = 1; i < kMaxNoteSignatures; ++i) note += line;
  EXPECT_OK(OpenNote(note, verifiers));
  EXPECT_THAT(OpenNote(note + line, verifiers),
              StatusIs(kInvalid, HasSubstr("100 signatures")));
}

TEST(SignerTest, RefusesTextsThatNoNoteCanHold) {
  const Signer signer = MakeSigner("log.example", 1);
  for (const absl::string_view bad : {"", "no newline", "tab\t\n", "\xFF\n"}) {
    EXPECT_THAT(SignNote(bad, signer), StatusIs(kInvalid, _));
  }
}

TEST(KeyNameTest, HoldsNoSpacesOrPlus) {
  EXPECT_OK(CheckKeyName("example.com/log-1"));
  EXPECT_OK(CheckKeyName("prüfer.example"));
  for (const absl::string_view bad :
       {"", "a b", "a+b", "a\nb", "a\u00A0b", "a\u2003b", "a\u3000b", "\xFF"}) {
    EXPECT_THAT(CheckKeyName(bad), StatusIs(kInvalid, _));
  }
  EXPECT_FALSE(Signer::Create("a b", KeySeed{}).ok());
}

TEST(VerifierTest, RefusesMistypedKeys) {
  const std::string vkey = MakeSigner("log.example", 1).vkey();
  for (size_t i = 0; i < vkey.size(); ++i) {
    std::string changed = vkey;
    changed[i] = changed[i] == 'a' ? 'b' : 'a';
    EXPECT_FALSE(Verifier::Parse(changed).ok()) << changed;
    EXPECT_FALSE(Verifier::Parse(vkey.substr(0, i)).ok());
  }
  // The timestamped cosignature key of a witness is of another type.
  EXPECT_THAT(
      Verifier::Parse(
          MerkleVectors()["signed_note"]["witness_vkey"].get<std::string>()),
      StatusIs(kInvalid, HasSubstr("Ed25519")));
}

TEST(KeySeedTest, EveryKeyIsAnother) {
  ASSERT_OK_AND_ASSIGN(const KeySeed a, GenerateKeySeed());
  ASSERT_OK_AND_ASSIGN(const KeySeed b, GenerateKeySeed());
  EXPECT_NE(a, b);
}

}  // namespace
}  // namespace tidemark::audit
