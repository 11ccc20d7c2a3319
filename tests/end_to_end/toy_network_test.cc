// How the conclusions of a network small enough to check by hand change, from
// the first trial to a typing error, through a real server.
//
// Four trials of pain, 0-100, lower is better. Effects are mean differences,
// first minus second, so a positive one is in favour of the second. The numbers
// are those of testdata/toy_states.json (netmeta); the events follow from them
// by hand, as each step says, with the thresholds 12 and 17.5.
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "nma/study.h"
#include "review/testing/toy_review.h"
#include "tests/oracle/oracle_data.h"
#include "tests/testing/server_fixture.h"

namespace tidemark {
namespace {

using ::testing::ElementsAre;
using Event = v1::ConclusionEvent;

// Effects are some 10: this is 1e-9 of them. They agree to 1e-12.
constexpr double kTolerance = 1e-8;

// `MSCx1` is `msc1` here: identifiers are in lower case.
std::string IdOf(const std::string& name) {
  return absl::StrReplaceAll(absl::AsciiStrToLower(name), {{"mscx", "msc"}});
}

v1::Review Protocol() {
  v1::Review review = testing::ToyReview();
  for (v1::Outcome& outcome : *review.mutable_outcomes()) {
    if (outcome.id() == "pain") outcome.set_scale_max(100);
  }
  return review;
}

v1::Analysis AnalysisBy(v1::Tau2Method::Code method) {
  v1::Analysis analysis = testing::PainAnalysis();
  analysis.set_analysis_id(
      absl::AsciiStrToLower(v1::Tau2Method::Code_Name(method)));
  analysis.set_tau2_method(method);
  for (const double value : {12.0, 17.5}) {
    v1::Threshold* threshold = analysis.add_thresholds();
    threshold->set_kind(v1::Threshold::BETWEEN_GROUPS);
    threshold->set_value(value);
    threshold->set_source(absl::StrCat("MID of ", value));
  }
  return analysis;
}

// The trials alpha, beta, gamma, delta.
std::map<std::string, v1::Trial> ToyTrials() {
  std::map<std::string, v1::Trial> trials;
  for (const nma::Study& study : nma::LoadToyStudies()) {
    const std::string id = absl::AsciiStrToLower(
        study.id.substr(0, study.id.size() - 4));  // without the year
    const auto& arms = std::get<std::vector<nma::ContinuousArm>>(study.data);
    std::vector<std::string> treatments;
    for (const auto& arm : arms) treatments.push_back(IdOf(arm.treatment));
    v1::Trial trial = testing::TrialOf(id, treatments);
    for (const auto& arm : arms) {
      testing::AddPain(IdOf(arm.treatment), "vas", arm.mean, arm.sd,
                       static_cast<int>(arm.n), &trial);
    }
    trials[id] = trial;
  }
  return trials;
}

// `KIND importance`, and what it is of.
std::string ShownEvent(const Event& event) {
  std::string shown = Event::Kind_Name(event.kind());
  if (!event.first().empty()) {
    absl::StrAppend(&shown, " ", event.first(), ":", event.second());
  }
  if (!event.treatment().empty()) {
    absl::StrAppend(&shown, " ", event.treatment());
  }
  if (event.has_threshold()) {
    absl::StrAppend(&shown, " by ", event.threshold().value());
  }
  return shown;
}

class ToyNetworkTest : public ::testing::Test {
 protected:
  ToyNetworkTest()
      : trials_(ToyTrials()), states_(nma::LoadJson("toy_states.json")) {
    Apply(testing::PutReview(Protocol()));
    Apply(testing::PutAnalyses(
        {AnalysisBy(v1::Tau2Method::DL), AnalysisBy(v1::Tau2Method::REML),
         AnalysisBy(v1::Tau2Method::ML), AnalysisBy(v1::Tau2Method::PM)}));
  }

