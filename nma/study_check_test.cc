#include "nma/study_check.h"

#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::nma {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::tidemark::testing::StatusIs;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

Study Binary(std::vector<BinaryArm> arms) { return {"S", std::move(arms)}; }
Study Continuous(std::vector<ContinuousArm> arms) {
  return {"S", std::move(arms)};
}
Study Rate(std::vector<RateArm> arms) { return {"S", std::move(arms)}; }
Study Contrasts(std::vector<Contrast> contrasts) {
  return {"S", std::move(contrasts)};
}

absl::Status Check(const Study& study, EffectMeasure measure) {
  return CheckStudies({study}, measure);
}
absl::Status CheckBinary(const BinaryArm& arm) {
  return Check(Binary({arm, {"B", 1, 2}}), EffectMeasure::kOddsRatio);
}
absl::Status CheckContinuous(const ContinuousArm& arm) {
  return Check(Continuous({arm, {"B", 1, 2, 3}}),
               EffectMeasure::kMeanDifference);
}
absl::Status CheckBaseline(BaselineContrasts contrasts) {
  return Check({"S", std::move(contrasts)}, EffectMeasure::kGeneric);
}
absl::Status CheckContrast(const Contrast& contrast) {
  return Check(Contrasts({contrast}), EffectMeasure::kOddsRatio);
}

MATCHER_P(Refuses, message, "is an error of the data that says why") {
  return ::testing::ExplainMatchResult(
      StatusIs(absl::StatusCode::kInvalidArgument,
               AllOf(HasSubstr("study \"S\""), HasSubstr(message))),
      arg, result_listener);
}

TEST(StudyCheckTest, AcceptsSoundData) {
  EXPECT_OK(CheckBinary({"A", 0, 10}));
  EXPECT_OK(CheckBinary({"A", 10, 10}));
  EXPECT_OK(CheckContinuous({"A", -3, 0.5, 7}));
  EXPECT_OK(CheckContrast({"A", "B", -0.4, 0.2}));
}

TEST(StudyCheckTest, NamesTreatmentFieldAndValue) {
  EXPECT_THAT(CheckBinary({"A", 11, 10}),
              Refuses("treatment \"A\": events must be at most the total of "
                      "10, found 11"));
  EXPECT_THAT(CheckBinary({"A", -1, 10}),
              Refuses("treatment \"A\": events must be a finite number of at "
                      "least 0, found -1"));
  EXPECT_THAT(CheckContinuous({"A", 1, 0, 5}),
              Refuses("treatment \"A\": sd must be a finite number greater "
                      "than 0, found 0"));
}

TEST(StudyCheckTest, RefusesNumbersThatAreNotFinite) {
  EXPECT_THAT(CheckBinary({"A", kNan, 10}), Refuses("events"));
  EXPECT_THAT(CheckBinary({"A", 1, kInfinity}), Refuses("total"));
  EXPECT_THAT(CheckContinuous({"A", kNan, 1, 5}), Refuses("mean"));
  EXPECT_THAT(CheckContinuous({"A", 1, kNan, 5}), Refuses("sd"));
  EXPECT_THAT(CheckContinuous({"A", 1, 1, kNan}), Refuses("n must"));
  EXPECT_THAT(CheckContrast({"A", "B", kInfinity, 1}), Refuses("effect"));
  EXPECT_THAT(CheckContrast({"A", "B", 1, kNan}), Refuses("se must"));
}

TEST(StudyCheckTest, RefusesEmptyDenominators) {
  EXPECT_THAT(CheckBinary({"A", 0, 0}), Refuses("total"));
  EXPECT_THAT(CheckContinuous({"A", 1, 1, 0}), Refuses("n must"));
  EXPECT_THAT(Check(Rate({{"A", 1, 0}, {"B", 1, 5}}),
                    EffectMeasure::kIncidenceRateRatio),
              Refuses("exposure"));
  EXPECT_THAT(CheckContrast({"A", "B", 1, 0}), Refuses("se must"));
}

TEST(StudyCheckTest, RefusesArmsThatShareATreatment) {
  EXPECT_THAT(CheckBinary({"B", 1, 3}), Refuses("\"B\" has more than one arm"));
}

TEST(StudyCheckTest, RefusesASingleArm) {
  EXPECT_THAT(Check(Binary({{"A", 1, 2}}), EffectMeasure::kOddsRatio),
              Refuses("two or more arms, found 1"));
  EXPECT_THAT(Check(Contrasts({}), EffectMeasure::kOddsRatio),
              Refuses("no contrast"));
}

TEST(StudyCheckTest, RefusesTreatmentsWithoutName) {
  EXPECT_THAT(CheckBinary({"", 1, 3}), Refuses("no treatment"));
  EXPECT_THAT(CheckContrast({"", "B", 1, 1}), Refuses("no treatment"));
}

TEST(StudyCheckTest, RefusesDataThatDoNotGiveTheMeasure) {
  const Study binary = Binary({{"A", 1, 2}, {"B", 1, 2}});
  EXPECT_THAT(Check(binary, EffectMeasure::kMeanDifference),
              Refuses("binary arms do not give the measure MD"));
  EXPECT_THAT(Check(binary, EffectMeasure::kIncidenceRateRatio),
              Refuses("measure IRR"));
}

TEST(StudyCheckTest, RefusesIncompleteOrRepeatedContrasts) {
  EXPECT_THAT(Check(Contrasts({{"A", "B", 1, 1}, {"B", "C", 1, 1}}),
                    EffectMeasure::kOddsRatio),
              Refuses("3 treatments need all 3 contrasts, found 2; if all are "
                      "to one arm, give the standard error of that arm"));
  EXPECT_THAT(Check(Contrasts({{"A", "B", 1, 1}, {"B", "A", -1, 1}}),
                    EffectMeasure::kOddsRatio),
              Refuses("given twice"));
  EXPECT_THAT(CheckContrast({"A", "A", 1, 1}), Refuses("with itself"));
}

