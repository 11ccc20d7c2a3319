#include "review/two_extractions.h"

#include <algorithm>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/field_values.h"
#include "review/redaction.h"
#include "review/testing/toy_review.h"
#include "review/testing/violations.h"
#include "tidemark/v1/change.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::StatusIs;
using testing::ToyTrial;

constexpr int kFirst = 4;
constexpr int kSecond = 5;

std::vector<std::string> PathsOf(const v1::Trial& a, const v1::Trial& b) {
  std::vector<std::string> paths;
  for (const ExtractionConflict& conflict : ConflictsOf(a, b)) {
    paths.push_back(conflict.path);
  }
  return paths;
}

v1::AdjudicateTrial Taking(const v1::Trial& a, const v1::Trial& b, int draft) {
  v1::AdjudicateTrial adjudicate;
  adjudicate.set_first_sequence(kFirst);
  adjudicate.set_second_sequence(kSecond);
  for (const std::string& path : PathsOf(a, b)) {
    v1::Resolution* resolution = adjudicate.add_resolutions();
    resolution->set_path(path);
    resolution->set_take(draft);
  }
  return adjudicate;
}

v1::Trial Settled(const v1::Trial& a, const v1::Trial& b,
                  const v1::AdjudicateTrial& adjudicate) {
  Violations violations;
  v1::Trial settled = Settle(a, b, adjudicate, violations);
  EXPECT_OK(violations.ToStatus());
  return settled;
}

// The order of elements does not count.
std::vector<std::string> Sorted(const v1::Trial& trial) {
  std::vector<std::string> fields;
  for (const FieldValue& field : FieldsOf(trial)) {
    fields.push_back(absl::StrCat(field.path, "=", field.value));
  }
  std::sort(fields.begin(), fields.end());
  return fields;
}

TEST(TwoExtractionsTest, DifferenceIsNamedWithWhatBothSay) {
  const v1::Trial a = ToyTrial();
  v1::Trial b = a;
  b.mutable_results(0)->mutable_continuous()->set_sd(99.5);
  b.mutable_results(1)->mutable_continuous()->clear_n();
  b.set_year(0);
  const auto conflicts = ConflictsOf(a, b);
  ASSERT_EQ(conflicts.size(), 3);
  EXPECT_EQ(conflicts[0].path, "year");
  EXPECT_EQ(conflicts[0].second, "");
  EXPECT_EQ(conflicts[1].path, "results[pain/6m/ha].continuous.sd");
  EXPECT_EQ(conflicts[1].first, "21");
  EXPECT_EQ(conflicts[1].second, "99.5");
  EXPECT_EQ(conflicts[2].path, "results[pain/6m/msc1].continuous.n");
  EXPECT_EQ(conflicts[2].second, "");
  EXPECT_FALSE(SayTheSame(a, b));
}

TEST(TwoExtractionsTest, WhatOnlyOneHasIsOneDifference) {
  v1::Trial a = ToyTrial();
  v1::Trial b = a;
  testing::AddEvents("ha", 3, 15, &b);
  a.mutable_results(0)->mutable_source()->set_report(a.reports(0).id());
  b.mutable_results(0)->clear_source();
  const auto conflicts = ConflictsOf(a, b);
  ASSERT_EQ(conflicts.size(), 2);
  EXPECT_EQ(conflicts[0].path, "results[pain/6m/ha].source");
  EXPECT_TRUE(conflicts[0].is_whole);
  EXPECT_EQ(conflicts[1].path, "results[adverse/any/ha]");
  EXPECT_EQ(conflicts[1].first, "");
  EXPECT_THAT(conflicts[1].second, HasSubstr("binary.events 3"));
}

TEST(TwoExtractionsTest, ValuesOfTwoKindsAreOneDifference) {
  const v1::Trial a = ToyTrial();
  v1::Trial b = a;
  b.mutable_results(0)->mutable_binary()->set_n(12);
  EXPECT_THAT(PathsOf(a, b), ElementsAre("results[pain/6m/ha]"));
  EXPECT_EQ(Sorted(Settled(a, b, Taking(a, b, kSecond))), Sorted(b));
}

