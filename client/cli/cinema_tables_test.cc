#include "client/cli/cinema_tables.h"

#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace tidemark::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

v1::Estimate OneComparison() {
  v1::Estimate estimate;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(
        effect_measure: MD
        level: 0.95
        studies_used: 3
        cinema {
          minimal_important_difference: 1.5
          range_from: "Devji 2017"
          rule: AVERAGE
          risk_of_bias_not_judged: "beta"
          comparisons {
            effect {
              first: "a"
              second: "b"
              effect: 2
              se: 1
              lower: 1
              upper: 3
              predict_lower: -2
              predict_upper: 6
            }
            within_study_bias {
              judgement { not_assessable: "not judged" }
              shares { low: 0.5 not_judged: 0.5 }
            }
            indirectness {
              judgement { level: SOME rule: "the mean" }
              shares { low: 0.5 some: 0.5 }
              mean_level: 1.5
            }
            imprecision {
              judgement { level: NONE rule: "crosses neither" }
              crossings: 0
            }
            heterogeneity {
              judgement { level: MAJOR rule: "two more" }
              confidence_crossings: 0
              prediction_crossings: 2
            }
            incoherence {
              judgement { level: SOME rule: "about two" }
              evidence: MIXED
              p: 0.03
              direct { lower: 1 upper: 2 }
              indirect { lower: 3 upper: 5 }
              agreements: 2
            }
          }
        }
      )pb",
      &estimate));
  return estimate;
}

std::string Printed(const v1::Estimate& estimate, OutputFormat format) {
  std::ostringstream data;
  std::ostringstream messages;
  Output output(format, /*color=*/false, &data, &messages);
  PrintCinema(estimate, output);
  output.Flush();
  return data.str();
}

TEST(DomainsTableTest, EveryDomainHasItsReasonAndNumbers) {
  const std::string effect =
      ",2,1,3,,,,-2,6,MD,first minus second; MD; higher "
      "is better\n";
  EXPECT_EQ(
      AsCsv(DomainsTable(OneComparison())),
      absl::StrCat(
          "first,second,domain,concerns,because,share_low,share_some_concerns,"
          "share_moderate,share_high,share_not_judged,mean_level,"
          "confidence_crossings,prediction_crossings,evidence,p,direct_lower,"
          "direct_upper,indirect_lower,indirect_upper,agreements,effect,lower,"
          "upper,ratio,ratio_lower,ratio_upper,predict_lower,predict_upper,"
          "measure,rule\n",
          "a,b,within-study bias,not assessable,not judged,0.5,0,,0,0.5,,,,,,,,"
          ",,",
          effect, "a,b,indirectness,some,the mean,0.5,,0.5,0,0,1.5,,,,,,,,,",
          effect, "a,b,imprecision,no,crosses neither,,,,,,,0,,,,,,,,", effect,
          "a,b,heterogeneity,major,two more,,,,,,,0,2,,,,,,,", effect,
          "a,b,incoherence,some,about two,,,,,,,,,mixed,0.03,1,2,3,5,2",
          effect));
}

TEST(DomainsTableTest, PeopleReadTheNumbersInWords) {
  EXPECT_THAT(
      AsTable(DomainsTable(OneComparison()), false),
      AllOf(HasSubstr("shares: low 0.500, some concerns 0.00, high 0.00, not "
                      "judged 0.500"),
            HasSubstr("shares: low 0.500, moderate 0.500, high 0.00, not "
                      "judged 0.00; mean level 1.50"),
            HasSubstr("2.000 [1.000, 3.000], crossings 0"),
            HasSubstr("confidence 2.000 [1.000, 3.000], crossings 0; "
                      "prediction [-2.00, 6.00], crossings 2"),
            HasSubstr("mixed evidence; p 0.0300; direct [1.00, 2.00]; indirect "
                      "[3.00, 5.00]; agreements 2")));
}

TEST(ConfidenceTableTest, OfARatioShowsItBesideItsLogarithm) {
  v1::Estimate estimate = OneComparison();
  estimate.set_effect_measure(v1::EffectMeasure::OR);
  EXPECT_THAT(AsTable(ConfidenceTable(estimate), false),
              AllOf(HasSubstr("log OR"), HasSubstr("7.39 [2.72, 20.09]")));
  EXPECT_THAT(
      AsTable(DomainsTable(estimate), false),
      HasSubstr("2.000 [1.000, 3.000], OR 7.39 [2.72, 20.09], crossings 0"));
}

TEST(PrintCinemaTest, SaysWhatIsImportantAndWhatIsForPeople) {
  EXPECT_THAT(
      Printed(OneComparison(), OutputFormat::kTable),
      AllOf(HasSubstr("range of equivalence: -1.50 to 1.50 (Devji "
                      "2017)"),
            HasSubstr("not judged for risk of bias: 1 of 3 studies"),
            Not(HasSubstr("for indirectness")),
            HasSubstr("reporting bias: for people"), HasSubstr("because")));
  EXPECT_THAT(Printed(OneComparison(), OutputFormat::kCsv),
              AllOf(StartsWith("first,second,domain,concerns,"),
                    Not(HasSubstr("range of equivalence"))));
}

TEST(PrintCinemaTest, SeveralComparisonsHaveARowEach) {
  v1::Estimate estimate = OneComparison();
  *estimate.mutable_cinema()->add_comparisons() =
      estimate.cinema().comparisons(0);
  estimate.mutable_cinema()->clear_minimal_important_difference();
  EXPECT_THAT(Printed(estimate, OutputFormat::kTable),
              AllOf(HasSubstr("within-study bias  indirectness"),
                    HasSubstr("not assessable     some"),
                    HasSubstr("give --mid"), Not(HasSubstr("because"))));
}

}  // namespace
}  // namespace tidemark::cli
