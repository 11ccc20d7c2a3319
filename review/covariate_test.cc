#include "review/covariate.h"

#include <string>

#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::review {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::tidemark::testing::StatusIs;

v1::Covariate Named(const char* name, const char* node = "") {
  v1::Covariate covariate;
  covariate.set_name(name);
  covariate.set_node(node);
  return covariate;
}

// Arms on msc and ha; the year is of the study.
FactsByStudy Facts() {
  FactsByStudy facts;
  facts["alpha"] = {{{"year", "2019"}},
                    {{"msc", {{"cells", "4e7"}, {"source", "bone marrow"}}},
                     {"msc", {{"cells", "6e7"}, {"source", "adipose"}}},
                     {"ha", {{"source", "synthetic"}}}}};
  facts["beta"] = {{},
                   {{"msc", {{"cells", "5e7 to 6e7"}, {"source", "adipose"}}},
                    {"ha", {{"source", "adipose "}, {"year", "12"}}}}};
  return facts;
}

TEST(NumberOfTest, IsTheStudysOwn) {
  EXPECT_EQ(NumberOf(Named("year"), "alpha", Facts()).value, 2019);
}

TEST(NumberOfTest, TheStudyGoesBeforeItsArms) {
  FactsByStudy facts = Facts();
  facts["alpha"].attributes["cells"] = "7";
  EXPECT_EQ(NumberOf(Named("cells"), "alpha", facts).value, 7);
}

TEST(NumberOfTest, IsTheMeanOfTheArmsThatHaveIt) {
  EXPECT_DOUBLE_EQ(*NumberOf(Named("cells"), "alpha", Facts()).value, 5e7);
  EXPECT_DOUBLE_EQ(*NumberOf(Named("cells", "msc"), "alpha", Facts()).value,
                   5e7);
  EXPECT_EQ(NumberOf(Named("year"), "beta", Facts()).value, 12);
}

TEST(NumberOfTest, ARangeIsNoNumber) {
  const CovariateValue<double> cells =
      NumberOf(Named("cells"), "beta", Facts());
  EXPECT_FALSE(cells.value.has_value());
  EXPECT_THAT(cells.no_value,
              AllOf(HasSubstr("cells"), HasSubstr("5e7 to 6e7")));
}

TEST(NumberOfTest, NeitherIsInfinity) {
  FactsByStudy facts = Facts();
  for (const char* text : {"inf", "nan", "", "1,000", "1e999"}) {
    facts["alpha"].attributes["year"] = text;
    EXPECT_FALSE(NumberOf(Named("year"), "alpha", facts).value.has_value())
        << text;
  }
}

TEST(NumberOfTest, SaysWhereNothingIsKnown) {
  EXPECT_EQ(NumberOf(Named("cells", "ha"), "alpha", Facts()).no_value,
            "no cells of arms on ha is known");
  EXPECT_EQ(NumberOf(Named("cells"), "gamma", Facts()).no_value,
            "no cells is known");
}

TEST(TextOfTest, IsWhatTheArmsAgreeOn) {
  EXPECT_EQ(TextOf(Named("source"), "beta", Facts()).value, "adipose");
  EXPECT_EQ(TextOf(Named("source", "ha"), "alpha", Facts()).value, "synthetic");
}

TEST(TextOfTest, IsNoneWhereTheyDiffer) {
  const CovariateValue<std::string> source =
      TextOf(Named("source", "msc"), "alpha", Facts());
  EXPECT_FALSE(source.value.has_value());
  EXPECT_EQ(
      source.no_value,
      "source of arms on msc differs between its arms: adipose, bone marrow");
}

TEST(TextOfTest, BlankIsNotKnown) {
  FactsByStudy facts = Facts();
  facts["beta"].attributes["funding"] = "  ";
  EXPECT_EQ(TextOf(Named("funding"), "beta", facts).no_value,
            "no funding is known");
}

TEST(CovariateNamesTest, AreOfStudiesAndArms) {
  EXPECT_THAT(CovariateNames(Facts()), ElementsAre("cells", "source", "year"));
  EXPECT_THAT(CovariateNames({}), IsEmpty());
}

absl::Status Check(const v1::Covariate& covariate,
                   const FactsByStudy& facts = Facts()) {
  return CheckKnown("details.x.covariate", covariate, facts);
}

TEST(CheckKnownTest, AcceptsWhatSomeStudyHas) {
  EXPECT_OK(Check(Named("year")));
  EXPECT_OK(Check(Named("cells")));
  EXPECT_OK(Check(Named("source", "ha")));
}

TEST(CheckKnownTest, SaysWhatThereIsWhereNoStudyHasIt) {
  EXPECT_THAT(
      Check(Named("dose", "msc")),
      StatusIs(absl::StatusCode::kInvalidArgument,
               HasSubstr("details.x.covariate.name: no study of the analysis "
                         "has dose of arms on msc; what is known of its "
                         "studies is cells, source, year")));
  EXPECT_THAT(Check(Named("dose"), {}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("nothing is known")));
  EXPECT_THAT(Check(Named("cells", "ha")),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("has cells of arms on ha")));
}

TEST(CheckKnownTest, RefusesANodeWithoutArms) {
  for (const char* name : {"source", "cells", "dose"}) {
    EXPECT_THAT(
        Check(Named(name, "nosuch")),
        StatusIs(absl::StatusCode::kInvalidArgument,
                 HasSubstr("details.x.covariate.node: no arm of the analysis "
                           "is on \"nosuch\"; they are on ha, msc")));
  }
}

TEST(CheckKnownTest, RefusesANodeForWhatIsOfStudies) {
  FactsByStudy facts = Facts();
  facts["beta"].arms.pop_back();  // whose arm has a year, too
  EXPECT_THAT(Check(Named("year", "msc"), facts),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("details.x.covariate.node: must be empty: "
                                 "year is of studies, not of arms")));
}

TEST(NumberOfTest, IsNoneOfAStudyWithoutAnArmOnTheNode) {
  FactsByStudy facts = Facts();
  facts["alpha"].attributes["cells"] = "7";
  EXPECT_EQ(NumberOf(Named("cells", "ha"), "alpha", facts).value, 7);
  EXPECT_FALSE(
      NumberOf(Named("cells", "saline"), "alpha", facts).value.has_value());
}

TEST(CheckCovariateTest, NeedsAName) {
  Violations violations;
  CheckCovariate("details.x.covariate", Named("cells"), violations);
  EXPECT_TRUE(violations.empty());
  CheckCovariate("details.x.covariate", Named(""), violations);
  EXPECT_THAT(std::string(violations.ToStatus().message()),
              HasSubstr("details.x.covariate.name"));
}

}  // namespace
}  // namespace tidemark::review
