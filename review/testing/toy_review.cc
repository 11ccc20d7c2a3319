#include "review/testing/toy_review.h"

#include <string>
#include <vector>

#include "absl/strings/str_split.h"

namespace tidemark::testing {
namespace {

constexpr char kReview[] = R"pb(
  review_id: "toy"
  title: "A toy"
  treatments { id: "ha" name: "Hyaluronic acid" }
  treatments { id: "msc1" name: "One injection" }
  treatments { id: "msc2" name: "Two injections" }
  treatments { id: "saline" name: "Saline" }
  node_maps {
    id: "fine"
    nodes { id: "ha" }
    nodes { id: "msc1" }
    nodes { id: "msc2" }
    nodes { id: "saline" }
    rules { treatment: "ha" node: "ha" }
    rules { treatment: "msc1" node: "msc1" }
    rules { treatment: "msc2" node: "msc2" }
    rules { treatment: "saline" node: "saline" }
  }
  node_maps {
    id: "coarse"
    nodes { id: "control" }
    nodes { id: "msc" }
    rules { treatment: "ha" node: "control" }
    rules { treatment: "msc1" node: "msc" }
    rules { treatment: "msc2" node: "msc" }
    rules { treatment: "saline" node: "control" time_points: "12m" }
  }
  outcomes {
    id: "pain"
    title: "Pain"
    kind: CONTINUOUS
    direction: LOWER_IS_BETTER
    unit: "points"
    scale_min: 0
    scale_max: 10
    instruments {
      id: "vas"
      scale_min: 0
      scale_max: 100
      direction: LOWER_IS_BETTER
    }
    instruments {
      id: "nrs"
      scale_min: 0
      scale_max: 10
      direction: LOWER_IS_BETTER
    }
    instruments {
      id: "koos"
      scale_min: 0
      scale_max: 100
      direction: HIGHER_IS_BETTER
    }
    thresholds { kind: BETWEEN_GROUPS value: 1 source: "Someone 2012" }
  }
  outcomes { id: "adverse" kind: BINARY direction: LOWER_IS_BETTER }
  outcomes { id: "falls" kind: RATE direction: LOWER_IS_BETTER }
  outcomes { id: "surgery" kind: TIME_TO_EVENT direction: LOWER_IS_BETTER }
  time_points { id: "6m" months: 6 window_from_months: 4 window_to_months: 8 }
  time_points { id: "12m" months: 12 }
)pb";

constexpr char kPainAnalysis[] = R"pb(
  analysis_id: "pain-6m"
  outcome: "pain"
  time_point: "6m"
  node_map: "fine"
  effect_measure: MD
  tau2_method: REML
  level: 0.95
  zero_cells: ONLY0
  increment: 0.5
)pb";

}  // namespace

v1::Review ToyReview() { return FromText<v1::Review>(kReview); }

std::vector<nma::Study> ToyStudies() {
  using Arms = std::vector<nma::ContinuousArm>;
  return {
      {"Alpha", Arms{{"ha", 42, 21, 15}, {"msc1", 30, 20, 15}}},
      {"Beta",
       Arms{{"ha", 40, 18, 8}, {"msc1", 27, 19, 9}, {"msc2", 15, 16, 9}}},
      {"Gamma", Arms{{"placebo", 44, 21, 30}, {"saline", 41, 20, 31}}},
  };
}

v1::Analysis PainAnalysis() { return FromText<v1::Analysis>(kPainAnalysis); }

v1::Analysis AdverseAnalysis() {
  v1::Analysis analysis = PainAnalysis();
  analysis.set_analysis_id("adverse");
  analysis.set_outcome("adverse");
  analysis.set_time_point("any");
  analysis.set_effect_measure(v1::EffectMeasure::OR);
  return analysis;
}

