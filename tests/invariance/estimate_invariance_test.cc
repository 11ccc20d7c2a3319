// What must not change an estimate, for every number that an estimate holds.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "nma/study.h"
#include "review/detail_inputs.h"
#include "review/estimate_details.h"
#include "review/estimation.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/estimate_details.pb.h"

namespace tidemark {
namespace {

using nlohmann::json;

// [0, 1). The distributions of <random> differ between standard libraries.
double Uniform(std::mt19937* engine) { return (*engine)() / 4294967296.0; }

// All contrasts of a study of `treatments`.
nma::Study MakeStudy(const std::string& id,
                     const std::vector<std::string>& treatments,
                     std::mt19937* engine) {
  std::vector<double> value;
  std::vector<double> variance;
  for (size_t i = 0; i < treatments.size(); ++i) {
    value.push_back(2 * Uniform(engine) - 1);
    variance.push_back(0.01 + 0.2 * Uniform(engine));
  }
  std::vector<nma::Contrast> contrasts;
  for (size_t i = 0; i < treatments.size(); ++i) {
    for (size_t j = i + 1; j < treatments.size(); ++j) {
      contrasts.push_back({treatments[i], treatments[j], value[i] - value[j],
                           std::sqrt(variance[i] + variance[j])});
    }
  }
  return {id, std::move(contrasts)};
}

// 2 to 40 treatments, studies of 2 to 6 arms. Most networks are connected; some
// fall apart.
std::vector<nma::Study> RandomStudies(std::uint32_t seed) {
  std::mt19937 engine(seed);
  const int treatments =
      2 + static_cast<int>(engine() % (seed % 4 == 0 ? 39 : 9));
  const int studies = treatments + 2 + static_cast<int>(engine() % 6);
  std::vector<nma::Study> list;
  for (int s = 0; s < studies; ++s) {
    const int arms = std::min<int>(treatments, 2 + engine() % 5);
    std::vector<std::string> picked;
    for (int t = static_cast<int>(engine() % treatments);
         static_cast<int>(picked.size()) < arms;
         t = static_cast<int>(engine() % treatments)) {
      const std::string name = absl::StrCat("T", t);
      if (std::find(picked.begin(), picked.end(), name) == picked.end()) {
        picked.push_back(name);
      }
    }
    list.push_back(MakeStudy(absl::StrCat("study ", s), picked, &engine));
  }
  return list;
}

v1::Analysis MakeAnalysis(std::uint32_t seed) {
  v1::Analysis analysis;
  analysis.set_effect_measure(v1::EffectMeasure::GENERIC);
  analysis.set_tau2_method(static_cast<v1::Tau2Method::Code>(1 + seed % 4));
  analysis.set_interval_method(
      static_cast<v1::IntervalMethod::Code>(1 + seed % 3));
  analysis.set_level(0.95);
  analysis.set_zero_cells(v1::ZeroCellRule::ONLY0);
  analysis.set_increment(0.5);
  return analysis;
}

struct Asked {
  double mid = 0.1;
  bool ranks = false;
  bool small_values_desirable = true;
};

json WithDetails(v1::Estimate estimate, const v1::EstimateDetails& details,
                 const review::DetailInputs& inputs) {
  EXPECT_OK(review::AddDetails(
      details, inputs, [] { return false; }, &estimate));
  std::string text;
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  EXPECT_TRUE(
      google::protobuf::util::MessageToJsonString(estimate, &text, options)
          .ok());
  return json::parse(text);
}

// What is read of most estimates. Node-splits are many fits: of small networks.
json Everything(const std::vector<nma::Study>& studies,
                const v1::Analysis& analysis, const Asked& asked = {}) {
  auto estimate =
      review::EstimateStudies(studies, analysis, asked.small_values_desirable);
  EXPECT_OK(estimate);
  v1::EstimateDetails details;
  details.set_splits(true);
  details.set_designs(true);
  details.set_node_splits(estimate->treatments_size() <= 8);
  details.set_rank_probabilities(asked.ranks);
  details.set_rank_points(1 << 12);
  details.set_minimal_important_difference(asked.mid);
  review::DetailInputs inputs;
  inputs.studies = studies;
  inputs.analysis = analysis;
  return WithDetails(*std::move(estimate), details, inputs);
}

// What a methodologist asks beyond that. A study's year and group follow from
// its id, so they stay when studies move.
json Further(const std::vector<nma::Study>& studies,
             const v1::Analysis& analysis, double mid) {
  auto estimate = review::EstimateStudies(studies, analysis, true);
  EXPECT_OK(estimate);
  v1::EstimateDetails details;
  details.mutable_contributions();
  details.mutable_cinema()->set_minimal_important_difference(mid);
  details.mutable_leave_one_out();
  details.mutable_threshold_analysis()->set_minimal_important_difference(mid);
  *details.mutable_funnel()->mutable_order() = estimate->treatments();
  details.mutable_meta_regression()->mutable_covariate()->set_name("year");
  details.mutable_subgroups()->mutable_covariate()->set_name("group");
  review::DetailInputs inputs;
  inputs.studies = studies;
  inputs.analysis = analysis;
  for (const nma::Study& study : studies) {
    const int number = study.id.back() - '0';
    inputs.facts[study.id].attributes = {
        {"year", absl::StrCat(2000 + number)},
        {"group", number % 2 == 0 ? "even" : "odd"}};
  }
  json all = WithDetails(*std::move(estimate), details, inputs);
  json further;
  for (const char* detail :
       {"contributions", "contributions_common", "cinema", "leave_one_out",
        "threshold_analysis", "funnel", "meta_regression", "subgroups"}) {
    EXPECT_TRUE(all.contains(detail)) << detail;
    further[detail] = all[detail];
  }
  return further;
}

// Lists of studies as a map by their names.
void NameStudies(json* value) {
  if (value->is_object()) {
    for (auto& [key, item] : value->items()) NameStudies(&item);
  }
  if (!value->is_array()) return;
  json named = json::object();
  for (json& item : *value) {
    NameStudies(&item);
    if (item.is_object() && item.contains("study") &&
        !item.contains("effect")) {
      named[item["study"].get<std::string>()] = item;
    }
  }
  if (!named.empty() && named.size() == value->size()) *value = named;
}

// The power of the unit that a number of the estimate has: 1 for effects, 2 for
// variances, -2 for weights, 0 for what has no unit.
int UnitPower(const std::string& key, const std::string& parent) {
  static const auto* const kEffects =
      new std::set<std::string>{"effect",
                                "effects",
                                "se",
                                "change",
                                "effect_common",
                                "effect_fixed_tau2",
                                "se_common",
                                "se_fixed_tau2",
                                "lead",
                                "margin",
                                "moved",
                                "reported",
                                "shift_up",
                                "shift_down",
                                "centre",
                                "adjusted_effect",
                                "intercept",
                                "intercept_se",
                                "minimal_important_difference"};
  if (key == "weight") return -2;
  if (key == "centre" && parent == "meta_regression") return 0;
  if (kEffects->count(key) > 0) return 1;
  if (key == "pair_variances" || absl::StrContains(key, "tau2")) return 2;
  if (key == "lower" || key == "upper") {
    if (absl::StartsWith(parent, "tau2")) return 2;
    return absl::EndsWith(parent, "_interval") ? 0 : 1;
  }
  return absl::StartsWith(key, "predict_") ? 1 : 0;
}

// A unit that is 1/unit of the other, and how near numbers must be: relative to
// each; the absolute floor, in the scaled unit, is for those that are
// differences of others, such as effects near 0.
struct Scale {
  double unit = 1;
  double tolerance = 1e-10;
  double floor = 1e-13;
};

// `actual` is `expected` in the other unit.
void ExpectScaled(const json& actual, const json& expected, const Scale& scale,
                  const std::string& key, const std::string& parent,
                  const std::string& path) {
  ASSERT_EQ(actual.type_name(), std::string(expected.type_name())) << path;
  if (expected.is_object()) {
    ASSERT_EQ(actual.size(), expected.size()) << path << actual << expected;
    for (const auto& [name, value] : expected.items()) {
      ASSERT_TRUE(actual.contains(name)) << path << "." << name;
      ExpectScaled(actual[name], value, scale, name, key, path + "." + name);
    }
  } else if (expected.is_array()) {
    ASSERT_EQ(actual.size(), expected.size()) << path;
    for (size_t i = 0; i < expected.size(); ++i) {
      ExpectScaled(actual[i], expected[i], scale, key, parent,
                   absl::StrCat(path, "[", i, "]"));
    }
  } else if (expected.is_number()) {
    const double factor = std::pow(scale.unit, UnitPower(key, parent));
    const double wanted = factor * expected.get<double>();
    EXPECT_NEAR(
        actual.get<double>(), wanted,
        std::max(scale.tolerance * std::abs(wanted), scale.floor * factor))
        << path;
  } else {
    EXPECT_EQ(actual, expected) << path;
  }
}

void ExpectScaled(const json& actual, const json& expected,
                  const Scale& scale) {
  ExpectScaled(actual, expected, scale, "", "", "estimate");
}

class EstimateInvarianceTest : public ::testing::TestWithParam<std::uint32_t> {
 protected:
  void SetUp() override { RecordProperty("seed", absl::StrCat(GetParam())); }

