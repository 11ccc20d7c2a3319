// The checker of histories accepts what one log explains, and nothing else.
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/faults/linearizability.h"

namespace tidemark::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Kind = Operation::Kind;

Operation Write(const std::string& name, int64_t invoked, int64_t returned,
                TrialAt seen) {
  Operation operation;
  operation.kind = Kind::kWrite;
  operation.name = name;
  operation.trial = "t";
  operation.invoked = invoked;
  operation.returned = returned;
  operation.seen = seen;
  return operation;
}

Operation ReadTrial(int64_t invoked, int64_t returned, TrialAt seen) {
  Operation operation = Write("read", invoked, returned, seen);
  operation.kind = Kind::kReadTrial;
  return operation;
}

Operation ReadAsOf(int64_t as_of, int64_t invoked, int64_t returned,
                   TrialAt seen) {
  Operation operation = Write("read as of", invoked, returned, seen);
  operation.kind = Kind::kReadTrialAsOf;
  operation.as_of = as_of;
  return operation;
}

Operation ReadEstimate(int64_t invoked, int64_t returned, int64_t head,
                       int64_t version) {
  Operation operation = Write("read estimate", invoked, returned, {});
  operation.kind = Kind::kReadEstimate;
  operation.head = operation.estimate_sequence = head;
  operation.versions = {{"t", version}};
  return operation;
}

// Two writes, one after the other.
const Operation kFirst = Write("a", 0, 10, {1, 1, 70});
const Operation kSecond = Write("b", 20, 30, {2, 2, 80});
const std::vector<std::string> kLog = {"a", "b"};

TEST(LinearizabilityTest, AcceptsWritesAndReadsInTheirOrder) {
  EXPECT_THAT(CheckLinearizable(
                  {kFirst, kSecond, ReadTrial(-5, -1, {}),
                   ReadTrial(11, 19, {1, 1, 70}), ReadTrial(31, 40, {2, 2, 80}),
                   ReadAsOf(1, 31, 40, {1, 1, 70}), ReadEstimate(11, 19, 1, 1),
                   ReadEstimate(31, 40, 2, 2)},
                  kLog),
              IsEmpty());
}

TEST(LinearizabilityTest, AcceptsEitherOrderOfCallsThatOverlap) {
  const Operation a = Write("a", 0, 30, {2, 2, 70});
  const Operation b = Write("b", 10, 20, {1, 1, 80});
  EXPECT_THAT(CheckLinearizable({a, b}, {"b", "a"}), IsEmpty());
  // A read beside a write sees it or not.
  EXPECT_THAT(CheckLinearizable({kFirst, kSecond, ReadTrial(15, 40, {1, 1, 70}),
                                 ReadTrial(15, 25, {2, 2, 80})},
                                kLog),
              IsEmpty());
}

TEST(LinearizabilityTest, AcceptsAnUnansweredWriteInTheLogOrOut) {
  const Operation open = Write("c", 5, Operation::kNever, {0, 0, 90});
  EXPECT_THAT(CheckLinearizable({kFirst, kSecond, open}, kLog), IsEmpty());
  EXPECT_THAT(CheckLinearizable({kFirst, open, Write("b", 20, 30, {3, 3, 80}),
                                 ReadTrial(12, 19, {2, 2, 90})},
                                {"a", "c", "b"}),
              IsEmpty());
}

TEST(LinearizabilityTest, RejectsALostWrite) {
  EXPECT_THAT(CheckLinearizable({kFirst, kSecond}, {"a"}),
              ElementsAre(HasSubstr("b: was acknowledged and is lost")));
}

TEST(LinearizabilityTest, RejectsAWriteAtAnotherSequence) {
  EXPECT_THAT(CheckLinearizable({kFirst, kSecond}, {"b", "a"}),
              Contains(HasSubstr("a: was acknowledged as sequence 1, the log "
                                 "has it at 2")));
}

TEST(LinearizabilityTest, RejectsAWriteThatIsInTheLogTwice) {
  EXPECT_THAT(CheckLinearizable({kFirst, kSecond}, {"a", "b", "a"}),
              ElementsAre(HasSubstr("a: is in the log twice")));
}