v1::Trial TrialOf(const std::string& id,
                  const std::vector<std::string>& treatments) {
  v1::Trial trial;
  trial.set_trial_id(id);
  trial.set_title(id);
  trial.set_year(2016);
  trial.set_design(v1::Trial::PARALLEL);
  v1::Report* report = trial.add_reports();
  report->set_id("main");
  report->set_citation("Someone, somewhere, 2016");
  for (const std::string& treatment : treatments) {
    v1::Arm* arm = trial.add_arms();
    arm->set_id(treatment);
    arm->set_label(treatment);
    arm->set_treatment(treatment);
  }
  return trial;
}

v1::Trial ToyTrial(const std::string& id) {
  v1::Trial trial = TrialOf(id, {"ha", "msc1"});
  AddPain("ha", "vas", 42, 21, 15, &trial);
  AddPain("msc1", "vas", 30, 20, 16, &trial);
  return trial;
}

v1::Result* AddPain(const std::string& arms, const std::string& instrument,
                    double mean, double sd, int n, v1::Trial* trial) {
  v1::Result* result = trial->add_results();
  result->set_outcome("pain");
  result->set_time_point("6m");
  const std::vector<std::string> ids = absl::StrSplit(arms, '+');
  for (const std::string& arm : ids) result->add_arms(arm);
  result->set_instrument(instrument);
  result->mutable_continuous()->set_value_kind(v1::Continuous::FINAL);
  result->mutable_continuous()->set_mean(mean);
  result->mutable_continuous()->set_sd(sd);
  result->mutable_continuous()->set_n(n);
  result->mutable_source()->set_report("main");
  return result;
}

v1::Result* AddEvents(const std::string& arm, int events, int n,
                      v1::Trial* trial) {
  v1::Result* result = trial->add_results();
  result->set_outcome("adverse");
  result->set_time_point("any");
  result->add_arms(arm);
  result->mutable_binary()->set_events(events);
  result->mutable_binary()->set_n(n);
  result->mutable_source()->set_report("main");
  return result;
}

v1::Contrast* AddContrast(const std::string& first, const std::string& second,
                          double effect, double se, v1::Trial* trial) {
  v1::Contrast* contrast = trial->add_contrasts();
  contrast->set_outcome("pain");
  contrast->set_time_point("6m");
  contrast->set_first(first);
  contrast->set_second(second);
  contrast->set_effect_measure(v1::EffectMeasure::MD);
  contrast->set_effect(effect);
  contrast->set_se(se);
  contrast->mutable_source()->set_report("main");
  return contrast;
}

v1::Change PutReview(const v1::Review& review) {
  v1::Change change;
  *change.mutable_put_review()->mutable_review() = review;
  return change;
}

v1::Change PutAnalyses(const std::vector<v1::Analysis>& analyses) {
  v1::Change change;
  change.mutable_put_analyses();
  for (const v1::Analysis& analysis : analyses) {
    *change.mutable_put_analyses()->add_analyses() = analysis;
  }
  return change;
}

v1::Change Submit(const std::vector<v1::Trial>& trials) {
  v1::Change change;
  change.mutable_submit_trials();
  for (const v1::Trial& trial : trials) {
    *change.mutable_submit_trials()->add_trials()->mutable_trial() = trial;
  }
  return change;
}

v1::Change Correct(const std::string& trial, const std::string& path,
                   const std::string& value) {
  v1::Change change;
  change.mutable_correct_trial()->set_trial_id(trial);
  v1::FieldEdit* edit = change.mutable_correct_trial()->add_edits();
  edit->set_path(path);
  edit->set_value(value);
  return change;
}

v1::Change SetStatus(const std::vector<std::string>& trials,
                     v1::TrialStatus::Code status, const std::string& notice) {
  v1::Change change;
  v1::SetTrialStatus* set = change.mutable_set_trial_status();
  for (const std::string& trial : trials) set->add_trial_ids(trial);
  set->set_status(status);
  set->set_notice(notice);
  return change;
}

}  // namespace tidemark::testing
