#include "client/cli/what_if_tables.h"

#include <string>

#include "client/cli/table.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace tidemark::cli {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kAnswer[] = R"pb(
  sequence: 9
  before {
    analysis_id: "pain-6m"
    effect_measure: MD
    small_values_desirable: true
    level: 0.95
    interval_method: NORMAL
    studies_used: 3
    treatments: "ha"
    treatments: "msc"
    components {
      values { string_value: "ha" }
      values { string_value: "msc" }
    }
    component_heterogeneity { reference: "ha" tau2: 4 df: 2 }
    random {
      effects: 0
      effects: -12
      pair_variances: 4
      relative_effects { first: "ha" second: "msc" effect: 12 }
    }
  }
  after {
    analysis_id: "pain-6m"
    effect_measure: MD
    small_values_desirable: true
    level: 0.95
    interval_method: NORMAL
    studies_used: 2
    treatments: "ha"
    treatments: "msc"
    components {
      values { string_value: "ha" }
      values { string_value: "msc" }
    }
    component_heterogeneity { reference: "ha" tau2: 0 df: 1 }
    studies { study: "alpha" }
    studies_left_out { study: "gamma" reason: "filter: risk of bias" }
    random {
      effects: 0
      effects: -3
      pair_variances: 4
      relative_effects { first: "ha" second: "msc" effect: 3 }
    }
  }
  conclusions_before {
    thresholds { value: 5 }
    comparisons {
      first: "ha"
      second: "msc"
      class: HARM
      by_threshold: IMPORTANT_HARM
    }
  }
  conclusions_after {
    thresholds { value: 5 }
    comparisons {
      first: "ha"
      second: "msc"
      class: INCONCLUSIVE
      by_threshold: INCONCLUSIVE
    }
  }
  events { kind: SIGNIFICANCE_LOST first: "ha" second: "msc" }
  events { kind: HETEROGENEITY_JUMPED importance: NOTABLE }
)pb";

v1::WhatIfResponse Answer() {
  v1::WhatIfResponse answer;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(kAnswer, &answer));
  return answer;
}

TEST(WhatIfTableTest, SaysWhatEachComparisonWouldBeAndSay) {
  const Table table = WhatIfTable(Answer(), "", "");
  ASSERT_EQ(table.rows.size(), 1U);
  EXPECT_THAT(
      AsTable(table, false),
      AllOf(HasSubstr("pain-6m: first minus second; MD; lower is better; "
                      "random effects; 95% intervals\n"),
            HasSubstr("ha     msc     12.0"), HasSubstr("-9.00"),
            HasSubstr("harm -> inconclusive"),
            HasSubstr("5: important harm -> 5: inconclusive"),
            HasSubstr("SIGNIFICANCE_LOST")));
}

TEST(WhatIfTableTest, AComparisonIsOrientedAsAsked) {
  const std::string rows = AsPlainRows(WhatIfTable(Answer(), "msc", "ha"));
  EXPECT_THAT(rows, AllOf(HasSubstr("msc\tha\t-12\t"), HasSubstr("\t9\t"),
                          HasSubstr("\tbenefit\tinconclusive\t"),
                          HasSubstr("5: important benefit")));
}

TEST(WhatIfTableTest, NothingIsSubtractedAcrossScales) {
  v1::WhatIfResponse answer = Answer();
  v1::ConclusionEvent* event = answer.add_events();
  event->set_kind(v1::ConclusionEvent::MODEL_CHANGED);
  event->mutable_before()->set_text("effect_measure: MD");
  event->mutable_after()->set_text("effect_measure: SMD");
  EXPECT_THAT(AsTable(WhatIfTable(answer, "", ""), false),
              AllOf(HasSubstr("12.0"), Not(HasSubstr("-9.00"))));
}

TEST(WhatIfNotesTest, AreOfTheWholeNetwork) {
  EXPECT_THAT(WhatIfNotes(Answer()),
              ElementsAre("studies: 3 -> 2; tau2: 4.00 -> 0.00",
                          HasSubstr("HETEROGENEITY_JUMPED")));
}

TEST(LeftOutAllTheSameTest, SaysWhyATrialIsNotUsedThatWasToBe) {
  v1::WhatIfRequest request;
  for (const char* trial : {"alpha", "gamma", "delta"}) {
    request.add_include_trials(trial);
  }
  EXPECT_THAT(
      LeftOutAllTheSame(request, Answer()),
      ElementsAre("gamma is left out all the same: filter: risk of bias",
                  "delta is left out all the same: it has no data for the "
                  "analysis"));
}

}  // namespace
}  // namespace tidemark::cli
