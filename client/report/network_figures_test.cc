// Forest, league, network and ranks: what is drawn of an estimate, and that all
// of it is legible whatever the network.
#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/testing/status_matchers.h"
#include "client/cli/number_format.h"
#include "client/report/forest_figure.h"
#include "client/report/league_figure.h"
#include "client/report/network_figure.h"
#include "client/report/rank_figure.h"
#include "client/report/testing/check_figure.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pugixml.hpp"
#include "review/relative_effects.h"
#include "review/testing/detailed_estimate.h"
#include "review/testing/toy_review.h"

namespace tidemark::report {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsSubsetOf;
using ::testing::Not;
using ::testing::SizeIs;
using testing::TextsOf;
using tidemark::testing::Contrast;

v1::Estimate EstimateOf(const review::DetailInputs& inputs) {
  v1::EstimateDetails details;
  details.set_splits(true);
  details.set_rank_probabilities(true);
  details.set_rank_points(2000);
  auto estimate = tidemark::testing::EstimateWith(details, inputs);
  EXPECT_OK(estimate);
  return *std::move(estimate);
}

// Four trials of pain, 0-100, lower is better.
review::DetailInputs ToyNetwork() {
  review::DetailInputs inputs;
  inputs.analysis = tidemark::testing::PainAnalysis();
  using Arms = std::vector<nma::ContinuousArm>;
  inputs.studies = {
      {"Alpha 2016", Arms{{"ha", 42, 21, 15}, {"msc1", 30, 20, 15}}},
      {"Beta 2019",
       Arms{{"ha", 40, 18, 8}, {"msc1", 27, 19, 9}, {"msc2", 15, 16, 9}}},
      {"Gamma 2021", Arms{{"msc1", 33, 22, 12}, {"saline", 45, 20, 12}}},
      {"Delta 2023", Arms{{"msc2", 28, 20, 31}, {"saline", 44, 21, 30}}}};
  return inputs;
}

Subject SubjectOf(std::vector<std::string> nodes) {
  Subject subject;
  subject.review_id = "toy";
  subject.analysis_id = "pain-6m";
  subject.title = "Pain at 6 months";
  subject.unit = "points";
  subject.nodes = std::move(nodes);
  return subject;
}

Subject ToySubject() {
  Subject subject = SubjectOf({"saline", "ha", "msc1", "msc2"});
  subject.names = {{"saline", "Saline"},
                   {"ha", "Hyaluronic acid"},
                   {"msc1", "MSC, once"},
                   {"msc2", "MSC, twice"}};
  v1::Threshold threshold;
  threshold.set_kind(v1::Threshold::BETWEEN_GROUPS);
  threshold.set_value(8);
  subject.thresholds = {threshold};
  return subject;
}

std::vector<NetworkStudy> ToyNetworkStudies() {
  return {{"Alpha 2016", {{"ha", 15}, {"msc1", 15}}, v1::RiskOfBias::LOW},
          {"Beta 2019",
           {{"ha", 8}, {"msc1", 9}, {"msc2", 9}},
           v1::RiskOfBias::HIGH},
          {"Gamma 2021", {{"msc1", 12}, {"saline", 12}}},
          {"Delta 2023",
           {{"msc2", 31}, {"saline", 30}},
           v1::RiskOfBias::SOME_CONCERNS}};
}

// Each study of all its treatments; 10 people a treatment.
std::vector<NetworkStudy> StudiesOf(const v1::Estimate& estimate) {
  std::vector<NetworkStudy> studies;
  for (const v1::StudyUse& use : estimate.studies()) {
    studies.push_back({use.study(), {}, v1::RiskOfBias::SOME_CONCERNS});
    for (const std::string& node : use.treatments()) {
      studies.back().participants[node] = 10;
    }
  }
  return studies;
}

// Every figure of the estimate, checked.
std::vector<Figure> CheckAll(const v1::Estimate& estimate,
                             const Subject& subject) {
  std::vector<Figure> figures = {
      DrawForest(estimate, subject, estimate.treatments(0)),
      DrawSplitForest(estimate, subject), DrawLeague(estimate, subject),
      DrawRanks(estimate, subject),
      DrawNetwork(estimate, subject, StudiesOf(estimate), "randomised")};
  for (const Figure& figure : figures) testing::CheckFigure(figure);
  return figures;
}

std::string NumbersBetween(const v1::Estimate& estimate,
                           const std::string& first,
                           const std::string& second) {
  const auto effect =
      review::Compare(estimate, review::Model::kRandom, first, second);
  EXPECT_OK(effect);
  return cli::ShownInterval(effect->effect(), effect->lower(), effect->upper());
}

// Rows of a CSV without its header.
std::vector<std::string> RowsOf(const Figure& figure) {
  std::vector<std::string> rows =
      absl::StrSplit(figure.csv, '\n', absl::SkipEmpty());
  rows.erase(rows.begin());
  return rows;
}

std::vector<std::string> LongNames(int count) {
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) {
    names.push_back(absl::StrCat(
        "Allogeneic umbilical cord mesenchymal stem cells, two injections six "
        "months apart, dose ",
        i));
  }
  names[1] = "間葉系幹細胞の関節内注射、六か月間隔で二回、運動療法（高用量群）";
  names[2] = std::string(70, 'W');
  return names;
}