  const std::vector<nma::Study> studies_ = RandomStudies(GetParam());
  const v1::Analysis analysis_ = MakeAnalysis(GetParam());
};

std::vector<nma::Contrast>& ContrastsOf(nma::Study& study) {
  return std::get<std::vector<nma::Contrast>>(study.data);
}

TEST_P(EstimateInvarianceTest, UnitsScaleWhatHasAUnitAndNothingElse) {
  Asked asked;
  asked.ranks = true;
  const json expected = Everything(studies_, analysis_, asked);
  for (int k = -8; k <= 8; ++k) {
    SCOPED_TRACE(absl::StrCat("seed ", GetParam(), ", 10^", k));
    const double unit = std::pow(10, k);
    std::vector<nma::Study> scaled = studies_;
    for (nma::Study& study : scaled) {
      for (nma::Contrast& contrast : ContrastsOf(study)) {
        contrast.effect *= unit;
        contrast.se *= unit;
      }
    }
    Asked scaled_asked = asked;
    scaled_asked.mid *= unit;
    ExpectScaled(Everything(scaled, analysis_, scaled_asked), expected, {unit});
  }
}

// Turning the sign of every effect and the desirable direction round.
TEST_P(EstimateInvarianceTest, DirectionIsAMatterOfSign) {
  Asked asked;
  const json expected = Everything(studies_, analysis_, asked);
  std::vector<nma::Study> turned = studies_;
  for (nma::Study& study : turned) {
    for (nma::Contrast& contrast : ContrastsOf(study)) {
      contrast.effect = -contrast.effect;
    }
  }
  asked.small_values_desirable = false;
  const json actual = Everything(turned, analysis_, asked);
  for (const char* same : {"tau2", "q", "q_within", "q_between", "p_scores",
                           "designs", "component_heterogeneity"}) {
    if (!expected.contains(same)) continue;
    ExpectScaled(actual[same], expected[same], Scale{}, same, "", same);
  }
}

TEST_P(EstimateInvarianceTest, OrderOfStudiesAndContrastsIsNothing) {
  std::vector<nma::Study> shuffled = studies_;
  std::mt19937 engine(GetParam());
  for (size_t i = shuffled.size(); i > 1; --i) {
    std::swap(shuffled[i - 1], shuffled[engine() % i]);
  }
  for (nma::Study& study : shuffled) {
    std::reverse(ContrastsOf(study).begin(), ContrastsOf(study).end());
  }
  json expected = Everything(studies_, analysis_);
  json actual = Everything(shuffled, analysis_);
  expected.erase("studies");  // in the order of the input
  actual.erase("studies");
  EXPECT_EQ(actual, expected) << "seed " << GetParam();
}

TEST_P(EstimateInvarianceTest, ReferenceIsOnlyHowEffectsAreStored) {
  json expected = Everything(studies_, analysis_);
  for (const std::string treatment :
       {expected["treatments"].front(), expected["treatments"].back()}) {
    v1::Analysis analysis = analysis_;
    analysis.set_reference(treatment);
    json actual = Everything(studies_, analysis);
    for (json* estimate : {&actual, &expected}) {
      for (const char* model : {"common", "random"}) {
        (*estimate)[model].erase("effects");
      }
      for (json& part : (*estimate)["component_heterogeneity"]) {
        part.erase("reference");
      }
    }
    ExpectScaled(actual, expected, Scale{});
  }
}

// Downdates and differences of nearly equal numbers keep fewer digits.
constexpr double kFurther = 1e-7;

TEST_P(EstimateInvarianceTest, FurtherDetailsScaleWithUnits) {
  const json expected = Further(studies_, analysis_, 0.1);
  for (const double unit : {1e-6, 1e6}) {
    SCOPED_TRACE(absl::StrCat("seed ", GetParam(), ", unit ", unit));
    std::vector<nma::Study> scaled = studies_;
    for (nma::Study& study : scaled) {
      for (nma::Contrast& contrast : ContrastsOf(study)) {
        contrast.effect *= unit;
        contrast.se *= unit;
      }
    }
    ExpectScaled(Further(scaled, analysis_, 0.1 * unit), expected,
                 {unit, kFurther, 1e-10});
  }
}

TEST_P(EstimateInvarianceTest, FurtherDetailsDoNotDependOnTheOrderOfStudies) {
  std::vector<nma::Study> shuffled = studies_;
  std::mt19937 engine(GetParam());
  for (size_t i = shuffled.size(); i > 1; --i) {
    std::swap(shuffled[i - 1], shuffled[engine() % i]);
  }
  json expected = Further(studies_, analysis_, 0.1);
  json actual = Further(shuffled, analysis_, 0.1);
  NameStudies(&expected);
  NameStudies(&actual);
  ExpectScaled(actual, expected, {1, kFurther, 1e-10});
}

// By name: the labels of all treatments permuted, contrasts turned round.
using ByName = std::map<std::string, double>;

void AddPairs(const json& pairs, const std::string& what,
              const std::function<std::string(const std::string&)>& rename,
              ByName* all) {
  for (const json& pair : pairs) {
    const std::string first = rename(pair["first"]);
    const std::string second = rename(pair["second"]);
    const bool turned = second < first;
    const std::string name = absl::StrCat(what, " ", std::min(first, second),
                                          " ", std::max(first, second), " ");
    const auto add = [&](const std::string& part, const json& numbers) {
      (*all)[absl::StrCat(name, part, "effect")] =
          numbers["effect"].get<double>() * (turned ? -1 : 1);
      (*all)[absl::StrCat(name, part, "se")] = numbers["se"];
    };
    if (pair.contains("se")) add("", pair);
    for (const char* part : {"direct", "indirect", "difference"}) {
      if (pair.contains(part)) add(part, pair[part]);
    }
  }
}

ByName NumbersByName(
    const json& estimate,
    const std::function<std::string(const std::string&)>& rename) {
  ByName all;
  for (const char* model : {"common", "random"}) {
    AddPairs(estimate[model]["relative_effects"], model, rename, &all);
    for (const json& ranking : estimate[model]["rankings"]) {
      for (const json& rank : ranking["ranks"]) {
        const std::string name =
            absl::StrCat(model, " rank ", rename(rank["treatment"]));
        all[name] = rank["mean_rank"];
        all[name + " mid"] = rank["p_score_mid"];
      }
    }
  }
  for (const char* list : {"splits", "splits_common", "node_splits"}) {
    AddPairs(estimate[list], list, rename, &all);
  }
  for (const json& design : estimate["designs_random"]) {
    std::vector<std::string> names;
    for (const std::string name : design["treatments"]) {
      names.push_back(rename(name));
    }
    std::sort(names.begin(), names.end());
    std::string key = "design";
    for (const std::string& name : names) absl::StrAppend(&key, " ", name);
    for (const char* number : {"q_within", "q_between", "q_between_detached"}) {
      all[absl::StrCat(key, " ", number)] = design[number];
    }
  }
  for (const char* number :
       {"q", "q_within", "q_between", "q_between_random", "i2"}) {
    all[number] = estimate[number];
  }
  if (estimate.contains("tau2")) all["tau2"] = estimate["tau2"];
  return all;
}

TEST_P(EstimateInvarianceTest, LabelsAreNames) {
  const auto rename = [](const std::string& name) {
    // Turns the order of bytes round and mixes it.
    const int number = std::stoi(name.substr(1));
    return std::string(1, static_cast<char>('z' - number * 7 % 26)) + name;
  };
  std::vector<nma::Study> renamed = studies_;
  for (nma::Study& study : renamed) {
    for (nma::Contrast& contrast : ContrastsOf(study)) {
      contrast.first = rename(contrast.first);
      contrast.second = rename(contrast.second);
    }
  }
  const ByName expected =
      NumbersByName(Everything(studies_, analysis_), rename);
  const ByName actual =
      NumbersByName(Everything(renamed, analysis_),
                    [](const std::string& name) { return name; });
  ASSERT_EQ(actual.size(), expected.size());
  for (const auto& [name, value] : expected) {
    ASSERT_EQ(actual.count(name), 1) << name;
    EXPECT_NEAR(actual.at(name), value,
                std::max(Scale{}.tolerance * std::abs(value), Scale{}.floor))
        << name << ", seed " << GetParam();
  }
}

// Two studies of double variance weigh as much as one, and agree.
TEST_P(EstimateInvarianceTest, AStudyInTwoHalvesIsTheSameEvidence) {
  std::vector<nma::Study> halves;
  for (const nma::Study& study : studies_) {
    for (const char* half : {" a", " b"}) {
      nma::Study other = study;
      other.id += half;
      for (nma::Contrast& contrast : ContrastsOf(other)) {
        contrast.se *= std::sqrt(2.0);
      }
      halves.push_back(std::move(other));
    }
  }
  const json expected = Everything(studies_, analysis_);
  const json actual = Everything(halves, analysis_);
  ExpectScaled(actual["common"], expected["common"], Scale{}, "common", "",
               "common");
  ExpectScaled(actual["q"], expected["q"], Scale{}, "q", "", "q");
  ExpectScaled(actual["q_between"], expected["q_between"], Scale{}, "q_between",
               "", "q_between");
}

INSTANTIATE_TEST_SUITE_P(Seeds, EstimateInvarianceTest,
                         ::testing::Range<std::uint32_t>(1, 25));

}  // namespace
}  // namespace tidemark
