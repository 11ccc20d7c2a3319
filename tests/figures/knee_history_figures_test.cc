// What moved the estimates of the example review, and what each study does to
// them, as figures of every analysis: legible, and with the numbers of the
// server.
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

// CLI11 has the bodies of what the commands use in them.
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/testing/status_matchers.h"
#include "client/cli/number_format.h"
#include "client/cli/plot_contributions.h"
#include "client/cli/plot_funnel.h"
#include "client/cli/plot_history.h"
#include "client/cli/plot_leave_one_out.h"
#include "client/client.h"
#include "client/report/figure.h"
#include "client/report/testing/check_figure.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/figures/knee_figures.h"
#include "tests/testing/example_review.h"

namespace tidemark {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

// As rows have them.
std::string Exactly(const v1::RelativeEffect& effect) {
  return absl::StrCat(",", cli::ExactNumber(effect.effect()), ",",
                      cli::ExactNumber(effect.lower()), ",",
                      cli::ExactNumber(effect.upper()), ",");
}

class KneeHistoryFiguresTest : public testing::KneeFigures {
 protected:
  static cli::HistoryQuestion History(const std::string& analysis,
                                      const std::string& first,
                                      const std::string& second) {
    cli::HistoryQuestion question;
    question.review = testing::kExampleReview;
    question.analysis = analysis;
    question.first = first;
    question.second = second;
    return question;
  }
};

TEST_F(KneeHistoryFiguresTest, RepeatedVersusSinglePainWasNeverConclusive) {
  ASSERT_OK_AND_ASSIGN(
      const report::Figure figure,
      cli::PlotHistory(*client_,
                       History("pain-12m", "repeated_msc", "single_msc")));
  report::testing::CheckFigure(figure);
  EXPECT_THAT(
      report::testing::TextsOf(figure.svg),
      AllOf(Contains(HasSubstr("MD -0.130 [-1.895, 1.635], inconclusive")),
            Contains("↓ favours Several MSC injections"),
            Contains("↑ favours One MSC injection"), Contains("2026.1"),
            Contains("2026.2"), Contains("MID 1.2"), Contains("MID -1.5"),
            Contains("not estimable")));
  EXPECT_THAT(RowsOf(figure),
              AllOf(Contains(HasSubstr("not estimable")),
                    Contains(HasSubstr("includes no difference")),
                    Not(Contains(HasSubstr("excludes no difference")))));
}

TEST_F(KneeHistoryFiguresTest, HistoryEndsWithTheEstimateOfNow) {
  for (const v1::Analysis& analysis : analyses_) {
    SCOPED_TRACE(analysis.analysis_id());
    const v1::Estimate now = fixture_->EstimateOf(analysis.analysis_id());
    const v1::RelativeEffect& effect = now.random().relative_effects(0);
    cli::HistoryQuestion question =
        History(analysis.analysis_id(), effect.first(), effect.second());
    for (const auto by : {report::HistoryInput::By::kSequence,
                          report::HistoryInput::By::kDate}) {
      question.by = by;
      ASSERT_OK_AND_ASSIGN(const report::Figure figure,
                           cli::PlotHistory(*client_, question));
      report::testing::CheckFigure(figure);
      EXPECT_THAT(figure.title, HasSubstr(analysis.title()));
      EXPECT_THAT(RowsOf(figure).back(),
                  AllOf(StartsWith(absl::StrCat(now.sequence(), ",")),
                        HasSubstr(Exactly(effect)), HasSubstr("2026.2")));
    }
  }
}

TEST_F(KneeHistoryFiguresTest, HistoryBetweenTwoMoments) {
  cli::HistoryQuestion question =
      History("pain-12m", "repeated_msc", "single_msc");
  ASSERT_OK_AND_ASSIGN(const report::Figure all,
                       cli::PlotHistory(*client_, question));
  const std::vector<std::string> rows = RowsOf(all);
  ASSERT_GT(rows.size(), 4);
  const auto sequence_of = [](const std::string& row) {
    return std::stoll(row.substr(0, row.find(',')));
  };
  // What held at the start of the time is part of it.
  question.from.set_sequence(sequence_of(rows[3]) - 1);
  ASSERT_OK_AND_ASSIGN(const report::Figure later,
                       cli::PlotHistory(*client_, question));
  EXPECT_EQ(RowsOf(later),
            std::vector<std::string>(rows.begin() + 2, rows.end()));
  question.from.set_release("2026.1");
  question.to.set_release("2026.2");
  ASSERT_OK_AND_ASSIGN(const report::Figure between,
                       cli::PlotHistory(*client_, question));
  EXPECT_EQ(RowsOf(between).back(), rows.back());
  question.to.set_release("none");
  EXPECT_EQ(cli::PlotHistory(*client_, question).status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(KneeHistoryFiguresTest, ANameThatIsNoTreatmentIsRefused) {
  const auto status =
      cli::PlotHistory(*client_, History("pain-12m", "repeated_msc", "none"))
          .status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(status.message(),
              AllOf(HasSubstr("\"none\""), HasSubstr("single_msc")));
}

TEST_F(KneeHistoryFiguresTest, ContributionsOfEveryAnalysisSumToOne) {
  for (const v1::Analysis& analysis : analyses_) {
    SCOPED_TRACE(analysis.analysis_id());
    ASSERT_OK_AND_ASSIGN(const report::Figure figure,
                         cli::PlotContributions(*client_, Question(analysis)));
    report::testing::CheckFigure(figure);
    const v1::Estimate now = fixture_->EstimateOf(analysis.analysis_id());
    double sum = 0;
    for (const std::string& row : RowsOf(figure)) {
      const std::vector<std::string> cells = absl::StrSplit(row, ',');
      EXPECT_EQ(cells[1], analysis.reference()) << row;
      EXPECT_THAT(row, HasSubstr(",not_judged"));
      sum += std::stod(cells[3]);
    }
    EXPECT_NEAR(sum, now.treatments_size() - 1, 1e-9);
  }
}

TEST_F(KneeHistoryFiguresTest, LeaveOneOutOfEveryAnalysis) {
  for (const v1::Analysis& analysis : analyses_) {
    SCOPED_TRACE(analysis.analysis_id());
    const v1::Estimate now = fixture_->EstimateOf(analysis.analysis_id());
    const v1::RelativeEffect& effect = now.random().relative_effects(0);
    ASSERT_OK_AND_ASSIGN(const report::Figure figure,
                         cli::PlotLeaveOneOut(*client_, Question(analysis),
                                              effect.first(), effect.second()));
    report::testing::CheckFigure(figure);
    EXPECT_THAT(RowsOf(figure), SizeIs(now.studies_used()));
    EXPECT_THAT(report::testing::TextsOf(figure.svg),
                AllOf(Contains("All studies"), Contains(HasSubstr("favours"))));
  }
}

TEST_F(KneeHistoryFiguresTest, FunnelOfEveryAnalysis) {
  for (const v1::Analysis& analysis : analyses_) {
    SCOPED_TRACE(analysis.analysis_id());
    const v1::Estimate now = fixture_->EstimateOf(analysis.analysis_id());
    const std::vector<std::string> order(now.treatments().begin(),
                                         now.treatments().end());
    ASSERT_OK_AND_ASSIGN(const report::Figure figure,
                         cli::PlotFunnel(*client_, Question(analysis), order));
    report::testing::CheckFigure(figure);
    EXPECT_GE(RowsOf(figure).size(), now.studies_used());
    EXPECT_THAT(report::testing::TextsOf(figure.svg),
                Contains(StartsWith("Egger's test: ")));
  }
}

}  // namespace
}  // namespace tidemark
