#include "server/log_signer.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "audit/checkpoint.h"
#include "audit/log_origin.h"
#include "audit/merkle.h"
#include "audit/note.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/testing/log_writer.h"

namespace tidemark::server {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::tidemark::testing::StatusIs;

audit::Signer SignerOf(uint8_t seed, const char* review = "knee") {
  return *audit::FirstSignerOf({seed}, review, audit::kFirstEpoch);
}

absl::StatusOr<audit::Digest> NoNodes(int /*level*/, int64_t /*index*/) {
  return absl::NotFoundError("an empty log has no nodes");
}

class LogSignerTest : public ::testing::Test {
 protected:
  // Signs the next `count` entries as the committer does.
  absl::StatusOr<storage::AnchoredCheckpoint> SignNext(int count) {
    std::vector<storage::Entry> entries;
    for (int i = 0; i < count; ++i) entries.push_back(writer_.Append("text"));
    return Sign(entries);
  }

  absl::StatusOr<storage::AnchoredCheckpoint> Sign(
      const std::vector<storage::Entry>& entries,
      std::shared_ptr<const audit::Signer> next = nullptr) {
    std::vector<const storage::Entry*> pointers;
    for (const storage::Entry& entry : entries) pointers.push_back(&entry);
    return signer_->Sign(pointers, writer_.frontier().Root(), next);
  }

  // What all of these refusals say.
  static auto Refuses(const std::string& why) {
    return StatusIs(absl::StatusCode::kInternal,
                    AllOf(HasSubstr("the signer refuses a tree that does not "
                                    "follow from its last checkpoint"),
                          HasSubstr(why)));
  }

  storage::LogWriter writer_{"knee"};
  std::unique_ptr<LogSigner> signer_ =
      *LogSigner::Load("knee", SignerOf(1), {}, NoNodes);
};

TEST_F(LogSignerTest, SignsWhatTheEntriesMake) {
  ASSERT_OK(SignNext(1));
  ASSERT_OK_AND_ASSIGN(const auto made, SignNext(3));
  EXPECT_EQ(made.review, "knee");
  EXPECT_EQ(made.size, 4);
  EXPECT_EQ(made.root, writer_.frontier().Root());
  const audit::Verifier key = *audit::Verifier::Parse(SignerOf(1).vkey());
  ASSERT_OK_AND_ASSIGN(const audit::Checkpoint opened,
                       audit::OpenCheckpoint(made.note, key, key.name()));
  EXPECT_EQ(opened.root, made.root);
}

TEST_F(LogSignerTest, RefusesAGapAndARepeat) {
  storage::Entry first = writer_.Append("text");
  storage::Entry second = writer_.Append("text");
  EXPECT_THAT(Sign({second}), Refuses("after sequence 0 comes 2"));
  ASSERT_OK(Sign({first, second}));
  EXPECT_THAT(Sign({second}), Refuses("after sequence 2 comes 2"));
}

// Two states of one review in memory, say: the one that came later is refused
// though its entries follow one another.
TEST_F(LogSignerTest, RefusesAForkOfWhatItSigned) {
  storage::LogWriter fork = writer_;
  ASSERT_OK(SignNext(1));
  fork.Append("another text");
  writer_ = fork;
  EXPECT_THAT(SignNext(1), Refuses("would store nodes of another tree"));
}

TEST_F(LogSignerTest, RefusesARootThatTheEntriesDoNotMake) {
  const storage::Entry entry = writer_.Append("text");
  writer_.Append("one that it is not shown");
  EXPECT_THAT(Sign({entry}), Refuses("size 1 would have root"));
  // It is as if it had not been asked.
  writer_ = storage::LogWriter("knee");
  EXPECT_OK(SignNext(1));
}

TEST_F(LogSignerTest, RefusesAnotherReview) {
  writer_ = storage::LogWriter("hip");
  EXPECT_THAT(SignNext(1), Refuses("an entry is of \"hip\""));
}

TEST_F(LogSignerTest, ARotationIsSignedWithBothKeysAndThenWithTheNewOne) {
  const auto next = std::make_shared<const audit::Signer>(
      *audit::Signer::Create(SignerOf(1).name(), {2}));
  const audit::Verifier old_key = *audit::Verifier::Parse(SignerOf(1).vkey());
  const audit::Verifier new_key = *audit::Verifier::Parse(next->vkey());
  ASSERT_OK_AND_ASSIGN(const auto at, Sign({writer_.Append("rotate")}, next));
  EXPECT_OK(audit::OpenCheckpoint(at.note, old_key, old_key.name()));
  EXPECT_OK(audit::OpenCheckpoint(at.note, new_key, new_key.name()));
  EXPECT_EQ(signer_->signer().vkey(), next->vkey());
  ASSERT_OK_AND_ASSIGN(const auto after, SignNext(1));
  EXPECT_EQ(audit::OpenCheckpoint(after.note, old_key, old_key.name())
                .status()
                .code(),
            absl::StatusCode::kUnauthenticated);
  EXPECT_OK(audit::OpenCheckpoint(after.note, new_key, new_key.name()));
  EXPECT_THAT(Sign({writer_.Append("rotate")},
                   std::make_shared<const audit::Signer>(SignerOf(2))),
              Refuses("the next key is of the log tidemark/"));
}

TEST_F(LogSignerTest, GoesOnFromTheAnchoredTreeOnly) {
  std::vector<audit::Node> nodes;
  storage::AnchoredCheckpoint anchored;
  for (int i = 0; i < 5; ++i) {
    const storage::Entry entry = writer_.Append("text");
    nodes.insert(nodes.end(), entry.nodes.begin(), entry.nodes.end());
    ASSERT_OK_AND_ASSIGN(anchored, Sign({entry}));
  }
  const auto read = [&](int level,
                        int64_t index) -> absl::StatusOr<audit::Digest> {
    for (const audit::Node& node : nodes) {
      if (node.level == level && node.index == index) return node.hash;
    }
    return absl::NotFoundError("no such node");
  };
  ASSERT_OK_AND_ASSIGN(signer_,
                       LogSigner::Load("knee", SignerOf(1), anchored, read));
  EXPECT_OK(SignNext(2));
  EXPECT_THAT(LogSigner::Load("knee", SignerOf(2), anchored, read),
              StatusIs(absl::StatusCode::kDataLoss,
                       HasSubstr("review \"knee\": the anchored checkpoint")));
  nodes.back().hash[0] ^= 1;
  EXPECT_THAT(LogSigner::Load("knee", SignerOf(1), anchored, read),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("has root")));
}

}  // namespace
}  // namespace tidemark::server
