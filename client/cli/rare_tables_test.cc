#include "client/cli/rare_tables.h"

#include <sstream>
#include <string>

#include "absl/status/status.h"
#include "client/cli/exit_code.h"
#include "client/cli/output.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

v1::Estimate FromText(const std::string& text) {
  v1::Estimate estimate;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &estimate));
  return estimate;
}

v1::Estimate Example() {
  return FromText(R"pb(
    effect_measure: OR
    level: 0.95
    random { relative_effects { first: "a" second: "b" effect: 0.5 se: 0.25 } }
    common {
      relative_effects { first: "a" second: "b" effect: 0.25 se: 0.125 }
    }
    rare_events {
      mantel_haenszel {
        relative_effects { first: "a" second: "b" effect: 0.75 se: 0.375 }
        q: 4.5
        df: 2
        p_q: 0.1054
        left_out { studies { study: "x" reason: "no event in any arm" } }
      }
      binomial {
        relative_effects { first: "a" second: "b" effect: 1 se: 0.5 }
        relative_effects_common { first: "a" second: "b" effect: 2 se: 1 }
        parts {
          treatments: "a"
          treatments: "b"
          studies: 3
          df: 2
          tau2: 0.0625
          tau2_interval { lower: 0 upper: 1.5 }
          log_likelihood: -12.5
          likelihood_ratio: 3
          p_tau2: 0.0416
          nodes: 15
          quadrature_error: 1e-10
        }
        left_out {
          treatments { treatment: "c" reason: "no event" }
          arms { study: "y" treatment: "c" reason: "no event" }
        }
      }
    }
  )pb");
}

std::string Printed(const v1::Estimate& estimate, OutputFormat format) {
  std::ostringstream data;
  std::ostringstream messages;
  Output output(format, false, &data, &messages);
  PrintRareEvents(estimate, output);
  return data.str() + messages.str();
}

TEST(RareEventsTableTest, TheModelsOfAComparisonStandBelowEachOther) {
  EXPECT_THAT(AsPlainRows(RareEventsTable(Example())),
              MatchesRegex("inverse variance, random\ta\tb\tOR\t0.5\t[^\n]*\n"
                           "inverse variance, common\ta\tb\tOR\t0.25\t[^\n]*\n"
                           "Mantel-Haenszel, common\ta\tb\tOR\t0.75\t[^\n]*\n"
                           "binomial, random\ta\tb\tOR\t1\t[^\n]*\n"
                           "binomial, common\ta\tb\tOR\t2\t[^\n]*\n"));
  EXPECT_THAT(RareEventsTable(Example()).title,
              HasSubstr("first minus second on the log scale; OR"));
}

TEST(BinomialPartsTableTest, HoldsTheTestOfTau2AndTheQuadrature) {
  EXPECT_EQ(AsPlainRows(BinomialPartsTable(Example())),
            "a : b\t3\t0.0625\t0\t1.5\t-12.5\t3\t2\t0.0416\t15\t1e-10\n");
}

TEST(PrintRareEventsTest, TellsWhatWasLeftOut) {
  const std::string table = Printed(Example(), OutputFormat::kTable);
  EXPECT_THAT(
      table,
      AllOf(HasSubstr("Mantel-Haenszel leaves out x: no event in any arm"),
            HasSubstr("The binomial model says nothing of c: no event"),
            HasSubstr("The binomial model leaves out c of y: no event"),
            HasSubstr("between designs Q 4.50 on 2 df, p 0.1054"),
            HasSubstr("profile interval")));
  EXPECT_THAT(
      Printed(Example(), OutputFormat::kPlainRows),
      AllOf(HasSubstr("leaves out x"), Not(HasSubstr("quadrature error"))));
}

TEST(PrintRareEventsTest, TellsWhyThereIsNoTau2) {
  v1::Estimate estimate = Example();
  auto* const binomial = estimate.mutable_rare_events()->mutable_binomial();
  auto* const part = binomial->mutable_parts(0);
  part->clear_tau2_interval();
  part->set_no_interval("too far");
  EXPECT_THAT(Printed(estimate, OutputFormat::kTable),
              HasSubstr("no interval of tau2 of a : b: too far"));
  part->clear_p_tau2();
  part->set_no_random("it rises");
  EXPECT_THAT(Printed(estimate, OutputFormat::kTable),
              HasSubstr("no estimate of tau2 of a : b: it rises"));
  EXPECT_EQ(AsPlainRows(BinomialPartsTable(estimate)),
            "a : b\t3\t\t\t\t\t\t2\t\t\t\n");
}

TEST(CheckRareEventsTest, OneModelIsEnough) {
  EXPECT_TRUE(CheckRareEvents(Example()).ok());
  v1::Estimate estimate = Example();
  estimate.mutable_rare_events()->mutable_binomial()->set_not_estimable("one");
  EXPECT_TRUE(CheckRareEvents(estimate).ok());
  estimate.mutable_rare_events()->mutable_mantel_haenszel()->set_not_estimable(
      "two");
  const absl::Status status = CheckRareEvents(estimate);
  EXPECT_EQ(ExitCodeOf(status), ExitCode::kNotEstimable);
  EXPECT_THAT(status.message(), HasSubstr("two; one"));
}

}  // namespace
}  // namespace tidemark::cli