  void Apply(const v1::Change& change) {
    v1::ApplyRequest request;
    request.set_review_id(testing::kToyReview);
    request.set_request_id(absl::StrCat("r", ++requests_));
    request.set_reason("a step");
    *request.mutable_change() = change;
    v1::ApplyResponse response;
    const grpc::Status status = fixture_.ApplyRequest(request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  void Submit(const std::string& trial) {
    Apply(testing::Submit({trials_.at(trial)}));
  }
  void SetStatus(const std::vector<std::string>& trials,
                 v1::TrialStatus::Code status) {
    Apply(testing::SetStatus(trials, status, "10.1000/notice"));
  }

  // The last step of an analysis.
  v1::EstimateAt Last(const std::string& analysis = "dl") {
    v1::ListEstimatesRequest request;
    request.set_review_id(testing::kToyReview);
    request.set_analysis_id(analysis);
    v1::ListEstimatesResponse response;
    grpc::ClientContext context;
    const grpc::Status status =
        fixture_.read->ListEstimates(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.estimates().empty() ? v1::EstimateAt()
                                        : *response.estimates().rbegin();
  }

  // The events of the last step, as ShownEvent.
  std::vector<std::string> Events(const std::string& analysis = "dl") {
    std::vector<std::string> shown;
    const v1::EstimateAt last = Last(analysis);
    for (const Event& event : last.events()) {
      shown.push_back(ShownEvent(event));
    }
    return shown;
  }

  // The one event of the last step that ShownEvent shows so.
  Event Find(const std::string& shown) {
    const v1::EstimateAt last = Last();
    for (const Event& event : last.events()) {
      if (ShownEvent(event) == shown) return event;
    }
    ADD_FAILURE() << "no event " << shown;
    return Event();
  }

  // The estimate of an analysis now is that of the state, and nothing else is
  // estimable.
  void ExpectState(const std::string& name, const std::string& method = "DL") {
    SCOPED_TRACE(absl::StrCat(name, " ", method));
    for (const nlohmann::json& state : states_) {
      if (!absl::StartsWith(state["state"].get<std::string>(), name)) continue;
      for (const nlohmann::json& fit : state["fits"]) {
        if (fit["tau2_method"] == method) {
          return ExpectFit(fit["random"],
                           Last(absl::AsciiStrToLower(method)).estimate());
        }
      }
    }
    ADD_FAILURE() << "no such state";
  }

  testing::ServerFixture fixture_;
  const std::map<std::string, v1::Trial> trials_;

 private:
  static void ExpectFit(const nlohmann::json& expected,
                        const v1::Estimate& estimate) {
    std::map<std::string, v1::RelativeEffect> effects;
    for (const auto& effect : estimate.random().relative_effects()) {
      effects[effect.first() + ":" + effect.second()] = effect;
    }
    EXPECT_EQ(effects.size(), expected.size());
    for (const nlohmann::json& row : expected) {
      const auto at =
          effects.find(IdOf(row["first"]) + ":" + IdOf(row["second"]));
      ASSERT_NE(at, effects.end()) << row.dump();
      const auto near = [&row](const char* key) {
        return ::testing::DoubleNear(row[key].get<double>(), kTolerance);
      };
      EXPECT_THAT(at->second.effect(), near("effect"));
      EXPECT_THAT(at->second.se(), near("se"));
      EXPECT_THAT(at->second.lower(), near("lower"));
      EXPECT_THAT(at->second.upper(), near("upper"));
    }
  }

  const nlohmann::json states_;
  int requests_ = 0;
};

TEST_F(ToyNetworkTest, EveryStepHasItsNumbersAndItsEvents) {
  // One comparison, 12.0 [-2.7, 26.7]: nothing was there before.
  Submit("alpha");
  ExpectState("Alpha");
  EXPECT_THAT(Events(),
              ElementsAre("TREATMENT_ADDED ha", "TREATMENT_ADDED msc1",
                          "BECAME_ESTIMABLE ha:msc1"));

  // ha:msc1 is 12.4 [1.1, 23.7] now: significant, and moved by 0.4 only. It
  // stays between 0 and either threshold, so importance is as open as before.
  // msc2 leads and beats ha (24.7 [9.9, 39.5]), not msc1 (12.3 [-2.5, 27.1]):
  // the best-ranked set was {ha, msc1} and is {msc1, msc2}.
  Submit("beta");
  ExpectState("+ Beta");
  EXPECT_THAT(Events(), ElementsAre("TREATMENT_ADDED msc2", "RANK_CHANGED msc2",
                                    "SIGNIFICANCE_GAINED ha:msc1",
                                    "BECAME_ESTIMABLE ha:msc2",
                                    "BECAME_ESTIMABLE msc1:msc2"));
  EXPECT_NEAR(Find("SIGNIFICANCE_GAINED ha:msc1").distance(), 1.13956067746918,
              kTolerance);
  EXPECT_THAT(Find("RANK_CHANGED msc2").before().treatments(),
              ElementsAre("ha", "msc1"));
  EXPECT_THAT(Find("RANK_CHANGED msc2").after().treatments(),
              ElementsAre("msc1", "msc2"));

  // Saline hangs on msc1 alone: no other comparison moves. It is worse than
  // msc2 (msc2:saline -24.3 [-46.7, -1.9]), so it does not join the best.
  Submit("gamma");
  ExpectState("+ Gamma");
  EXPECT_THAT(Events(), ElementsAre("TREATMENT_ADDED saline",
                                    "BECAME_ESTIMABLE ha:saline",
                                    "BECAME_ESTIMABLE msc1:saline",
                                    "BECAME_ESTIMABLE msc2:saline"));

  // ha:saline goes from 0.41 to 5.14: 4.73, more than half of itself, less than
  // half of 12. msc2:saline goes from -24.3 to -17.4: 6.85, less than half of
  // itself, more than half of 12. All others move by less than both: ha:msc1
  // 0.86, ha:msc2 2.12, msc1:msc2 2.98 of 12.3, msc1:saline 3.87 of 12.
  Submit("delta");
  ExpectState("+ Delta");
  EXPECT_THAT(Events(), ElementsAre("EFFECT_SHIFTED ha:saline",
                                    "EFFECT_SHIFTED msc2:saline by 12"));
  EXPECT_NEAR(Find("EFFECT_SHIFTED ha:saline").distance(),
              4.72884864848776 - 0.410210551987653 / 2, kTolerance);
  EXPECT_NEAR(Find("EFFECT_SHIFTED msc2:saline by 12").distance(),
              24.293472075441 - 17.4484077890822 - 6, kTolerance);

  // Without beta: ha:msc1 12.0 [-2.7, 26.7] and ha:msc2 16.0 [-8.6, 40.6]
  // include 0 again; ha joins the best-ranked. ha:msc2 moves by 6.6, more than
  // half of 12; ha:saline from 5.1 to 0 and msc1:msc2 from 9.3 to 4.0, more
  // than half of themselves. ha:saline is 0 but for rounding: no direction
  // flips. msc1:saline moves by 3.87 of 8.13, msc2:saline by 1.4: neither
  // counts.
  SetStatus({"beta"}, v1::TrialStatus::RETRACTED);
  ExpectState("retract Beta");
  EXPECT_THAT(
      Events(),
      ElementsAre("RANK_CHANGED msc2", "SIGNIFICANCE_LOST ha:msc1",
                  "SIGNIFICANCE_LOST ha:msc2", "EFFECT_SHIFTED ha:msc2 by 12",
                  "EFFECT_SHIFTED ha:saline", "EFFECT_SHIFTED msc1:msc2"));
  EXPECT_NEAR(Find("SIGNIFICANCE_LOST ha:msc2").distance(), 8.58458689759071,
              kTolerance);
  EXPECT_EQ(Find("SIGNIFICANCE_LOST ha:msc2").before().class_(),
            v1::ConclusionClass::HARM);
  EXPECT_EQ(Find("SIGNIFICANCE_LOST ha:msc2").after().class_(),
            v1::ConclusionClass::INCONCLUSIVE);

  // Two components: {ha, msc1} of alpha and {msc2, saline} of delta. Each has
  // its own leader now, so that ranks changed though the set is the same.
  SetStatus({"gamma"}, v1::TrialStatus::RETRACTED);
  ExpectState("retract Beta and Gamma");
  EXPECT_THAT(Events(), ElementsAre("DISCONNECTED", "RANK_CHANGED",
                                    "BECAME_NOT_ESTIMABLE ha:msc2",
                                    "BECAME_NOT_ESTIMABLE ha:saline",
                                    "BECAME_NOT_ESTIMABLE msc1:msc2",
                                    "BECAME_NOT_ESTIMABLE msc1:saline"));
  EXPECT_EQ(Find("DISCONNECTED").before().text(), "{ha, msc1, msc2, saline}");
  EXPECT_EQ(Find("DISCONNECTED").after().text(), "{ha, msc1}, {msc2, saline}");

  // All four again: what was lost comes back, and ha:msc1, the only one that
  // was estimable meanwhile and counts, goes from [-2.7, 26.7] to [2.3, 24.2].
  SetStatus({"beta", "gamma"}, v1::TrialStatus::REINSTATED);
  ExpectState("+ Delta");
  EXPECT_THAT(
      Events(),
      ElementsAre("CONNECTED", "RANK_CHANGED msc2",
                  "SIGNIFICANCE_GAINED ha:msc1", "BECAME_ESTIMABLE ha:msc2",
                  "BECAME_ESTIMABLE ha:saline", "BECAME_ESTIMABLE msc1:msc2",
                  "BECAME_ESTIMABLE msc1:saline"));
}

// The standard error of one arm, 5.33, typed as its standard deviation, 16.
TEST_F(ToyNetworkTest, ATypingErrorChangesTheClassAndNothingElseWarns) {
  for (const char* trial : {"alpha", "beta", "gamma", "delta"}) Submit(trial);
  Apply(
      testing::Correct("beta", "results[pain/6m/msc2].continuous.sd", "5.33"));
  ExpectState("typo");
  // ha:msc2 goes from [9.2, 36.0] to [13.0, 34.5], which is beyond 12, not
  // beyond 17.5; msc1:msc2 from [-2.5, 21.1] to [0.7, 19.9]: msc2 alone leads.
  EXPECT_THAT(Events(), ElementsAre("RANK_CHANGED msc2",
                                    "IMPORTANCE_CHANGED ha:msc2 by 12",
                                    "SIGNIFICANCE_GAINED msc1:msc2"));
  const Event event = Find("IMPORTANCE_CHANGED ha:msc2 by 12");
  EXPECT_EQ(event.before().class_(), v1::ConclusionClass::HARM);
  EXPECT_EQ(event.after().class_(), v1::ConclusionClass::IMPORTANT_HARM);
  EXPECT_NEAR(event.distance(), 13.0375736615431 - 12, kTolerance);
  EXPECT_EQ(Last().estimate().tau2(), 0);
  EXPECT_EQ(Last().estimate().i2(), 0);
  EXPECT_FALSE(Last().conclusions().heterogeneous());
  EXPECT_FALSE(Last().conclusions().incoherent());
}

TEST_F(ToyNetworkTest, TheEstimatorOfHeterogeneityDecides) {
  for (const char* trial : {"alpha", "beta", "gamma", "delta"}) Submit(trial);
  v1::Trial gamma = trials_.at("gamma");
  v1::Trial delta = trials_.at("delta");
  const auto set_mean = [](const std::string& arm, double mean,
                           v1::Trial* trial) {
    for (v1::Result& result : *trial->mutable_results()) {
      if (result.arms(0) == arm) result.mutable_continuous()->set_mean(mean);
    }
  };
  set_mean("msc1", 25, &gamma);
  set_mean("msc2", 46, &delta);
  Apply(testing::Submit({gamma, delta}));
  for (const char* method : {"DL", "REML", "ML", "PM"}) {
    ExpectState("heterogeneous", method);
  }

  // By ML ha:msc1 is [2.7, 29.0] in place of [-5.1, 36.3], and ha:msc2
  // [0.3, 32.5] in place of [-8.6, 42.5]: ha leaves the best-ranked, which were
  // all. msc1:msc2 goes from 1.36 to 0.59, more than half of itself, and its
  // interval from [-21.6, 24.3] to [-13.7, 14.9], which is within 17.5.
  v1::Analysis by_ml = AnalysisBy(v1::Tau2Method::ML);
  by_ml.set_analysis_id("dl");
  Apply(testing::PutAnalyses({by_ml}));
  EXPECT_THAT(Events(), ElementsAre("MODEL_CHANGED", "RANK_CHANGED msc2",
                                    "SIGNIFICANCE_GAINED ha:msc1",
                                    "SIGNIFICANCE_GAINED ha:msc2",
                                    "IMPORTANCE_CHANGED msc1:msc2 by 17.5",
                                    "EFFECT_SHIFTED msc1:msc2"));
  EXPECT_EQ(Find("MODEL_CHANGED").before().text(), "tau2_method: DL");
  EXPECT_EQ(Find("MODEL_CHANGED").after().text(), "tau2_method: ML");
}

}  // namespace
}  // namespace tidemark
