// Figures of what single studies do to an estimate.
#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/report/contributions_figure.h"
#include "client/report/funnel_figure.h"
#include "client/report/leave_one_out_figure.h"
#include "client/report/testing/check_figure.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::report {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const char kLongName[] =
    "Allogeneic umbilical cord mesenchymal stromal cells, several injections";

Subject Named(const std::string& first, const std::string& second) {
  Subject subject;
  subject.analysis_id = "pain-6m";
  subject.title = "Pain at 6 months";
  subject.names = {{"msc", first}, {"ha", second}};
  return subject;
}

v1::Estimate OfMd() {
  v1::Estimate estimate;
  estimate.set_effect_measure(v1::EffectMeasure::MD);
  estimate.set_small_values_desirable(true);
  estimate.set_level(0.95);
  return estimate;
}

std::vector<std::string> RowsOf(const Figure& figure) {
  return absl::StrSplit(figure.csv, '\n', absl::SkipEmpty());
}

// Leave-one-out.

v1::Estimate LeaveOneOutOf(double effect, double lower, double upper) {
  v1::Estimate estimate = OfMd();
  v1::RelativeEffect* const full =
      estimate.mutable_leave_one_out()->add_effects();
  full->set_first("msc");
  full->set_second("ha");
  full->set_effect(effect);
  full->set_lower(lower);
  full->set_upper(upper);
  estimate.mutable_leave_one_out()->add_thresholds()->set_value(9);
  return estimate;
}

void AddWithout(const std::string& study, double effect, double lower,
                double upper, v1::Estimate* estimate) {
  const v1::RelativeEffect full = estimate->leave_one_out().effects(0);
  v1::WithoutStudy* const without =
      estimate->mutable_leave_one_out()->add_studies();
  without->set_study(study);
  v1::EffectWithout* const of = without->add_effects();
  of->set_first(full.first());
  of->set_second(full.second());
  of->set_effect(effect);
  of->set_lower(lower);
  of->set_upper(upper);
  of->set_change(effect - full.effect());
  of->set_shift(effect - full.effect());
}

void AddNecessary(const std::string& study, const std::string& why,
                  v1::Estimate* estimate) {
  v1::WithoutStudy* const without =
      estimate->mutable_leave_one_out()->add_studies();
  without->set_study(study);
  without->add_effects()->set_not_estimable(why);
}

TEST(LeaveOneOutFigureTest, MostInfluentialFirstAndChangedClassFlagged) {
  v1::Estimate estimate = LeaveOneOutOf(-10.5, -16.5, -4.5);
  AddWithout("ann-2016", -10, -16, -4, &estimate);
  AddWithout("cem-2018", -7.5, -15.25, 0.25, &estimate);
  AddNecessary("dee-2019", "no other study connects them", &estimate);
  const Figure figure = DrawLeaveOneOut(estimate, Named("Cells", "Acid"));
  testing::CheckFigure(figure);
  EXPECT_EQ(figure.title,
            "Pain at 6 months: Cells versus Acid, without each study");
  const std::vector<std::string> texts = testing::TextsOf(figure.svg);
  EXPECT_THAT(texts,
              AllOf(Contains("-10.50 [-16.50, -4.50]"),
                    Contains("-7.50 [-15.25, 0.25]"),
                    Contains("← favours Cells"), Contains("favours Acid →"),
                    Contains(HasSubstr("MD; lower is better"))));
  EXPECT_THAT(texts, Contains("inconclusive (with it: benefit)"));
  EXPECT_THAT(texts, Contains(StartsWith("no estimate: no other study")));
  EXPECT_THAT(figure.description,
              HasSubstr("Without 1 of them its class is another"));
  const std::vector<std::string> rows = RowsOf(figure);
  ASSERT_EQ(rows.size(), 4);
  EXPECT_THAT(rows[1], StartsWith("dee-2019,"));
  EXPECT_THAT(rows[2], AllOf(StartsWith("cem-2018,msc,ha,"),
                             HasSubstr("-7.5,-15.25,0.25")));
  EXPECT_THAT(rows[3], StartsWith("ann-2016,"));
}

TEST(LeaveOneOutFigureTest, OfOneStudyThatIsAllThereIs) {
  v1::Estimate estimate = LeaveOneOutOf(-10.5, -16.5, -4.5);
  AddNecessary("ann-2016", "no study can be used", &estimate);
  testing::CheckFigure(DrawLeaveOneOut(estimate, Named("Cells", "Acid")));
}

