#include "bench/simulated_review.h"

#include <cmath>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/effect_measure.pb.h"
#include "tidemark/v1/review.pb.h"

namespace tidemark::bench {
namespace {

constexpr int kParticipantsAnArm = 100;

void AddTreatment(const std::string& id, v1::Review& review) {
  v1::Treatment* treatment = review.add_treatments();
  treatment->set_id(id);
  treatment->set_name(absl::StrFormat("Treatment %s", id));
  v1::Node* node = review.mutable_node_maps(0)->add_nodes();
  node->set_id(id);
  node->set_name(treatment->name());
  v1::NodeRule* rule = review.mutable_node_maps(0)->add_rules();
  rule->set_treatment(id);
  rule->set_node(id);
}

void AddPain(v1::Review& review) {
  v1::Outcome* outcome = review.add_outcomes();
  outcome->set_id("pain");
  outcome->set_title("Pain");
  outcome->set_kind(v1::Outcome::CONTINUOUS);
  outcome->set_direction(v1::Outcome::LOWER_IS_BETTER);
  outcome->set_scale_max(10);
  v1::Instrument* instrument = outcome->add_instruments();
  instrument->set_id("vas");
  instrument->set_name("Visual analogue scale");
  instrument->set_scale_max(10);
  instrument->set_direction(v1::Outcome::LOWER_IS_BETTER);
}

// `variance` is that of the mean.
void AddArm(absl::string_view treatment, double mean, double variance,
            v1::Trial& trial) {
  const std::string id = absl::AsciiStrToLower(treatment);
  v1::Arm* arm = trial.add_arms();
  arm->set_id(id);
  arm->set_label(id);
  arm->set_treatment(id);
  arm->set_randomised(kParticipantsAnArm);
  v1::Result* result = trial.add_results();
  result->set_outcome("pain");
  result->set_time_point("any");
  result->add_arms(id);
  result->set_instrument("vas");
  v1::Continuous* value = result->mutable_continuous();
  value->set_value_kind(v1::Continuous::FINAL);
  value->set_mean(mean);
  value->set_sd(std::sqrt(variance * kParticipantsAnArm));
  value->set_n(kParticipantsAnArm);
  result->mutable_source()->set_report("main");
  result->mutable_source()->set_locator("table 2");
}

}  // namespace

v1::Change CreateReview(int treatments) {
  v1::Change change;
  change.mutable_put_review()->set_expected_version(0);
  v1::Review& review = *change.mutable_put_review()->mutable_review();
  review.set_review_id(kReviewId);
  review.set_title("A simulated review");
  v1::NodeMap* map = review.add_node_maps();
  map->set_id("treatments");
  map->set_title("Each treatment apart");
  for (int t = 0; t < treatments; ++t) {
    AddTreatment(absl::StrFormat("t%04d", t), review);
  }
  AddPain(review);
  return change;
}

v1::Change PutAnalysis() {
  v1::Change change;
  v1::Analysis* analysis = change.mutable_put_analyses()->add_analyses();
  analysis->set_analysis_id("pain");
  analysis->set_title("Pain");
  analysis->set_outcome("pain");
  analysis->set_time_point("any");
  analysis->set_node_map("treatments");
  analysis->set_effect_measure(v1::EffectMeasure::MD);
  analysis->set_tau2_method(v1::Tau2Method::REML);
  return change;
}

v1::Trial TrialOf(const nma::StudyEffects& study) {
  v1::Trial trial;
  trial.set_trial_id(absl::AsciiStrToLower(study.study));
  trial.set_title(absl::StrFormat("Trial %s", study.study));
  trial.set_year(2020);
  trial.set_design(v1::Trial::PARALLEL);
  v1::Report* report = trial.add_reports();
  report->set_id("main");
  report->set_citation(
      "Simulated, of about the length of a real citation: "
      "authors, title, journal, year, volume and pages.");
  const double variance = study.covariance(0, 0) / 2;
  AddArm(study.treatments[0], 5, variance, trial);
  AddArm(study.treatments[1], 5 + study.effects[0], variance, trial);
  return trial;
}

}  // namespace tidemark::bench
