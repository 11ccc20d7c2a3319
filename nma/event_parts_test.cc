#include "nma/event_parts.h"

#include <cstddef>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "nma/study.h"

namespace tidemark::nma {
namespace {

EventParts Divide(const std::vector<Study>& studies) {
  const auto binary = BinaryStudies(studies);
  EXPECT_OK(binary);
  return DivideByEvents(*binary);
}

Study Make(const std::string& id, const std::vector<BinaryArm>& arms) {
  return {id, arms};
}

TEST(EventPartsTest, ATreatmentWithoutEventsIsNamed) {
  const EventParts parts =
      Divide({Make("1", {{"A", 2, 20}, {"B", 3, 20}, {"C", 0, 20}}),
              Make("2", {{"B", 2, 20}, {"C", 0, 20}}),
              Make("3", {{"A", 0, 20}, {"C", 0, 20}})});
  ASSERT_EQ(parts.parts.size(), 1);
  EXPECT_EQ(parts.parts[0].treatments, (std::vector<std::string>{"A", "B"}));
  ASSERT_EQ(parts.parts[0].studies.size(), 1);
  EXPECT_EQ(parts.parts[0].studies[0].events.size(), 2);
  ASSERT_EQ(parts.left_out.treatments.size(), 1);
  EXPECT_EQ(parts.left_out.treatments[0].treatment, "C");
  EXPECT_EQ(parts.left_out.treatments[0].reason,
            "no event in any arm: its odds ratios are infinite");
  ASSERT_EQ(parts.left_out.studies.size(), 2);
  EXPECT_EQ(parts.left_out.studies[0].reason,
            "its odds ratios are infinite, and no other study bounds them (C: "
            "no event)");
  EXPECT_EQ(parts.left_out.studies[1].reason,
            "no event in any arm: its own risk explains that fully, whatever "
            "the odds ratios");
  ASSERT_EQ(parts.left_out.arms.size(), 1);
  EXPECT_EQ(parts.left_out.arms[0].study, "1");
  EXPECT_EQ(parts.left_out.arms[0].treatment, "C");
}

TEST(EventPartsTest, OnlyEventsAreInfiniteTheOtherWay) {
  const EventParts parts = Divide({Make("1", {{"A", 2, 20}, {"B", 20, 20}})});
  EXPECT_TRUE(parts.parts.empty());
  ASSERT_EQ(parts.left_out.treatments.size(), 2);
  EXPECT_EQ(parts.left_out.treatments[1].reason,
            "only events in every arm: its odds ratios are infinite");
}

TEST(EventPartsTest, BoundsOnEitherSideMayBeOfDifferentStudies) {
  const EventParts one = Divide({Make("1", {{"A", 0, 20}, {"B", 3, 20}})});
  EXPECT_TRUE(one.parts.empty());
  const EventParts both = Divide({Make("1", {{"A", 0, 20}, {"B", 3, 20}}),
                                  Make("2", {{"A", 2, 20}, {"B", 0, 20}})});
  ASSERT_EQ(both.parts.size(), 1);
  EXPECT_EQ(both.parts[0].studies.size(), 2);
  EXPECT_TRUE(both.left_out.arms.empty());
}

// Two treatments with events everywhere, that only a study with an arm without
// events connects: each stays with its own part.
TEST(EventPartsTest, ANetworkMayFallApart) {
  const EventParts parts = Divide({Make("1", {{"A", 2, 20}, {"B", 3, 20}}),
                                   Make("2", {{"C", 2, 20}, {"D", 3, 20}}),
                                   Make("3", {{"B", 2, 20}, {"C", 0, 20}})});
  ASSERT_EQ(parts.parts.size(), 2);
  EXPECT_TRUE(parts.left_out.treatments.empty());
  ASSERT_EQ(parts.left_out.studies.size(), 1);
  EXPECT_EQ(parts.left_out.studies[0].study, "3");
}

TEST(EventPartsTest, TreatmentsOfStudiesThatSayNothingAreListed) {
  const EventParts parts = Divide({Make("1", {{"A", 0, 20}, {"B", 0, 20}})});
  ASSERT_EQ(parts.left_out.treatments.size(), 2);
  EXPECT_EQ(parts.left_out.treatments[0].reason,
            "only in studies that are left out");
}

TEST(EventPartsTest, ContrastsAreRefusedByName) {
  const std::vector<Study> studies = {
      {"b", std::vector<Contrast>{{"A", "B", 0.1, 1.0}}},
      {"a", std::vector<RateArm>{{"A", 1, 10}, {"B", 2, 10}}}};
  const auto binary = BinaryStudies(studies);
  EXPECT_EQ(binary.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(binary.status().message(),
            "needs events and totals of every arm; these studies give none: "
            "\"a\", \"b\"");
}

// The definition itself: directions x (0 or 1 for each treatment, and for each
// study what its log odds fall by) that no arm forbids. Two treatments have a
// finite odds ratio if every such direction moves them alike.
std::vector<std::vector<bool>> FiniteByEnumeration(
    const std::vector<Study>& studies, int treatments) {
  std::vector<std::vector<bool>> finite(treatments,
                                        std::vector<bool>(treatments, true));
  const int bits = treatments + static_cast<int>(studies.size());
  for (int x = 0; x < 1 << bits; ++x) {
    const auto bit = [x](int i) { return (x >> i) & 1; };
    bool is_allowed = true;
    for (size_t s = 0; s < studies.size(); ++s) {
      for (const BinaryArm& arm :
           std::get<std::vector<BinaryArm>>(studies[s].data)) {
        const int change =
            bit(arm.treatment[0] - 'A') - bit(treatments + static_cast<int>(s));
        if (arm.events > 0 && change < 0) is_allowed = false;
        if (arm.events < arm.total && change > 0) is_allowed = false;
      }
    }
    if (!is_allowed) continue;
    for (int i = 0; i < treatments; ++i) {
      for (int j = 0; j < treatments; ++j) {
        if (bit(i) != bit(j)) finite[i][j] = false;
      }
    }
  }
  return finite;
}

TEST(EventPartsTest, PartsAreWhatNoDirectionMoves) {
  constexpr int kTreatments = 5;
  std::mt19937 random(1984);
  std::uniform_int_distribution<int> any(0, 99);
  int parts_seen = 0;
  for (int round = 0; round < 300; ++round) {
    std::vector<Study> studies;
    for (int s = 0; s < 5; ++s) {
      std::vector<BinaryArm> arms;
      for (int t = 0; t < kTreatments; ++t) {
        if (any(random) < 50) continue;
        const int kind = any(random);
        arms.push_back({std::string(1, static_cast<char>('A' + t)),
                        kind < 40   ? 0.0
                        : kind < 65 ? 10.0
                                    : 4.0,
                        10});
      }
      if (arms.size() > 1) studies.push_back({std::to_string(s), arms});
    }
    const EventParts parts = Divide(studies);
    std::map<std::string, int> part;
    for (size_t p = 0; p < parts.parts.size(); ++p) {
      ++parts_seen;
      for (const std::string& name : parts.parts[p].treatments) {
        part[name] = static_cast<int>(p) + 1;
      }
    }
    const auto finite = FiniteByEnumeration(studies, kTreatments);
    for (int i = 0; i < kTreatments; ++i) {
      for (int j = 0; j < i; ++j) {
        const int a = part[std::string(1, static_cast<char>('A' + i))];
        const int b = part[std::string(1, static_cast<char>('A' + j))];
        EXPECT_EQ(a != 0 && a == b, finite[i][j]) << round;
      }
    }
  }
  EXPECT_GT(parts_seen, 100);
}

}  // namespace
}  // namespace tidemark::nma