// t10, t11 ...: a chain with rungs, so that there is indirect evidence.
review::DetailInputs LargeNetwork(int treatments, double se) {
  std::vector<nma::Study> studies;
  const auto name = [](int i) { return absl::StrCat("t", 10 + i); };
  for (int i = 0; i + 1 < treatments; ++i) {
    studies.push_back(Contrast(absl::StrCat("chain ", i), name(i), name(i + 1),
                               0.3 * ((i % 3) - 1), se));
    if (i + 3 < treatments && i % 2 == 0) {
      studies.push_back(
          Contrast(absl::StrCat("rung ", i), name(i), name(i + 3), 0.2, se));
    }
  }
  return tidemark::testing::GenericInputs(std::move(studies));
}

TEST(ForestFigureTest, ShowsEveryTreatmentVersusTheReference) {
  const v1::Estimate estimate = EstimateOf(ToyNetwork());
  const Figure figure = DrawForest(estimate, ToySubject(), "ha");
  testing::CheckFigure(figure);
  const std::vector<std::string> texts = TextsOf(figure.svg);
  EXPECT_THAT(texts, Contains("-22.59 [-35.97, -9.20]"));
  EXPECT_THAT(texts, Contains(NumbersBetween(estimate, "msc1", "ha")));
  EXPECT_THAT(texts, Contains(NumbersBetween(estimate, "saline", "ha")));
  EXPECT_THAT(texts, Contains("← favours treatment"));
  EXPECT_THAT(texts, Contains("favours Hyaluronic acid →"));
  EXPECT_THAT(texts, Contains("MD (points), treatment minus Hyaluronic acid"));
  EXPECT_THAT(
      texts,
      Contains("Sign rule: treatment minus Hyaluronic acid; MD; lower is "
               "better."));
  EXPECT_THAT(texts, Contains(HasSubstr("dashed, differences of ±8")));
}

TEST(ForestFigureTest, DataAreExactAndInTheOrderOfThePicture) {
  const v1::Estimate estimate = EstimateOf(ToyNetwork());
  const std::vector<std::string> rows =
      RowsOf(DrawForest(estimate, ToySubject(), "ha"));
  ASSERT_THAT(rows, SizeIs(3));
  const char* const best_first[] = {"msc2", "msc1", "saline"};
  for (int i = 0; i < 3; ++i) {
    ASSERT_OK_AND_ASSIGN(
        const auto effect,
        review::Compare(estimate, review::Model::kRandom, best_first[i], "ha"));
    EXPECT_TRUE(absl::StartsWith(
        rows[i], absl::StrCat(best_first[i], ",ha,MD,",
                              cli::ExactNumber(effect.effect()), ",",
                              cli::ExactNumber(effect.lower()), ",",
                              cli::ExactNumber(effect.upper()))))
        << rows[i];
  }
}

TEST(ForestFigureTest, FavoursTheOtherSideWhereHigherIsBetter) {
  v1::Estimate estimate = EstimateOf(ToyNetwork());
  estimate.set_small_values_desirable(false);
  EXPECT_THAT(TextsOf(DrawForest(estimate, ToySubject(), "ha").svg),
              AllOf(Contains("← favours Hyaluronic acid"),
                    Contains("favours treatment →")));
}

