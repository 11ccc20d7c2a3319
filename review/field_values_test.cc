#include "review/field_values.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "review/field_path.h"
#include "review/testing/toy_review.h"
#include "tidemark/v1/review.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::IsOkAndHolds;

std::vector<std::string> Lines(const google::protobuf::Message& record) {
  std::vector<std::string> lines;
  for (const FieldValue& field : FieldsOf(record)) {
    lines.push_back(absl::StrCat(field.path, "=", field.value));
  }
  return lines;
}

TEST(FieldsOfTest, ListsWhatIsSetInTheOrderOfTheRecord) {
  EXPECT_THAT(Lines(testing::FromText<v1::Trial>(R"pb(
                trial_id: "alpha"
                year: 2016
                design: PARALLEL
                arms {
                  id: "ha"
                  attributes { key: "dose" value: "2 ml" }
                  attributes { key: "cells" value: "none" }
                }
                results {
                  outcome: "pain"
                  time_point: "6m"
                  arms: "msc"
                  arms: "ha"
                  continuous { mean: 0 sd: 16.25 }
                }
              )pb")),
              ElementsAre("trial_id=alpha", "year=2016", "design=PARALLEL",
                          "arms[ha].id=ha", "arms[ha].attributes[cells]=none",
                          "arms[ha].attributes[dose]=2 ml",
                          "results[pain/6m/ha+msc].outcome=pain",
                          "results[pain/6m/ha+msc].time_point=6m",
                          "results[pain/6m/ha+msc].arms=msc, ha",
                          // A mean of 0 is a mean.
                          "results[pain/6m/ha+msc].continuous.mean=0",
                          "results[pain/6m/ha+msc].continuous.sd=16.25"));
}

TEST(FieldsOfTest, NamesElementsWithoutIdByTheirIndex) {
  EXPECT_THAT(Lines(testing::ToyReview()),
              Contains("outcomes[pain].thresholds[0].value=1"));
}

TEST(FieldsOfTest, TellsElementsOfTheSameKeyApart) {
  v1::Trial trial;
  testing::AddPain("ha", "vas", 42, 21, 15, &trial);
  testing::AddPain("ha", "nrs", 4, 2, 15, &trial);
  testing::AddContrast("a-b", "c", 1, 1, &trial);
  testing::AddContrast("a", "b-c", 2, 1, &trial);
  const std::vector<std::string> lines = Lines(trial);
  EXPECT_THAT(lines, Contains("results[pain/6m/ha/vas].continuous.mean=42"));
  EXPECT_THAT(lines, Contains("results[pain/6m/ha/nrs].continuous.mean=4"));
  EXPECT_THAT(lines, Contains("contrasts[1].effect=2"));
}

// A trial of some of everything, by chance.
v1::Trial RandomTrial(std::mt19937& random) {
  const auto any = [&](int most) { return static_cast<int>(random() % most); };
  const auto number = [&] { return std::ldexp(any(1 << 20), -any(30)); };
  v1::Trial trial = testing::TrialOf("t", {"ha", "msc1", "msc2"});
  for (v1::Arm& arm : *trial.mutable_arms()) {
    for (int i = any(4); i > 0; --i) {
      (*arm.mutable_attributes())[absl::StrCat("a.", i)] = "some = words";
    }
  }
  for (const char* arms : {"ha", "msc1", "msc2", "msc2+ha"}) {
    for (const char* instrument : {"vas", "nrs", "koos"}) {
      if (any(2) == 0) continue;
      v1::Result* result = testing::AddPain(arms, instrument, number(),
                                            number(), any(99), &trial);
      if (any(2) == 0) result->mutable_continuous()->clear_mean();
      for (int i = any(3); i > 0; --i) {
        result->add_derivations()->set_method("as said");
      }
    }
    if (any(2) == 0) testing::AddEvents(arms, any(3), any(99), &trial);
  }
  for (const char* first : {"ha", "msc1"}) {
    for (const auto measure : {v1::EffectMeasure::MD, v1::EffectMeasure::SMD}) {
      if (any(2) == 0) continue;
      testing::AddContrast(first, "msc2", number(), number(), &trial)
          ->set_effect_measure(measure);
    }
  }
  return trial;
}

bool NamesElement(const std::string& path) {
  for (const char* field : {".id", ".outcome", ".time_point", ".instrument",
                            ".first", ".second", ".effect_measure"}) {
    if (absl::EndsWith(path, field)) return true;
  }
  return false;
}

TEST(FieldsOfTest, SetFieldBringsBackEveryField) {
  for (unsigned int seed = 0; seed < 50; ++seed) {
    std::mt19937 random(seed);
    const v1::Trial trial = RandomTrial(random);
    std::vector<FieldValue> fields = FieldsOf(trial);
    const auto cannot_be_set = [](const FieldValue& field) {
      return absl::StartsWith(field.path, "results") &&
             absl::EndsWith(field.path, ".arms");
    };
    fields.erase(std::remove_if(fields.begin(), fields.end(), cannot_be_set),
                 fields.end());
    v1::Trial copy = trial;
    for (const FieldValue& field : fields) {
      // Without its key an element has another path.
      if (NamesElement(field.path)) continue;
      EXPECT_THAT(SetField(field.path, "", &copy), IsOkAndHolds(field.value))
          << field.path;
    }
    for (const FieldValue& field : fields) {
      EXPECT_TRUE(SetField(field.path, field.value, &copy).ok()) << field.path;
    }
    EXPECT_TRUE(MessageDifferencer::Equals(copy, trial))
        << seed << trial.DebugString() << copy.DebugString();
  }
}

}  // namespace
}  // namespace tidemark::review