TEST(StudyCheckTest, EachMeasureNeedsItsKindOfArms) {
  const std::vector<BinaryArm> binary = {{"A", 1, 2}, {"B", 1, 2}};
  const std::vector<ContinuousArm> continuous = {{"A", 1, 2, 9},
                                                 {"B", 1, 2, 9}};
  const std::vector<RateArm> rate = {{"A", 1, 2}, {"B", 1, 2}};
  const auto suits = [&](EffectMeasure measure) {
    std::string kinds;
    if (Check(Binary(binary), measure).ok()) kinds += "b";
    if (Check(Continuous(continuous), measure).ok()) kinds += "c";
    if (Check(Rate(rate), measure).ok()) kinds += "r";
    if (Check(Contrasts({{"A", "B", 1, 1}}), measure).ok()) kinds += "d";
    if (Check({"S", BaselineContrasts{"A", {}, {{"B", 1, 1}}}}, measure).ok()) {
      kinds += "e";
    }
    return kinds;
  };
  for (const EffectMeasure measure :
       {EffectMeasure::kOddsRatio, EffectMeasure::kRiskRatio,
        EffectMeasure::kRiskDifference, EffectMeasure::kArcsineDifference,
        EffectMeasure::kPetoOddsRatio}) {
    EXPECT_EQ(suits(measure), "bde") << ShortName(measure);
  }
  for (const EffectMeasure measure :
       {EffectMeasure::kMeanDifference,
        EffectMeasure::kStandardizedMeanDifference,
        EffectMeasure::kRatioOfMeans}) {
    EXPECT_EQ(suits(measure), "cde") << ShortName(measure);
  }
  for (const EffectMeasure measure :
       {EffectMeasure::kIncidenceRateRatio,
        EffectMeasure::kIncidenceRateDifference,
        EffectMeasure::kSquareRootRateDifference}) {
    EXPECT_EQ(suits(measure), "rde") << ShortName(measure);
  }
  EXPECT_EQ(suits(EffectMeasure::kHazardRatio), "de");
  EXPECT_EQ(suits(EffectMeasure::kGeneric), "de");
}

TEST(StudyCheckTest, SaysWhatTheMeasureNeeds) {
  const Study binary = Binary({{"A", 1, 2}, {"B", 1, 2}});
  EXPECT_THAT(Check(binary, EffectMeasure::kHazardRatio),
              Refuses("binary arms do not give the measure HR, which needs "
                      "contrasts"));
  EXPECT_THAT(Check(binary, EffectMeasure::kSquareRootRateDifference),
              Refuses("measure IRSD, which needs rate arms or contrasts"));
}

TEST(StudyCheckTest, AcceptsContrastsWithABaseline) {
  EXPECT_OK(CheckBaseline({"A", std::nullopt, {{"B", 1, 1}}}));
  EXPECT_OK(CheckBaseline({"A", 0.5, {{"B", 1, 1}}}));
  EXPECT_OK(CheckBaseline({"A", 0.5, {{"B", 1, 1}, {"C", -2, 0.6}}}));
}

TEST(StudyCheckTest, RefusesABaselineThatDoesNotFitItsContrasts) {
  EXPECT_THAT(CheckBaseline({"A", std::nullopt, {{"B", 1, 1}, {"C", 1, 1}}}),
              Refuses("3 arms need the standard error of the baseline \"A\""));
  EXPECT_THAT(CheckBaseline({"A", 1, {{"B", 1, 2}, {"C", 1, 1}}}),
              Refuses("treatment \"C\": se must be greater than the standard "
                      "error 1 of the baseline arm \"A\", found 1"));
  EXPECT_THAT(CheckBaseline({"A", 0, {{"B", 1, 2}}}),
              Refuses("treatment \"A\": baseline_se must be a finite number "
                      "greater than 0, found 0"));
  EXPECT_THAT(CheckBaseline({"A", kNan, {{"B", 1, 2}}}),
              Refuses("baseline_se"));
}

TEST(StudyCheckTest, RefusesBadContrastsWithABaseline) {
  EXPECT_THAT(CheckBaseline({"A", 0.5, {}}), Refuses("no contrast"));
  EXPECT_THAT(CheckBaseline({"A", 0.5, {{"A", 1, 1}}}),
              Refuses("the baseline \"A\" is compared with itself"));
  EXPECT_THAT(CheckBaseline({"A", 0.5, {{"B", 1, 1}, {"B", 1, 1}}}),
              Refuses("\"B\" is compared with the baseline twice"));
  EXPECT_THAT(CheckBaseline({"", 0.5, {{"B", 1, 1}}}), Refuses("no treatment"));
  EXPECT_THAT(CheckBaseline({"A", 0.5, {{"", 1, 1}}}), Refuses("no treatment"));
  EXPECT_THAT(CheckBaseline({"A", 0.5, {{"B", kInfinity, 1}}}),
              Refuses("effect"));
  EXPECT_THAT(CheckBaseline({"A", 0.5, {{"B", 1, kNan}}}), Refuses("se must"));
}

TEST(StudyCheckTest, RefusesRepeatedOrEmptyIds) {
  const Study study = Contrasts({{"A", "B", 1, 1}});
  EXPECT_THAT(CheckStudies({study, study}, EffectMeasure::kOddsRatio),
              Refuses("given twice"));
  EXPECT_THAT(CheckStudies({Study{"", study.data}}, EffectMeasure::kOddsRatio),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no id")));
}

}  // namespace
}  // namespace tidemark::nma