TEST(ForestFigureTest, ListsWhatIsNotEstimableWithTheReason) {
  const v1::Estimate estimate = EstimateOf(tidemark::testing::GenericInputs(
      {Contrast("a", "ha", "msc1", 1), Contrast("b", "prp", "saline", 1)}));
  const Subject subject = SubjectOf({"ha", "msc1", "prp", "saline", "zinc"});
  const std::vector<Figure> figures = CheckAll(estimate, subject);
  const std::vector<std::string> texts = TextsOf(figures[0].svg);
  EXPECT_THAT(texts,
              Contains("not estimable: no study connects it with ha").Times(2));
  EXPECT_THAT(texts, Contains("not estimable: no data"));
  EXPECT_THAT(RowsOf(figures[0]), SizeIs(4));
  // The others say so in their ways.
  EXPECT_THAT(TextsOf(figures[2].svg), Contains("×").Times(8));
  EXPECT_THAT(TextsOf(figures[3].svg),
              Contains("Part of the network with prp"));
  EXPECT_THAT(TextsOf(figures[4].svg), Contains("no data"));
}

TEST(ForestFigureTest, IntervalsBeyondTheAxisEndInArrowsWithWholeNumbers) {
  review::DetailInputs inputs = LargeNetwork(5, 0.2);
  EXPECT_THAT(
      TextsOf(CheckAll(EstimateOf(inputs),
                       SubjectOf({"t10", "t11", "t12", "t13", "t14"}))[0]
                  .svg),
      Not(Contains(HasSubstr("Arrows:"))));
  inputs.studies.push_back(Contrast("huge", "t10", "t99", 12, 40));
  inputs.analysis.set_effect_measure(v1::EffectMeasure::HR);
  const v1::Estimate estimate = EstimateOf(inputs);
  const Figure figure = CheckAll(
      estimate, SubjectOf({"t10", "t11", "t12", "t13", "t14", "t99"}))[0];
  const std::vector<std::string> texts = TextsOf(figure.svg);
  EXPECT_THAT(texts, Contains(HasSubstr("Arrows:")));
  EXPECT_THAT(texts, Contains("HR, treatment versus t10, logarithmic axis"));
  ASSERT_OK_AND_ASSIGN(
      const auto effect,
      review::Compare(estimate, review::Model::kRandom, "t99", "t10"));
  EXPECT_THAT(texts, Contains(absl::StrCat(
                         cli::ShownNumber(std::exp(effect.effect())), " [",
                         cli::ShownNumber(std::exp(effect.lower())), ", ",
                         cli::ShownNumber(std::exp(effect.upper())), "]")));
}

TEST(ForestFigureTest, SaysWhyThereIsNoInterval) {
  review::DetailInputs inputs =
      tidemark::testing::GenericInputs({Contrast("a", "ha", "msc1", 1)});
  inputs.analysis.set_interval_method(v1::IntervalMethod::HK);
  const v1::Estimate estimate = EstimateOf(inputs);
  const Figure figure = DrawForest(estimate, SubjectOf({"ha", "msc1"}), "ha");
  testing::CheckFigure(figure);
  ASSERT_OK_AND_ASSIGN(
      const auto effect,
      review::Compare(estimate, review::Model::kRandom, "msc1", "ha"));
  ASSERT_FALSE(effect.no_interval().empty());
  EXPECT_THAT(TextsOf(figure.svg),
              AllOf(Contains("-1.00"), Contains("no interval"),
                    Contains(HasSubstr("No interval: "))));
}

TEST(SplitForestTest, ShowsDirectIndirectAndNetworkEvidence) {
  const v1::Estimate estimate = EstimateOf(ToyNetwork());
  const Figure all = DrawSplitForest(estimate, ToySubject());
  testing::CheckFigure(all);
  const std::vector<std::string> texts = TextsOf(all.svg);
  for (const v1::Split& split : estimate.splits()) {
    EXPECT_THAT(texts, Contains(cli::ShownInterval(split.direct().effect(),
                                                   split.direct().lower(),
                                                   split.direct().upper())));
    EXPECT_THAT(texts, Contains(NumbersBetween(estimate, split.first(),
                                               split.second())));
    ASSERT_TRUE(split.has_indirect());
    EXPECT_THAT(texts, Contains(cli::ShownInterval(split.indirect().effect(),
                                                   split.indirect().lower(),
                                                   split.indirect().upper())));
    EXPECT_THAT(texts, Contains(cli::ShownPValue(split.difference().p())));
  }
  EXPECT_THAT(RowsOf(all), SizeIs(3 * estimate.splits_size()));
}