TEST(TwoExtractionsTest, WordsMayDifferAndMayBeSettled) {
  v1::Trial a = ToyTrial();
  v1::Trial b = a;
  b.set_title("Alpha et al.");
  b.set_notes("Table 2 has a misprint");
  (*b.mutable_arms(0)->mutable_attributes())["source"] = "bone marrow";
  EXPECT_TRUE(SayTheSame(a, b));
  EXPECT_THAT(PathsOf(a, b),
              ElementsAre("title", "arms[ha].attributes[source]", "notes"));
  v1::AdjudicateTrial adjudicate;
  adjudicate.set_first_sequence(kFirst);
  adjudicate.set_second_sequence(kSecond);
  EXPECT_EQ(Settled(a, b, adjudicate).SerializeAsString(),
            a.SerializeAsString());
  adjudicate = Taking(a, b, kSecond);
  adjudicate.mutable_resolutions(0)->set_value("Alpha 2020");
  // Of which both say the same, too.
  v1::Resolution* label = adjudicate.add_resolutions();
  label->set_path("arms[ha].label");
  label->set_value("control");
  const v1::Trial settled = Settled(a, b, adjudicate);
  EXPECT_EQ(settled.title(), "Alpha 2020");
  EXPECT_EQ(settled.notes(), b.notes());
  EXPECT_EQ(settled.arms(0).attributes().at("source"), "bone marrow");
  EXPECT_EQ(settled.arms(0).label(), "control");
}

// An identifier is a value of a covariate: it counts.
TEST(TwoExtractionsTest, AttributesThatStayWhenWordsAreErasedCount) {
  v1::Trial a = ToyTrial();
  v1::Trial b = a;
  (*a.mutable_arms(0)->mutable_attributes())["source"] = "bone_marrow";
  (*b.mutable_arms(0)->mutable_attributes())["source"] = "adipose";
  EXPECT_FALSE(SayTheSame(a, b));
}

TEST(TwoExtractionsTest, EachConflictNeedsOneResolutionThatFits) {
  const v1::Trial a = ToyTrial();
  v1::Trial b = a;
  b.mutable_results(0)->mutable_continuous()->set_sd(99);
  testing::AddEvents("ha", 3, 15, &b);
  const auto refusal = [&](const v1::AdjudicateTrial& adjudicate) {
    Violations violations;
    Settle(a, b, adjudicate, violations);
    return violations.ToStatus();
  };
  const auto invalid = [](const std::string& why) {
    return StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(why));
  };
  const v1::AdjudicateTrial whole = Taking(a, b, kFirst);
  EXPECT_OK(refusal(whole));

  v1::AdjudicateTrial wrong = whole;
  wrong.mutable_resolutions()->RemoveLast();
  EXPECT_THAT(refusal(wrong), invalid("results[adverse/any/ha]\" has none"));
  wrong = whole;
  *wrong.add_resolutions() = whole.resolutions(0);
  EXPECT_THAT(refusal(wrong), invalid("resolved twice"));
  wrong = whole;
  wrong.add_resolutions()->set_path("year");
  wrong.mutable_resolutions(2)->set_take(kFirst);
  EXPECT_THAT(refusal(wrong), invalid("no field of which"));
  wrong = whole;
  wrong.mutable_resolutions(0)->set_take(7);
  EXPECT_THAT(refusal(wrong), invalid("one of the two drafts, 4 and 5"));
  wrong = whole;
  wrong.mutable_resolutions(0)->clear_take();
  EXPECT_THAT(refusal(wrong), invalid("must take a draft's or give a value"));
  wrong = whole;
  wrong.mutable_resolutions(0)->set_value("many");
  EXPECT_THAT(refusal(wrong), invalid("finite number"));
  wrong = whole;
  wrong.mutable_resolutions(1)->set_value("");
  EXPECT_THAT(refusal(wrong), invalid("an element or a record"));
}

// Two extractors who see the same report and often read it differently.
class RandomTrials {
 public:
  explicit RandomTrials(unsigned seed) : random_(seed) {}

  v1::Trial Next() {
    v1::Trial trial = ToyTrial();
    trial.set_year(static_cast<int>(2000 + Below(3)));
    trial.set_title(absl::StrCat("title ", Below(2)));
    if (Below(2) == 0) trial.set_design(v1::Trial::CROSSOVER);
    for (v1::Arm& arm : *trial.mutable_arms()) {
      arm.set_randomised(static_cast<int>(Below(3)));
      if (Below(2) == 0) (*arm.mutable_attributes())["cells"] = Word();
      if (Below(2) == 0) (*arm.mutable_attributes())["source"] = Word();
    }
    for (v1::Result& result : *trial.mutable_results()) Vary(result);
    for (const char* arm : {"ha", "msc1"}) {
      if (Below(2) == 0) {
        testing::AddEvents(arm, static_cast<int>(Below(3)), 20, &trial);
      }
      // A second instrument gives both results longer keys.
      if (Below(3) == 0) testing::AddPain(arm, "nrs", 4, 2, 20, &trial);
    }
    if (Below(2) == 0) {
      v1::RiskOfBias* bias = trial.add_risk_of_bias();
      bias->set_outcome("pain");
      bias->set_overall(Below(2) == 0 ? v1::RiskOfBias::LOW
                                      : v1::RiskOfBias::HIGH);
    }
    if (Below(2) == 0) {
      std::swap(*trial.mutable_results(0),
                *trial.mutable_results(trial.results_size() - 1));
    }
    return trial;
  }