TEST(LinearizabilityTest, RejectsAnEntryThatNobodyWrote) {
  EXPECT_THAT(CheckLinearizable({kFirst, kSecond}, {"a", "b", "x"}),
              ElementsAre(HasSubstr("x: is in the log, but nobody wrote it")));
}

// Each answer is right by itself; only the times tell.
TEST(LinearizabilityTest, RejectsALaterWriteWithASmallerSequence) {
  const Operation late = Write("a", 40, 50, {1, 1, 70});
  EXPECT_THAT(CheckLinearizable({late, kSecond}, kLog),
              ElementsAre(HasSubstr("a: took effect at sequence 1 at the "
                                    "latest, but began after b had ended")));
}

TEST(LinearizabilityTest, RejectsAnUnansweredWriteBeforeWhatHadEnded) {
  const Operation open = Write("c", 40, Operation::kNever, {0, 0, 90});
  EXPECT_THAT(
      CheckLinearizable({Write("a", 0, 10, {2, 2, 70}), open}, {"c", "a"}),
      ElementsAre(HasSubstr("c: took effect at sequence 1")));
}

TEST(LinearizabilityTest, RejectsAStaleRead) {
  EXPECT_THAT(
      CheckLinearizable({kFirst, kSecond, ReadTrial(31, 40, {1, 1, 70})}, kLog),
      ElementsAre(HasSubstr("read: took effect at sequence 1")));
  EXPECT_THAT(CheckLinearizable({kFirst, kSecond, ReadTrial(31, 40, {})}, kLog),
              ElementsAre(HasSubstr("read: took effect at sequence 0")));
  EXPECT_THAT(
      CheckLinearizable({kFirst, kSecond, ReadEstimate(31, 40, 1, 1)}, kLog),
      ElementsAre(HasSubstr("read estimate: took effect at sequence 1")));
}

TEST(LinearizabilityTest, RejectsReadsThatGoBack) {
  const Operation open = Write("b", 20, Operation::kNever, {0, 0, 80});
  EXPECT_THAT(CheckLinearizable({kFirst, open, ReadTrial(21, 30, {2, 2, 80}),
                                 ReadTrial(31, 40, {1, 1, 70})},
                                kLog),
              ElementsAre(HasSubstr("but began after read had ended at 2")));
}

TEST(LinearizabilityTest, RejectsAReadOfTheFuture) {
  EXPECT_THAT(
      CheckLinearizable({kFirst, kSecond, ReadTrial(11, 15, {2, 2, 80})}, kLog),
      ElementsAre(HasSubstr("b: took effect at sequence 2 at the latest, but "
                            "began after read had ended at 2")));
}

TEST(LinearizabilityTest, RejectsAnotherVersionThanTheLogMakes) {
  EXPECT_THAT(
      CheckLinearizable({kFirst, Write("b", 20, 30, {2, 1, 80})}, kLog),
      ElementsAre(HasSubstr("b: saw version 1 with 80 events of "
                            "sequence 2 of t, the log makes version 2")));
}

TEST(LinearizabilityTest, RejectsARecordThatTheLogDoesNotMake) {
  EXPECT_THAT(
      CheckLinearizable({kFirst, kSecond, ReadTrial(31, 40, {2, 2, 70})}, kLog),
      ElementsAre(HasSubstr("read: saw version 2 with 70 events")));
  EXPECT_THAT(CheckLinearizable(
                  {kFirst, kSecond, ReadAsOf(1, 31, 40, {2, 2, 80})}, kLog),
              ElementsAre(HasSubstr("read as of: saw version 2")));
}

TEST(LinearizabilityTest, RejectsAnEstimateThatIsNotOfItsHead) {
  Operation old = ReadEstimate(31, 40, 2, 2);
  old.estimate_sequence = 1;
  EXPECT_THAT(CheckLinearizable({kFirst, kSecond, old}, kLog),
              ElementsAre(HasSubstr("saw the estimate of sequence 1")));
  EXPECT_THAT(
      CheckLinearizable({kFirst, kSecond, ReadEstimate(31, 40, 2, 1)}, kLog),
      ElementsAre(HasSubstr("saw an estimate of other versions")));
}

}  // namespace
}  // namespace tidemark::testing