TEST(SplitForestTest, OneComparisonIsOrientedAsAsked) {
  const v1::Estimate estimate = EstimateOf(ToyNetwork());
  const Figure figure = DrawSplitForest(estimate, ToySubject(), "msc1", "ha");
  testing::CheckFigure(figure);
  const std::vector<std::string> rows = RowsOf(figure);
  ASSERT_THAT(rows, SizeIs(3));
  const v1::Split& split = estimate.splits(0);
  ASSERT_EQ(split.first(), "ha");
  ASSERT_EQ(split.second(), "msc1");
  EXPECT_THAT(rows[0],
              HasSubstr(absl::StrCat(
                  "msc1,ha,MD,", cli::ExactNumber(-split.direct().effect()),
                  ",", cli::ExactNumber(-split.direct().upper()), ",",
                  cli::ExactNumber(-split.direct().lower()))));
  EXPECT_THAT(TextsOf(figure.svg), Contains("← favours MSC, once"));
}

TEST(SplitForestTest, SaysThatNoStudyComparesTheTwo) {
  const v1::Estimate estimate = EstimateOf(ToyNetwork());
  const Figure figure = DrawSplitForest(estimate, ToySubject(), "ha", "saline");
  testing::CheckFigure(figure);
  EXPECT_THAT(
      TextsOf(figure.svg),
      AllOf(Contains("no study compares the two"),
            Contains(NumbersBetween(estimate, "ha", "saline")).Times(2)));
}

TEST(LeagueFigureTest, HasBothSignsOfEveryPairAndItsClass) {
  const v1::Estimate estimate = EstimateOf(ToyNetwork());
  const Figure figure = DrawLeague(estimate, ToySubject());
  testing::CheckFigure(figure);
  const std::vector<std::string> texts = TextsOf(figure.svg);
  EXPECT_THAT(texts, AllOf(Contains("-22.59"), Contains("[-35.97, -9.20]"),
                           Contains("22.59"), Contains("[9.20, 35.97]")));
  // Wholly beyond 8: msc2 versus ha and saline, and their mirrors. Not beyond
  // it but without no difference: msc1 versus ha.
  EXPECT_THAT(texts, AllOf(Contains("++").Times(2), Contains("−−").Times(2),
                           Contains("+").Times(1), Contains("−").Times(1)));
  EXPECT_THAT(RowsOf(figure), SizeIs(12));
  EXPECT_THAT(figure.csv, HasSubstr("class_by_8"));
  EXPECT_THAT(texts, Contains(HasSubstr("row minus column")));
}

TEST(LeagueFigureTest, OfManyTreatmentsHasMarksAndAListOfNames) {
  const std::vector<std::string> names = LongNames(30);
  const v1::Estimate estimate = EstimateOf(LargeNetwork(30, 0.05));
  Subject subject = SubjectOf({});
  for (int i = 0; i < 30; ++i) {
    subject.nodes.push_back(absl::StrCat("t", 10 + i));
    subject.names[subject.nodes.back()] = names[i];
  }
  const Figure league = CheckAll(estimate, subject)[2];
  const std::vector<std::string> texts = TextsOf(league.svg);
  EXPECT_THAT(texts, AllOf(Contains("+"), Contains("−")));
  EXPECT_THAT(texts, Contains(HasSubstr("Dot in the corner")));
  // On the axis, beside the row, on the diagonal and in the list.
  EXPECT_THAT(texts, Contains("30").Times(4));
  EXPECT_THAT(RowsOf(league), SizeIs(30 * 29));
}

TEST(NetworkFiguresTest, AreLegibleOfTwoTreatments) {
  const std::vector<Figure> figures = CheckAll(
      EstimateOf(tidemark::testing::GenericInputs(
          {Contrast("a", "ha", "msc1", 1), Contrast("b", "ha", "msc1", 2)})),
      SubjectOf({"ha", "msc1"}));
  EXPECT_THAT(RowsOf(figures[0]), SizeIs(1));
  EXPECT_THAT(RowsOf(figures[2]), SizeIs(2));
}

