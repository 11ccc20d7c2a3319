#include "client/cli/key_check.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "audit/checkpoint.h"
#include "audit/key_history.h"
#include "audit/leaf.h"
#include "audit/log_origin.h"
#include "audit/merkle.h"
#include "audit/note.h"
#include "audit/tlog_proof.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::cli {
namespace {

using ::testing::HasSubstr;
using ::tidemark::testing::StatusIs;

constexpr auto kDataLoss = absl::StatusCode::kDataLoss;

// A log of two entries; the second one names a key.
class KeyCheckTest : public ::testing::Test {
 protected:
  std::vector<audit::ClaimedKey> Claim(
      const std::string& action, const audit::Signer& next,
      const std::vector<audit::Signer>& signers) const {
    audit::Frontier tree;
    audit::TlogProof proof;
    for (int64_t sequence = 1; sequence <= 2; ++sequence) {
      audit::Leaf leaf;
      leaf.sequence = sequence;
      leaf.action = action;
      leaf.resource = audit::KeyResource(next.vkey());
      proof.leaf = *audit::EncodeLeaf(leaf);
      proof.index = sequence - 1;
      proof.hashes = tree.NextProof();
      tree.Append(audit::LeafHash(proof.leaf));
    }
    const std::string text =
        *audit::FormatCheckpoint({next.name(), 2, tree.Root()});
    proof.checkpoint = absl::StrCat(text, "\n");
    for (const audit::Signer& signer : signers) {
      proof.checkpoint += *signer.SignatureLine(text);
    }
    return {{first_.vkey(), ""}, {next.vkey(), *audit::FormatTlogProof(proof)}};
  }

  std::vector<audit::ClaimedKey> Rotation() const {
    return Claim("keys.rotate", second_, {first_, second_});
  }

  const audit::Signer first_ = *audit::FirstSignerOf({1}, "knee", 1);
  const audit::Signer second_ = *audit::Signer::Create(first_.name(), {2});
};

TEST_F(KeyCheckTest, EitherKeyVouchesForAll) {
  for (const audit::Signer& trusted : {first_, second_}) {
    ASSERT_OK_AND_ASSIGN(const audit::KeyHistory keys,
                         TrustKeys(trusted.vkey(), Rotation()));
    EXPECT_EQ(keys.keys().size(), 2U);
  }
}

TEST_F(KeyCheckTest, AKeyThatTheLogNeverHadVouchesForNone) {
  const audit::Signer third = *audit::Signer::Create(first_.name(), {3});
  ASSERT_OK_AND_ASSIGN(const audit::KeyHistory keys,
                       TrustKeys(third.vkey(), Rotation()));
  EXPECT_EQ(keys.keys().size(), 1U);
  EXPECT_EQ(keys.current().vkey, third.vkey());
}

TEST_F(KeyCheckTest, AStepWithoutProofDoesNotVerify) {
  EXPECT_THAT(
      TrustKeys(first_.vkey(), Claim("keys.rotate", second_, {second_})),
      StatusIs(kDataLoss, HasSubstr("the keys of the log")));
  const audit::Signer restored = *audit::FirstSignerOf({1}, "knee", 7);
  const auto claimed = Claim("log.restore", restored, {restored});
  EXPECT_THAT(TrustKeys(first_.vkey(), claimed),
              StatusIs(kDataLoss, HasSubstr("restored from a backup")));
  EXPECT_OK(TrustKeys(restored.vkey(), claimed));
}

// What it shows may be another history, made with an older key that was stolen.
TEST_F(KeyCheckTest, ALogThatEndsBeforeTheTrustedKeyIsNotVouchedFor) {
  ASSERT_OK_AND_ASSIGN(const audit::KeyHistory keys,
                       TrustKeys(second_.vkey(), Rotation()));
  EXPECT_OK(CheckReaches(keys, second_.vkey(), 2));
  EXPECT_THAT(CheckReaches(keys, second_.vkey(), 1),
              StatusIs(kDataLoss, HasSubstr("which only an older key signed")));
  EXPECT_OK(CheckReaches(keys, first_.vkey(), 1));
}

TEST_F(KeyCheckTest, EntriesNameTheKeysAndNoOthers) {
  ASSERT_OK_AND_ASSIGN(const audit::KeyHistory keys,
                       TrustKeys(first_.vkey(), Rotation()));
  const review::KeyNamed named = {first_.vkey(), second_.vkey(), 2, false};
  EXPECT_OK(CheckKeysNamed(keys, {named}, 2));
  // Made after what is verified.
  EXPECT_OK(CheckKeysNamed(keys, {}, 1));
  EXPECT_THAT(CheckKeysNamed(keys, {}, 2),
              StatusIs(kDataLoss, HasSubstr("names no key")));
  review::KeyNamed other = named;
  other.vkey = first_.vkey();
  EXPECT_THAT(CheckKeysNamed(keys, {other}, 2),
              StatusIs(kDataLoss, HasSubstr(second_.vkey())));
  EXPECT_THAT(CheckKeysNamed(keys, {named, named}, 2),
              StatusIs(kDataLoss, HasSubstr("no key that is proven")));
}

}  // namespace
}  // namespace tidemark::cli