TEST(LeaveOneOutFigureTest, HundredStudiesLongNamesAndAHugeInterval) {
  v1::Estimate estimate = LeaveOneOutOf(-10.5, -16.5, -4.5);
  for (int i = 0; i < 100; ++i) {
    AddWithout(absl::StrCat(kLongName, i), -10 + 0.01 * i, i == 50 ? -1e7 : -16,
               i % 7 == 0 ? 1e7 : -4, &estimate);
  }
  const Figure figure = DrawLeaveOneOut(
      estimate,
      Named(absl::StrCat(kLongName, " A"), absl::StrCat(kLongName, " B")));
  testing::CheckFigure(figure);
  EXPECT_EQ(RowsOf(figure).size(), 101);
  // One huge interval in ten does not squash the others.
  EXPECT_THAT(testing::TextsOf(figure.svg), Contains("-10"));
}

TEST(LeaveOneOutFigureTest, RatiosAsRatios) {
  v1::Estimate estimate =
      LeaveOneOutOf(std::log(2), std::log(1.5), std::log(4));
  estimate.set_effect_measure(v1::EffectMeasure::OR);
  estimate.mutable_leave_one_out()->clear_thresholds();
  AddWithout("ann-2016", std::log(2.5), std::log(0.5), std::log(8), &estimate);
  const Figure figure = DrawLeaveOneOut(estimate, Named("Cells", "Acid"));
  testing::CheckFigure(figure);
  EXPECT_THAT(testing::TextsOf(figure.svg),
              AllOf(Contains("2.00 [1.50, 4.00]"), Contains("1"),
                    Contains("inconclusive (with it: harm)"),
                    Not(Contains("minimal important difference (MID)"))));
}

TEST(StudyFiguresTest, LeaveNoRemarkOut) {
  Subject subject = Named("Cells", "Acid");
  subject.remarks = {"ann-2016 was retracted later."};
  v1::Estimate estimate = LeaveOneOutOf(-10.5, -16.5, -4.5);
  AddWithout("ann-2016", -10, -16, -4, &estimate);
  estimate.mutable_contributions()->add_studies("ann-2016");
  estimate.mutable_contributions()->add_comparisons()->add_study_shares(1);
  estimate.mutable_funnel()->add_points()->set_se(1);
  for (const Figure& figure : {DrawLeaveOneOut(estimate, subject),
                               DrawContributions(estimate, subject, {}),
                               DrawFunnel(estimate, subject)}) {
    testing::CheckFigure(figure);
    EXPECT_THAT(testing::TextsOf(figure.svg), Contains(subject.remarks[0]));
  }
}

// Contributions.

v1::Estimate ContributionsOf(const std::vector<std::string>& studies) {
  v1::Estimate estimate = OfMd();
  for (const std::string& study : studies) {
    estimate.mutable_contributions()->add_studies(study);
  }
  return estimate;
}

void AddShares(const std::string& first, const std::string& second,
               const std::vector<double>& shares, v1::Estimate* estimate) {
  auto* const of = estimate->mutable_contributions()->add_comparisons();
  of->set_first(first);
  of->set_second(second);
  of->mutable_study_shares()->Add(shares.begin(), shares.end());
}

TEST(ContributionsFigureTest, SharesByStudyAndRiskOfBias) {
  v1::Estimate estimate = ContributionsOf({"ann", "bea", "cem"});
  AddShares("msc", "ha", {0.25, 0.625, 0.125}, &estimate);
  const Figure figure = DrawContributions(
      estimate, Named("Cells", "Acid"),
      {{"ann", v1::RiskOfBias::HIGH}, {"bea", v1::RiskOfBias::LOW}});
  testing::CheckFigure(figure);
  EXPECT_THAT(
      testing::TextsOf(figure.svg),
      AllOf(Contains("1: 25%"), Contains("2: 62%"),
            Contains("Cells versus Acid"), Contains("high risk of bias"),
            Contains("ann (high risk of bias)"), Contains("cem (not judged)"),
            Not(Contains("some concerns"))));
  EXPECT_THAT(figure.csv,
              AllOf(HasSubstr("msc,ha,bea,0.625,"), HasSubstr(",high\n"),
                    HasSubstr(",low\n"), HasSubstr(",not_judged\n")));
}

TEST(ContributionsFigureTest, PartsFillTheBar) {
  v1::Estimate estimate = ContributionsOf({"ann", "bea", "cem"});
  AddShares("msc", "ha", {0.3, 0.3, 0.4}, &estimate);
  const Figure figure = DrawContributions(estimate, Named("Cells", "Acid"), {});
  double sum = 0;
  for (absl::string_view rest = figure.svg;;) {
    const size_t at = rest.find("height=\"22\"");
    if (at == absl::string_view::npos) break;
    const size_t width = rest.rfind("width=\"", at);
    sum += std::stod(std::string(rest.substr(width + 7, 10)));
    rest.remove_prefix(at + 1);
  }
  EXPECT_NEAR(sum, 680 - 12 - (12 + 170 + 12), 0.1);
}