TEST(RankFigureTest, HasPScoresWithMedianRanksIntervalsAndProbabilities) {
  const v1::Estimate estimate = EstimateOf(ToyNetwork());
  const Figure figure = DrawRanks(estimate, ToySubject());
  testing::CheckFigure(figure);
  const std::vector<std::string> texts = TextsOf(figure.svg);
  for (const v1::PScore& score : estimate.p_scores()) {
    EXPECT_THAT(texts, Contains(cli::ShownNumber(score.random())));
  }
  for (const v1::Rank& rank : estimate.random().rankings(0).ranks()) {
    double sum = 0;
    int low = 0;
    int high = 0;
    for (const double probability : rank.probabilities()) {
      low += sum < 0.025 ? 1 : 0;
      high += sum < 0.975 ? 1 : 0;
      sum += probability;
    }
    EXPECT_THAT(texts, Contains(absl::StrCat(rank.median_rank(), " [", low,
                                             ", ", high, "]")));
  }
  EXPECT_THAT(RowsOf(figure), SizeIs(16));
  ASSERT_OK_AND_ASSIGN(
      const auto effect,
      review::Compare(estimate, review::Model::kRandom, "msc2", "ha"));
  EXPECT_THAT(RowsOf(figure)[0],
              AllOf(HasSubstr("msc2,1,"), HasSubstr("\"MSC, twice\",ha,"),
                    HasSubstr(cli::ExactNumber(effect.effect()))));
}

TEST(NetworkFigureTest, CountsStudiesParticipantsAndRiskOfBias) {
  const Figure figure = DrawNetwork(EstimateOf(ToyNetwork()), ToySubject(),
                                    ToyNetworkStudies(), "analysed");
  testing::CheckFigure(figure);
  EXPECT_THAT(
      TextsOf(figure.svg),
      AllOf(Contains("n = 42"), Contains("n = 23"), Contains("n = 36"),
            Contains("n = 40"), Contains("2").Times(1), Contains("1").Times(4),
            Contains("Studies of three or more treatments: Beta "
                     "2019.")));
  EXPECT_THAT(RowsOf(figure),
              IsSubsetOf(std::vector<std::string>{
                  "node,saline,,Saline,,42,2,,,,,",
                  "node,ha,,Hyaluronic acid,,23,2,,,,,",
                  "node,msc1,,\"MSC, once\",,36,3,,,,,",
                  "node,msc2,,\"MSC, twice\",,40,2,,,,,",
                  "edge,saline,msc1,Saline,\"MSC, once\",,1,0,0,0,1,",
                  "edge,saline,msc2,Saline,\"MSC, twice\",,1,0,1,0,0,2",
                  "edge,ha,msc1,Hyaluronic acid,\"MSC, once\",,2,1,0,1,0,2",
                  "edge,ha,msc2,Hyaluronic acid,\"MSC, twice\",,1,0,0,1,0,3",
                  "edge,msc1,msc2,\"MSC, once\",\"MSC, twice\",,1,0,0,1,0,3"}));
  EXPECT_THAT(RowsOf(figure), SizeIs(9));
}

// Places of circles that are nodes, in their order.
std::vector<std::string> NodePlaces(const Figure& figure) {
  pugi::xml_document document;
  EXPECT_TRUE(document.load_string(figure.svg.c_str()));
  std::vector<std::string> places;
  for (const pugi::xml_node& circle :
       document.child("svg").children("circle")) {
    // Numbers of studies have a grey border.
    if (absl::string_view(circle.attribute("stroke-width").value()) == "0.5") {
      continue;
    }
    places.push_back(absl::StrCat(circle.attribute("cx").value(), " ",
                                  circle.attribute("cy").value()));
  }
  places.resize(4);
  return places;
}

TEST(NetworkFigureTest, NodesKeepTheirPlacesWhenStudiesGo) {
  const v1::Estimate estimate = EstimateOf(ToyNetwork());
  const std::vector<NetworkStudy> all = ToyNetworkStudies();
  const Figure now = DrawNetwork(estimate, ToySubject(), all, "analysed");
  const Figure then =
      DrawNetwork(estimate, ToySubject(), {all[0], all[2]}, "analysed");
  testing::CheckFigure(then);
  EXPECT_EQ(NodePlaces(now), NodePlaces(then));
  EXPECT_THAT(TextsOf(then.svg), Contains("no data"));
}

TEST(NetworkFigureTest, IsDrawnWhereNothingIsEstimable) {
  v1::Estimate estimate;
  estimate.set_not_estimable("no study has data");
  const Figure figure = DrawNetwork(estimate, ToySubject(), {}, "analysed");
  testing::CheckFigure(figure);
  EXPECT_THAT(TextsOf(figure.svg),
              AllOf(Contains("no data").Times(4),
                    Contains("Not estimable: no study has data.")));
}

}  // namespace
}  // namespace tidemark::report
