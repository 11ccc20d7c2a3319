// Every figure of the example review, of every analysis: legible, and with the
// numbers of the estimate. Read from a server as the command reads them.
#include <map>
#include <memory>
#include <string>
#include <vector>

// CLI11 has the bodies of what the commands use in them.
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/testing/status_matchers.h"
#include "client/cli/comparison.h"
#include "client/cli/number_format.h"
#include "client/cli/plot_forest.h"
#include "client/cli/plot_league.h"
#include "client/cli/plot_network.h"
#include "client/cli/plot_ranks.h"
#include "client/client.h"
#include "client/report/figure.h"
#include "client/report/testing/check_figure.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/figures/knee_figures.h"
#include "tests/testing/example_review.h"

namespace tidemark {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class KneeFiguresTest : public testing::KneeFigures {
 protected:
  static v1::Estimate EstimateOf(const v1::Analysis& analysis,
                                 const v1::EstimateDetails& details = {}) {
    auto answer = client_->GetEstimate(testing::kExampleReview,
                                       analysis.analysis_id(), {}, details);
    EXPECT_OK(answer);
    return std::move(*answer->mutable_estimate());
  }

  // Checks the figure and returns what it says.
  static std::vector<std::string> TextsOf(
      const absl::StatusOr<report::Figure>& figure,
      const v1::Analysis& analysis) {
    EXPECT_OK(figure);
    if (!figure.ok()) return {};
    report::testing::CheckFigure(*figure);
    EXPECT_THAT(figure->title, HasSubstr(analysis.title()));
    return report::testing::TextsOf(figure->svg);
  }

  static std::string Numbers(const v1::Estimate& estimate,
                             const v1::RelativeEffect& effect) {
    return cli::IsRatio(estimate.effect_measure()) ? cli::ShownRatio(effect)
                                                   : cli::Shown(effect);
  }
};

TEST_F(KneeFiguresTest, ForestHasEveryTreatmentVersusTheReference) {
  for (const v1::Analysis& analysis : analyses_) {
    SCOPED_TRACE(analysis.analysis_id());
    const auto figure = cli::PlotForest(*client_, Question(analysis));
    const std::vector<std::string> texts = TextsOf(figure, analysis);
    const v1::Estimate estimate = EstimateOf(analysis);
    EXPECT_THAT(
        texts,
        Contains(HasSubstr(absl::StrCat(estimate.studies_used(), " studies"))));
    for (const std::string& treatment : estimate.treatments()) {
      if (treatment == analysis.reference()) continue;
      ASSERT_OK_AND_ASSIGN(
          const auto effect,
          cli::FindComparison(estimate, cli::Model::kRandom, treatment,
                              analysis.reference()));
      EXPECT_THAT(texts, Contains(Numbers(estimate, effect)));
      EXPECT_THAT(figure->csv,
                  HasSubstr(absl::StrCat(cli::ExactNumber(effect.effect()), ",",
                                         cli::ExactNumber(effect.lower()), ",",
                                         cli::ExactNumber(effect.upper()))));
    }
  }
}

TEST_F(KneeFiguresTest, ForestOfEvidenceHasDirectEffectsOfEveryComparedPair) {
  for (const v1::Analysis& analysis : analyses_) {
    SCOPED_TRACE(analysis.analysis_id());
    const auto figure = cli::PlotSplitForest(*client_, Question(analysis));
    const std::vector<std::string> texts = TextsOf(figure, analysis);
    v1::EstimateDetails details;
    details.set_splits(true);
    const v1::Estimate estimate = EstimateOf(analysis, details);
    EXPECT_THAT(RowsOf(*figure), SizeIs(3 * estimate.splits_size()));
    for (const v1::Split& split : estimate.splits()) {
      EXPECT_THAT(
          figure->csv,
          HasSubstr(absl::StrCat(cli::ExactNumber(split.direct().effect()), ",",
                                 cli::ExactNumber(split.direct().lower()))));
    }
  }
}

TEST_F(KneeFiguresTest, LeagueHasBothDirectionsOfEveryPair) {
  for (const v1::Analysis& analysis : analyses_) {
    SCOPED_TRACE(analysis.analysis_id());
    const auto figure = cli::PlotLeague(*client_, Question(analysis));
    const std::vector<std::string> texts = TextsOf(figure, analysis);
    const v1::Estimate estimate = EstimateOf(analysis);
    const auto& effects = estimate.random().relative_effects();
    for (const v1::RelativeEffect& effect : effects) {
      // The number and its interval are two lines.
      const std::vector<std::string> parts =
          absl::StrSplit(Numbers(estimate, effect), absl::MaxSplits(' ', 1));
      for (const std::string& part : parts) {
        EXPECT_THAT(texts, Contains(part));
      }
    }
    const int treatments = estimate.treatments_size();
    EXPECT_THAT(RowsOf(*figure), SizeIs(treatments * (treatments - 1)));
  }
}

TEST_F(KneeFiguresTest, RanksHavePScoresAndProbabilitiesThatSumToOne) {
  for (const v1::Analysis& analysis : analyses_) {
    SCOPED_TRACE(analysis.analysis_id());
    const auto figure = cli::PlotRanks(*client_, Question(analysis));
    const std::vector<std::string> texts = TextsOf(figure, analysis);
    const v1::Estimate estimate = EstimateOf(analysis);
    for (const v1::PScore& score : estimate.p_scores()) {
      EXPECT_THAT(texts, Contains(cli::ShownNumber(score.random())));
    }
    std::map<std::string, double> sums;
    for (const std::string& row : RowsOf(*figure)) {
      const std::vector<std::string> cells = absl::StrSplit(row, ',');
      sums[cells[0]] += std::stod(cells[2]);
    }
    EXPECT_THAT(sums, SizeIs(estimate.treatments_size()));
    for (const auto& [treatment, sum] : sums) {
      EXPECT_NEAR(sum, 1, 1e-6) << treatment;
    }
  }
}

TEST_F(KneeFiguresTest, NetworkHasEveryStudyOnTheEdgesOfItsTreatments) {
  for (const v1::Analysis& analysis : analyses_) {
    SCOPED_TRACE(analysis.analysis_id());
    const auto figure = cli::PlotNetwork(*client_, Question(analysis));
    const std::vector<std::string> texts = TextsOf(figure, analysis);
    const v1::Estimate estimate = EstimateOf(analysis);
    // A study of k treatments is on k(k-1)/2 edges.
    int expected = 0;
    for (const v1::StudyUse& use : estimate.studies()) {
      expected += use.treatments_size() * (use.treatments_size() - 1) / 2;
    }
    int drawn = 0;
    for (const std::string& row : RowsOf(*figure)) {
      const std::vector<std::string> cells = absl::StrSplit(row, ',');
      if (cells[0] == "edge") drawn += std::stoi(cells[cells.size() - 6]);
    }
    EXPECT_EQ(drawn, expected);
    EXPECT_THAT(texts, Contains(HasSubstr("participants analysed")));
  }
}

}  // namespace
}  // namespace tidemark