TEST(ContributionsFigureTest, ThirtyComparisonsAndHundredStudies) {
  std::vector<std::string> studies;
  RiskOfBiasByStudy risk;
  for (int i = 0; i < 100; ++i) {
    studies.push_back(absl::StrCat(kLongName, i));
    risk[studies.back()] = static_cast<v1::RiskOfBias::Judgement>(i % 4);
  }
  v1::Estimate estimate = ContributionsOf(studies);
  for (int c = 0; c < 30; ++c) {
    std::vector<double> shares(100, 0.5 / 99);
    shares[c] = 0.5;
    AddShares(absl::StrCat(kLongName, "-", c), "ha", shares, &estimate);
  }
  estimate.mutable_contributions()->add_comparisons()->set_no_shares(
      "the network is too large");
  const Figure figure =
      DrawContributions(estimate, Named("Cells", kLongName), risk);
  testing::CheckFigure(figure);
  EXPECT_EQ(RowsOf(figure).size(), 1 + 30 * 100 + 1);
  EXPECT_THAT(testing::TextsOf(figure.svg),
              Contains("no shares: the network is too large"));
}

// The funnel.

void AddPoint(const std::string& study, const std::string& first,
              const std::string& second, double adjusted, double se,
              v1::Estimate* estimate) {
  v1::Funnel::Point* const point = estimate->mutable_funnel()->add_points();
  point->set_study(study);
  point->set_first(first);
  point->set_second(second);
  point->set_effect(adjusted - 5);
  point->set_se(se);
  point->set_centre(-5);
  point->set_adjusted_effect(adjusted);
  point->set_tested(true);
}

TEST(FunnelFigureTest, StatesOrderTestAndWarning) {
  v1::Estimate estimate = OfMd();
  for (const char* treatment : {"ha", "msc"}) {
    estimate.mutable_funnel()->add_order(treatment);
  }
  AddPoint("ann", "msc", "ha", -1.25, 2, &estimate);
  AddPoint("bea", "msc", "ha", 0.5, 1, &estimate);
  AddPoint("cem", "msc", "ha", 0.25, 3, &estimate);
  v1::Funnel::Point* const alone = estimate.mutable_funnel()->add_points();
  alone->set_study("dee");
  alone->set_first("saline");
  alone->set_second("ha");
  alone->set_se(2);
  auto* const egger = estimate.mutable_funnel()->mutable_egger();
  egger->set_slope(-0.5);
  egger->set_slope_se(0.25);
  egger->set_t(-2);
  egger->set_df(1);
  egger->set_p(0.2952);
  egger->set_studies(3);
  const Figure figure = DrawFunnel(estimate, Named("Cells", "Acid"));
  testing::CheckFigure(figure);
  EXPECT_THAT(
      testing::TextsOf(figure.svg),
      AllOf(Contains(HasSubstr("favour least: Acid < Cells")),
            Contains("Cells versus Acid (3)"),
            Contains(HasSubstr("slope -0.500 (se 0.250), t -2.00 on 1 df, p "
                               "0.2952")),
            Contains("Of 3 studies: fewer than 10 tell little."),
            Contains(StartsWith("Not drawn: 1 of 4 contrasts")),
            Contains("← favours the later treatment")));
  EXPECT_THAT(RowsOf(figure)[1], StartsWith("ann,msc,ha,-6.25,2,-5,-1.25,yes"));
}

TEST(FunnelFigureTest, WithoutAnyMeanToCompareWith) {
  v1::Estimate estimate = OfMd();
  v1::Funnel::Point* const alone = estimate.mutable_funnel()->add_points();
  alone->set_study("dee");
  alone->set_first("msc");
  alone->set_second("ha");
  alone->set_se(2);
  estimate.mutable_funnel()->set_no_egger("no comparison has two studies");
  const Figure figure = DrawFunnel(estimate, Named("Cells", "Acid"));
  testing::CheckFigure(figure);
  EXPECT_THAT(testing::TextsOf(figure.svg),
              Contains("Egger's test: none, no comparison has two studies"));
}

TEST(FunnelFigureTest, ManyComparisonsWithLongNames) {
  v1::Estimate estimate = OfMd();
  for (int i = 0; i < 30; ++i) {
    estimate.mutable_funnel()->add_order(absl::StrCat(kLongName, " ", i));
  }
  for (int i = 0; i < 100; ++i) {
    AddPoint(
        absl::StrCat("study ", i), absl::StrCat(kLongName, " ", i % 29 + 1),
        absl::StrCat(kLongName, " 0"), std::sin(i) * i, 0.1 + i, &estimate);
  }
  const Figure figure = DrawFunnel(estimate, Named("Cells", "Acid"));
  testing::CheckFigure(figure);
  EXPECT_EQ(RowsOf(figure).size(), 101);
  EXPECT_THAT(testing::TextsOf(figure.svg),
              Contains(HasSubstr("23 other comparisons (")));
}

}  // namespace
}  // namespace tidemark::report
