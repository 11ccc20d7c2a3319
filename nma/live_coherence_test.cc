#include "nma/live_coherence.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nma/coherence.h"
#include "nma/effects.h"
#include "nma/testing/random_edits.h"
#include "nma/testing/two_arms.h"

namespace tidemark::nma {
namespace {

using ::testing::HasSubstr;
using ::tidemark::testing::StatusIs;

absl::StatusOr<Coherence> DecomposeFromScratch(const StudiesById& studies) {
  std::vector<StudyEffects> list;
  for (const auto& [id, study] : studies) list.push_back(study);
  return DecomposeQ(list);
}

void Append(const QDecomposition& q, std::vector<double>* numbers) {
  for (const QTest& test : {q.total, q.within, q.between}) {
    numbers->insert(numbers->end(),
                    {test.q, 1.0 * test.df, test.p.value_or(-1)});
  }
}

std::vector<double> Numbers(const Coherence& coherence) {
  std::vector<double> numbers;
  for (const ComponentCoherence& component : coherence.components) {
    Append(component.common, &numbers);
    Append(component.random, &numbers);
    numbers.push_back(component.tau2_within);
  }
  Append(coherence.common, &numbers);
  Append(coherence.random, &numbers);
  return numbers;
}

// The same bits, or the same error.
void ExpectSame(const absl::StatusOr<Coherence>& actual,
                const absl::StatusOr<Coherence>& expected) {
  EXPECT_EQ(actual.status(), expected.status());
  if (!actual.ok() || !expected.ok()) return;
  EXPECT_EQ(Numbers(*actual), Numbers(*expected));
}

void Make(const Edit& edit, LiveCoherence* live) {
  if (edit.put.has_value()) {
    EXPECT_OK(live->Put(*edit.put));
  } else {
    EXPECT_TRUE(live->Remove(edit.study));
  }
}

LiveCoherence LiveOf(const StudiesById& studies) {
  LiveCoherence live;
  for (const auto& [id, study] : studies) EXPECT_OK(live.Put(study));
  return live;
}

// Each seed is another network; the seed alone repeats a failure.
class LiveCoherenceEditsTest : public ::testing::TestWithParam<int> {
 protected:
  static int Treatments(int seed) {
    constexpr int kTreatments[] = {2, 3, 4, 5, 7, 10, 15, 40};
    return kTreatments[seed % 8];
  }
  static RandomNumbers Numbers(int seed) {
    constexpr RandomNumbers kNumbers[] = {
        {1, 0, 0}, {1, 10, 0}, {0, 0, 0}, {1, 1, 10}, {1, 0.5, 1}};
    return kNumbers[seed % 5];
  }

  const int seed_ = GetParam();
  RandomEdits edits_{Treatments(seed_), Numbers(seed_),
                     static_cast<std::uint32_t>(seed_)};
};

TEST_P(LiveCoherenceEditsTest, EqualsOneFromScratchAfterEachEdit) {
  LiveCoherence live = LiveOf(edits_.studies());
  for (int i = 0; i < 200; ++i) {
    const Edit edit = edits_.Next();
    Make(edit, &live);
    SCOPED_TRACE(::testing::Message()
                 << "seed " << seed_ << ", edit " << i << " " << edit.what
                 << ": " << edit.study);
    ExpectSame(live.Decompose(), DecomposeFromScratch(edits_.studies()));
    if (HasFailure()) return;
  }
}

TEST_P(LiveCoherenceEditsTest, OrderOfEditsDoesNotMatter) {
  LiveCoherence live = LiveOf(edits_.studies());
  for (int i = 0; i < 200; ++i) Make(edits_.Next(), &live);
  LiveCoherence other;
  const StudiesById& studies = edits_.studies();
  for (auto it = studies.rbegin(); it != studies.rend(); ++it) {
    EXPECT_OK(other.Put(it->second));
  }
  SCOPED_TRACE(seed_);
  ExpectSame(other.Decompose(), live.Decompose());
}

INSTANTIATE_TEST_SUITE_P(Seeds, LiveCoherenceEditsTest,
                         ::testing::Range(0, 40));

StudiesById Triangle() {
  return {{"1", TwoArms("1", "A", "B", 1, 0.2)},
          {"2", TwoArms("2", "B", "C", 2, 0.3)},
          {"3", TwoArms("3", "A", "C", 5, 0.5)}};
}

TEST(LiveCoherenceTest, AnEditThatFailsChangesNothing) {
  LiveCoherence live = LiveOf(Triangle());
  for (const std::string id : {"2", "new"}) {
    for (const StudyEffects& invalid :
         {TwoArms(id, "A", "A", 1, 1), TwoArms(id, "A", "B", 1, -1),
          TwoArms(id, "A", "D", std::numeric_limits<double>::infinity(), 1)}) {
      EXPECT_THAT(live.Put(invalid),
                  StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(id)));
      EXPECT_FALSE(live.Remove("another"));
      ExpectSame(live.Decompose(), DecomposeFromScratch(Triangle()));
    }
  }
}

// One component fails, after another one that does not.
TEST(LiveCoherenceTest, ADecompositionThatFailsLeavesTheStudies) {
  StudiesById studies = Triangle();
  studies["4"] = TwoArms("4", "X", "Y", 1, 0.2);
  studies["5"] = TwoArms("5", "X", "Y", 2, 0.2);
  LiveCoherence live = LiveOf(studies);
  EXPECT_OK(live.Decompose());
  StudiesById huge = studies;
  huge["5"].effects[0] = 1e200;
  EXPECT_OK(live.Put(huge["5"]));  // finite, but its square is not
  EXPECT_THAT(live.Decompose(), StatusIs(absl::StatusCode::kInvalidArgument,
                                         HasSubstr("not finite")));
  ExpectSame(live.Decompose(), DecomposeFromScratch(huge));
  EXPECT_OK(live.Put(studies["5"]));
  ExpectSame(live.Decompose(), DecomposeFromScratch(studies));
}

TEST(LiveCoherenceTest, CanBeMoved) {
  LiveCoherence live = LiveOf(Triangle());
  LiveCoherence moved = std::move(live);
  EXPECT_TRUE(moved.Remove("3"));
  StudiesById rest = Triangle();
  rest.erase("3");
  ExpectSame(moved.Decompose(), DecomposeFromScratch(rest));
}

TEST(LiveCoherenceTest, OfNoStudyIsEmpty) {
  LiveCoherence live;
  EXPECT_TRUE(live.Decompose()->components.empty());
  EXPECT_OK(live.Put(TwoArms("1", "A", "B", 1, 1)));
  EXPECT_EQ(live.Decompose()->components.size(), 1);
  EXPECT_TRUE(live.Remove("1"));
  EXPECT_FALSE(live.Remove("1"));
  EXPECT_TRUE(live.Decompose()->components.empty());
}

}  // namespace
}  // namespace tidemark::nma