  unsigned Below(unsigned end) { return random_() % end; }

 private:
  std::string Word() {
    return std::vector<std::string>{"adipose", "3", "bone marrow"}[Below(3)];
  }

  void Vary(v1::Result& result) {
    v1::Continuous& value = *result.mutable_continuous();
    value.set_mean(Below(4));
    if (Below(3) == 0) value.clear_sd();
    if (Below(5) == 0) result.mutable_binary()->set_n(10);
    if (Below(2) == 0) result.clear_source();
    for (unsigned i = Below(3); i > 0; --i) {
      v1::Derivation* derivation = result.add_derivations();
      derivation->set_field(Below(2) == 0 ? "sd" : "mean");
      derivation->set_kind(v1::Derivation::DERIVED);
      derivation->set_method("from a figure");
    }
  }

  std::mt19937 random_;
};

bool MayChangeKeys(const v1::Trial& trial) {
  return std::any_of(
      trial.results().begin(), trial.results().end(),
      [](const v1::Result& result) { return result.instrument() == "nrs"; });
}

v1::Trial Erased(const v1::Trial& trial) {
  return WithoutWords(testing::Submit({trial}))
      ->submit_trials()
      .trials(0)
      .trial();
}

TEST(TwoExtractionsTest, AllFromOneDraftIsThatDraft) {
  RandomTrials random(20261);
  for (int i = 0; i < 500; ++i) {
    const v1::Trial a = random.Next();
    const v1::Trial b = random.Next();
    ASSERT_EQ(Sorted(Settled(a, b, Taking(a, b, kFirst))), Sorted(a));
    ASSERT_EQ(Sorted(Settled(a, b, Taking(a, b, kSecond))), Sorted(b))
        << a.DebugString() << b.DebugString();
    ASSERT_THAT(ConflictsOf(a, a), IsEmpty());
  }
}

TEST(TwoExtractionsTest, EachFieldIsSettledByItself) {
  RandomTrials random(20262);
  for (int i = 0; i < 500; ++i) {
    const v1::Trial a = random.Next();
    const v1::Trial b = random.Next();
    // Whether results of two instruments are taken decides what their keys are.
    if (MayChangeKeys(a) || MayChangeKeys(b)) continue;
    v1::AdjudicateTrial adjudicate = Taking(a, b, kFirst);
    for (auto& resolution : *adjudicate.mutable_resolutions()) {
      if (random.Below(2) == 0) resolution.set_take(kSecond);
    }
    const v1::Trial settled = Settled(a, b, adjudicate);
    // What is taken from one draft is where the other still differs.
    std::vector<std::string> from_first;
    for (const auto& resolution : adjudicate.resolutions()) {
      if (resolution.take() == kFirst) from_first.push_back(resolution.path());
    }
    for (const std::string& path : PathsOf(settled, b)) {
      ASSERT_THAT(from_first, ::testing::Contains(path));
    }
  }
}

// A log that is replayed without its words must come to the same versions.
TEST(TwoExtractionsTest, ErasingWordsOfEitherChangesNoVerdict) {
  RandomTrials random(20263);
  int same = 0;
  for (int i = 0; i < 500; ++i) {
    const v1::Trial a = random.Next();
    v1::Trial b = random.Below(2) == 0 ? random.Next() : a;
    b.set_title(absl::StrCat("title ", random.Below(2)));
    (*b.mutable_arms(0)->mutable_attributes())["by"] = "Jane Doe";
    if (SayTheSame(a, b)) ++same;
    v1::AdjudicateTrial adjudicate = Taking(a, b, kSecond);
    for (const auto& [first, second] :
         {std::tuple(Erased(a), b), std::tuple(a, Erased(b)),
          std::tuple(Erased(a), Erased(b))}) {
      ASSERT_EQ(SayTheSame(first, second), SayTheSame(a, b));
      Violations violations;
      const v1::Trial settled = Settle(first, second, adjudicate, violations);
      ASSERT_OK(violations.ToStatus());
      ASSERT_EQ(Sorted(Erased(settled)),
                Sorted(Erased(Settled(a, b, adjudicate))));
    }
  }
  EXPECT_GT(same, 50);
}

}  // namespace
}  // namespace tidemark::review
