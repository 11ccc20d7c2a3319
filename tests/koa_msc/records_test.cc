// Checks the records of examples/koa-msc one by one: that they parse strictly,
// that what they name exists, and that every number is there. What the
// analyses must give is another matter.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/change.pb.h"
#include "tidemark/v1/review.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark {
namespace {

using v1::Analysis;
using v1::Arm;
using v1::Derivation;
using v1::NodeMap;
using v1::NodeRule;
using v1::Outcome;
using v1::PutAnalyses;
using v1::Report;
using v1::Result;
using v1::Review;
using v1::Trial;

constexpr char kExample[] = "examples/koa-msc/";
constexpr char kExpected[] = "tests/koa_msc/expected.json";
constexpr char kFollowUp[] = "any";

std::string Read(const std::string& path) {
  std::ifstream in(path);
  EXPECT_TRUE(in.is_open()) << path;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Unknown fields and unknown names of enum values are errors.
template <typename Message>
Message Parse(const std::string& path) {
  Message message;
  const auto status =
      google::protobuf::util::JsonStringToMessage(Read(path), &message);
  EXPECT_TRUE(status.ok()) << path << ": " << status.ToString();
  return message;
}

const Review& Protocol() {
  static const auto* review =
      new Review(Parse<Review>(std::string(kExample) + "protocol.json"));
  return *review;
}

const PutAnalyses& Analyses() {
  static const auto* analyses = new PutAnalyses(
      Parse<PutAnalyses>(std::string(kExample) + "analyses.json"));
  return *analyses;
}

// File names without `.json` and their trials, in the order of the names.
const std::map<std::string, Trial>& Trials() {
  static const auto* trials = [] {
    auto* all = new std::map<std::string, Trial>;
    const std::string folder = std::string(kExample) + "trials";
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
      EXPECT_EQ(file.path().extension(), ".json");
      all->emplace(file.path().stem().string(),
                   Parse<Trial>(file.path().string()));
    }
    return all;
  }();
  return *trials;
}

bool IsIdentifier(const std::string& id) {
  return !id.empty() && id.size() <= 64 &&
         std::all_of(id.begin(), id.end(), [](unsigned char c) {
           return std::islower(c) || std::isdigit(c) || c == '_' || c == '.' ||
                  c == '-';
         });
}

// The ids of a list, which must be well-formed and unique.
template <typename List>
std::set<std::string> Ids(const List& list) {
  std::set<std::string> ids;
  for (const auto& item : list) {
    EXPECT_TRUE(IsIdentifier(item.id())) << item.id();
    EXPECT_TRUE(ids.insert(item.id()).second) << item.id() << " twice";
  }
  return ids;
}

// The item of a list that has this id, or nullptr.
template <typename List>
auto Find(const List& list, const std::string& id) -> decltype(&*list.begin()) {
  for (const auto& item : list) {
    if (item.id() == id) return &item;
  }
  return nullptr;
}

// Outcomes over follow-up have the time point `any`; continuous ones have not.
bool TimePointSuits(const Outcome& outcome, const std::string& time_point) {
  if (outcome.kind() == Outcome::BINARY) return time_point == kFollowUp;
  return Find(Protocol().time_points(), time_point) != nullptr;
}

TEST(ProtocolTest, NamesWhatItDefines) {
  EXPECT_EQ(Protocol().review_id(), "knee-msc");
  EXPECT_GE(Ids(Protocol().treatments()).size(), 2u);
  EXPECT_FALSE(Ids(Protocol().time_points()).count(kFollowUp));
  EXPECT_FALSE(Ids(Protocol().node_maps()).empty());
  EXPECT_FALSE(Ids(Protocol().outcomes()).empty());
}

TEST(ProtocolTest, NodeMapsPutEveryTreatmentOnOneNode) {
  for (const NodeMap& map : Protocol().node_maps()) {
    SCOPED_TRACE(map.id());
    const std::set<std::string> nodes = Ids(map.nodes());
    std::set<std::string> used;
    std::set<std::pair<std::string, std::string>> claimed;
    for (const NodeRule& rule : map.rules()) {
      SCOPED_TRACE(rule.treatment());
      EXPECT_NE(Find(Protocol().treatments(), rule.treatment()), nullptr);
      EXPECT_TRUE(nodes.count(rule.node())) << rule.node();
      used.insert(rule.node());
      if (rule.time_points().empty()) {
        EXPECT_TRUE(claimed.emplace(rule.treatment(), "").second);
      }
      for (const std::string& time_point : rule.time_points()) {
        EXPECT_NE(Find(Protocol().time_points(), time_point), nullptr);
        EXPECT_TRUE(claimed.emplace(rule.treatment(), time_point).second);
      }
    }
    EXPECT_EQ(used, nodes);
    for (const auto& treatment : Protocol().treatments()) {
      EXPECT_TRUE(claimed.count({treatment.id(), ""})) << treatment.id();
    }
  }
}

TEST(ProtocolTest, SecondInjectionAtSixMonthsCountsAfterSixMonths) {
  const NodeMap* map = Find(Protocol().node_maps(), "injections");
  ASSERT_NE(map, nullptr);
  for (const char* treatment : {"ad_msc_x2_6mo", "uc_msc_x2_6mo"}) {
    SCOPED_TRACE(treatment);
    std::map<std::string, std::string> nodes;
    for (const NodeRule& rule : map->rules()) {
      if (rule.treatment() != treatment) continue;
      if (rule.time_points().empty()) nodes["otherwise"] = rule.node();
      for (const std::string& at : rule.time_points()) nodes[at] = rule.node();
    }
    const std::map<std::string, std::string> want = {
        {"3m", "single_msc"},
        {"6m", "single_msc"},
        {"otherwise", "repeated_msc"}};
    EXPECT_EQ(nodes, want);
  }
}

TEST(ProtocolTest, OutcomesAreComplete) {
  for (const Outcome& outcome : Protocol().outcomes()) {
    SCOPED_TRACE(outcome.id());
    EXPECT_EQ(outcome.direction(), Outcome::LOWER_IS_BETTER);
    const bool continuous = outcome.kind() == Outcome::CONTINUOUS;
    EXPECT_TRUE(continuous || outcome.kind() == Outcome::BINARY);
    EXPECT_EQ(Ids(outcome.instruments()).empty(), !continuous);
    for (const auto& instrument : outcome.instruments()) {
      // The source has rescaled and reversed already.
      EXPECT_EQ(instrument.scale_min(), outcome.scale_min());
      EXPECT_EQ(instrument.scale_max(), outcome.scale_max());
      EXPECT_EQ(instrument.direction(), outcome.direction());
    }
    for (const auto& threshold : outcome.thresholds()) {
      EXPECT_GT(threshold.value(), 0);
      EXPECT_FALSE(threshold.source().empty());
      EXPECT_NE(threshold.kind(), v1::Threshold::KIND_UNSPECIFIED);
    }
    if (continuous) {
      ASSERT_FALSE(outcome.thresholds().empty());
      EXPECT_EQ(outcome.thresholds(0).kind(), v1::Threshold::BETWEEN_GROUPS);
    }
  }
}

TEST(AnalysesTest, NameWhatTheProtocolDefines) {
  std::set<std::string> ids;
  for (const Analysis& analysis : Analyses().analyses()) {
    SCOPED_TRACE(analysis.analysis_id());
    EXPECT_TRUE(IsIdentifier(analysis.analysis_id()));
    EXPECT_TRUE(ids.insert(analysis.analysis_id()).second);
    EXPECT_FALSE(analysis.title().empty());
    const Outcome* outcome = Find(Protocol().outcomes(), analysis.outcome());
    ASSERT_NE(outcome, nullptr);
    EXPECT_TRUE(TimePointSuits(*outcome, analysis.time_point()));
    EXPECT_EQ(analysis.effect_measure(), outcome->kind() == Outcome::BINARY
                                             ? v1::EffectMeasure::OR
                                             : v1::EffectMeasure::MD);
    const NodeMap* map = Find(Protocol().node_maps(), analysis.node_map());
    ASSERT_NE(map, nullptr);
    EXPECT_NE(Find(map->nodes(), analysis.reference()), nullptr);
  }
}

TEST(AnalysesTest, CoverTheExpectedResults) {
  const std::map<std::string, std::string> outcomes = {
      {"pain_0_10", "pain"},
      {"function_0_100", "function"},
      {"any_ae", "any_ae"},
      {"serious_ae", "serious_ae"}};
  const auto expected = nlohmann::json::parse(Read(kExpected));
  EXPECT_EQ(expected.size(), 8u);
  for (const auto& entry : expected) {
    const std::string outcome = outcomes.at(entry.at("outcome"));
    const auto& months = entry.at("timepoint_months");
    const std::string time_point =
        months.is_null() ? kFollowUp : std::to_string(months.get<int>()) + "m";
    for (const auto& fit : entry.at("fits")) {
      const std::string method = fit.at("tau2_method");
      const auto matches = [&](const Analysis& analysis) {
        return analysis.outcome() == outcome &&
               analysis.time_point() == time_point &&
               analysis.node_map() == "injections" &&
               v1::Tau2Method::Code_Name(analysis.tau2_method()) == method;
      };
      EXPECT_EQ(std::count_if(Analyses().analyses().begin(),
                              Analyses().analyses().end(), matches),
                1)
          << outcome << " " << time_point << " " << method;
    }
  }
}

TEST(TrialsTest, FilesAreInTheOrderOfYearAndId) {
  EXPECT_EQ(Trials().size(), 16u);
  std::vector<std::pair<int, std::string>> order;
  for (const auto& [file, trial] : Trials()) {
    order.emplace_back(trial.year(), trial.trial_id());
    const std::string number = std::to_string(order.size());
    EXPECT_EQ(file, std::string(2 - number.size(), '0') + number + "-" +
                        trial.trial_id());
  }
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
  EXPECT_EQ(std::adjacent_find(order.begin(), order.end()), order.end());
}

TEST(TrialsTest, ReportsAndArmsAreComplete) {
  for (const auto& [file, trial] : Trials()) {
    SCOPED_TRACE(file);
    EXPECT_FALSE(trial.title().empty());
    EXPECT_EQ(trial.design(), Trial::PARALLEL);
    EXPECT_TRUE(Ids(trial.reports()).count("cochrane"));
    for (const Report& report : trial.reports()) {
      EXPECT_FALSE(report.citation().empty()) << report.id();
    }
    EXPECT_GE(Ids(trial.arms()).size(), 2u);
    std::set<std::string> treatments;
    for (const Arm& arm : trial.arms()) {
      SCOPED_TRACE(arm.id());
      EXPECT_FALSE(arm.label().empty());
      EXPECT_GE(arm.randomised(), 0);
      EXPECT_NE(Find(Protocol().treatments(), arm.treatment()), nullptr)
          << arm.treatment();
      EXPECT_NE(arm.attributes().count("cell_source"),
                arm.attributes().count("control_type"));
      treatments.insert(arm.treatment());
    }
    EXPECT_GE(treatments.size(), 2u);
  }
}

// Fields that a derivation may name, all of which the result must have.
std::set<std::string> CheckNumbers(const Result& result,
                                   const Outcome& outcome) {
  if (outcome.kind() == Outcome::CONTINUOUS) {
    EXPECT_TRUE(result.has_continuous());
    EXPECT_NE(Find(outcome.instruments(), result.instrument()), nullptr)
        << result.instrument();
    const v1::Continuous& value = result.continuous();
    EXPECT_NE(value.value_kind(), v1::Continuous::VALUE_KIND_UNSPECIFIED);
    EXPECT_TRUE(value.has_mean());
    EXPECT_GT(value.sd(), 0);
    EXPECT_GE(value.n(), 1);
    return {"mean", "sd", "n"};
  }
  EXPECT_TRUE(result.has_binary());
  EXPECT_TRUE(result.instrument().empty());
  const v1::Binary& value = result.binary();
  EXPECT_TRUE(value.has_events());
  EXPECT_GE(value.events(), 0);
  EXPECT_GE(value.n(), 1);
  EXPECT_LE(value.events(), value.n());
  return {"events", "n"};
}

TEST(TrialsTest, ResultsAreComplete) {
  for (const auto& [file, trial] : Trials()) {
    EXPECT_FALSE(trial.results().empty()) << file;
    // Outcome, time point and the arms: recorded once.
    std::set<std::tuple<std::string, std::string, std::set<std::string>>> seen;
    for (const Result& result : trial.results()) {
      SCOPED_TRACE(file + ": " + result.ShortDebugString());
      const Outcome* outcome = Find(Protocol().outcomes(), result.outcome());
      ASSERT_NE(outcome, nullptr);
      EXPECT_TRUE(TimePointSuits(*outcome, result.time_point()));
      EXPECT_FALSE(result.arms().empty());
      const std::set<std::string> arms(result.arms().begin(),
                                       result.arms().end());
      EXPECT_EQ(static_cast<int>(arms.size()), result.arms_size());
      for (const std::string& arm : arms) {
        EXPECT_NE(Find(trial.arms(), arm), nullptr) << arm;
      }
      EXPECT_TRUE(
          seen.emplace(result.outcome(), result.time_point(), arms).second);
      EXPECT_NE(Find(trial.reports(), result.source().report()), nullptr);
      EXPECT_FALSE(result.source().locator().empty());

      const std::set<std::string> fields = CheckNumbers(result, *outcome);
      std::set<std::string> derived;
      for (const Derivation& derivation : result.derivations()) {
        EXPECT_TRUE(fields.count(derivation.field())) << derivation.field();
        EXPECT_TRUE(derived.insert(derivation.field()).second);
        EXPECT_NE(derivation.kind(), Derivation::KIND_UNSPECIFIED);
        EXPECT_FALSE(derivation.method().empty());
      }
    }
  }
}

TEST(TrialsTest, EveryComparisonIsWithinOneInstrumentAndKindOfValue) {
  for (const auto& [file, trial] : Trials()) {
    std::map<std::pair<std::string, std::string>, std::set<std::string>> scales;
    for (const Result& result : trial.results()) {
      if (!result.has_continuous()) continue;
      scales[{result.outcome(), result.time_point()}].insert(
          result.instrument() + " " +
          v1::Continuous::ValueKind_Name(result.continuous().value_kind()));
    }
    for (const auto& [where, scale] : scales) {
      EXPECT_EQ(scale.size(), 1u)
          << file << " " << where.first << " " << where.second;
    }
  }
}

// The one trial with its MSC arms apart and together: both are recorded, and
// the derived arm says so.
TEST(TrialsTest, MatasHasItsArmsApartAndTogetherAtTwelveMonths) {
  const Trial& matas = Trials().at("10-matas-2019");
  std::set<std::string> recorded;
  for (const Result& result : matas.results()) {
    if (result.outcome() != "pain" || result.time_point() != "12m") continue;
    std::string arms;
    for (const std::string& arm : result.arms()) arms += arm + " ";
    recorded.insert(arms);
    if (arms != "msc-1 ") continue;
    ASSERT_EQ(result.derivations_size(), 2);
    EXPECT_EQ(result.derivations(0).field(), "mean");
    EXPECT_EQ(result.derivations(1).field(), "sd");
  }
  const std::set<std::string> want = {"ha ", "msc-1 ", "msc-1 msc-2 ",
                                      "msc-2 "};
  EXPECT_EQ(recorded, want);
}

}  // namespace
}  // namespace tidemark
