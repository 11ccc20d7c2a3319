#include "tests/faults/small_review.h"

#include <string>

#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/effect_measure.pb.h"
#include "tidemark/v1/review.pb.h"

namespace tidemark::testing {
namespace {

constexpr int kParticipants = 100;
constexpr int kEventsOnPlacebo = 40;

void AddTreatment(const std::string& id, v1::Review& review) {
  v1::Treatment* treatment = review.add_treatments();
  treatment->set_id(id);
  treatment->set_name(id);
  v1::NodeMap* map = review.mutable_node_maps(0);
  v1::Node* node = map->add_nodes();
  node->set_id(id);
  node->set_name(id);
  v1::NodeRule* rule = map->add_rules();
  rule->set_treatment(id);
  rule->set_node(id);
}

void AddArm(const std::string& id, int events, v1::Trial& trial) {
  v1::Arm* arm = trial.add_arms();
  arm->set_id(id);
  arm->set_label(id);
  arm->set_treatment(id);
  arm->set_randomised(kParticipants);
  v1::Result* result = trial.add_results();
  result->set_outcome("death");
  result->set_time_point("any");
  result->add_arms(id);
  result->mutable_binary()->set_events(events);
  result->mutable_binary()->set_n(kParticipants);
  result->mutable_source()->set_report("main");
}

}  // namespace

v1::Change CreateSmallReview(const std::string& review_id) {
  v1::Change change;
  change.mutable_put_review()->set_expected_version(0);
  v1::Review& review = *change.mutable_put_review()->mutable_review();
  review.set_review_id(review_id);
  review.set_title("A small review");
  v1::NodeMap* map = review.add_node_maps();
  map->set_id("arms");
  map->set_title("As randomised");
  AddTreatment("drug", review);
  AddTreatment("placebo", review);
  v1::Outcome* outcome = review.add_outcomes();
  outcome->set_id("death");
  outcome->set_title("Death");
  outcome->set_kind(v1::Outcome::BINARY);
  outcome->set_direction(v1::Outcome::LOWER_IS_BETTER);
  return change;
}

v1::Change PutSmallAnalysis() {
  v1::Change change;
  v1::Analysis* analysis = change.mutable_put_analyses()->add_analyses();
  analysis->set_analysis_id(kSmallAnalysis);
  analysis->set_title("Death");
  analysis->set_outcome("death");
  analysis->set_time_point("any");
  analysis->set_node_map("arms");
  analysis->set_effect_measure(v1::EffectMeasure::OR);
  analysis->set_tau2_method(v1::Tau2Method::DL);
  analysis->set_reference("placebo");
  return change;
}

v1::Trial SmallTrial(const std::string& trial_id, int events) {
  v1::Trial trial;
  trial.set_trial_id(trial_id);
  trial.set_title(trial_id);
  trial.set_year(2020);
  trial.set_design(v1::Trial::PARALLEL);
  v1::Report* report = trial.add_reports();
  report->set_id("main");
  report->set_citation("A report");
  AddArm("drug", events, trial);
  AddArm("placebo", kEventsOnPlacebo, trial);
  return trial;
}

}  // namespace tidemark::testing
