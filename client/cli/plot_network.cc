#include "client/cli/plot_network.h"

#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/status_macros.h"
#include "client/cli/plot_output.h"
#include "client/report/network_figure.h"
#include "nma/study.h"
#include "review/protocol.h"
#include "review/select_results.h"
#include "review/selection.h"
#include "review/study_facts.h"

namespace tidemark::cli {
namespace {

// Of each node of the study, in whole people; nothing if the study gives
// differences or person-time.
class Analysed {
 public:
  void operator()(const std::vector<nma::BinaryArm>& arms) {
    for (const nma::BinaryArm& arm : arms) {
      counts_[arm.treatment] = std::llround(arm.total);
    }
  }
  void operator()(const std::vector<nma::ContinuousArm>& arms) {
    for (const nma::ContinuousArm& arm : arms) {
      counts_[arm.treatment] = std::llround(arm.n);
    }
  }
  template <typename Other>
  void operator()(const Other&) {}

  const std::map<std::string, int64_t>& counts() const { return counts_; }

 private:
  std::map<std::string, int64_t> counts_;
};

review::AnalysisFrame FrameOf(const PlotEstimate& read) {
  review::AnalysisFrame frame;
  frame.analysis = &read.analysis;
  frame.outcome =
      review::FindById(read.protocol.outcomes(), read.analysis.outcome());
  frame.node_map =
      review::FindById(read.protocol.node_maps(), read.analysis.node_map());
  frame.time_point =
      review::FindById(read.protocol.time_points(), read.analysis.time_point());
  return frame;
}

// Participants randomised to the nodes of the study.
std::map<std::string, int64_t> Randomised(const v1::Trial& trial,
                                          const v1::StudyUse& use,
                                          const review::AnalysisFrame& frame) {
  std::map<std::string, int64_t> counts;
  for (const std::string& node : use.treatments()) counts[node] = 0;
  for (const v1::Arm& arm : trial.arms()) {
    const v1::NodeRule* rule = review::FindNodeRule(
        *frame.node_map, arm.treatment(), frame.analysis->time_point());
    if (rule == nullptr || counts.count(rule->node()) == 0) continue;
    counts[rule->node()] += arm.randomised();
  }
  return counts;
}

report::Figure NetworkOf(const PlotEstimate& read,
                         const std::vector<v1::TrialRecord>& records) {
  const review::AnalysisFrame frame = FrameOf(read);
  std::map<std::string, const v1::Trial*> trials;
  for (const v1::TrialRecord& record : records) {
    trials[record.trial().trial_id()] = &record.trial();
  }
  std::vector<report::NetworkStudy> studies;
  bool all_analysed = true;
  bool some_analysed = false;
  for (const v1::StudyUse& use : read.answer.estimate().studies()) {
    const v1::Trial& trial = *trials.at(use.study());
    Analysed analysed;
    const review::SelectedStudy selected = review::SelectResults(trial, frame);
    if (selected.study.has_value()) std::visit(analysed, selected.study->data);
    const bool is_analysed = !analysed.counts().empty();
    all_analysed = all_analysed && is_analysed;
    some_analysed = some_analysed || is_analysed;
    studies.push_back(
        {use.study(),
         is_analysed ? analysed.counts() : Randomised(trial, use, frame),
         review::FactsOf(trial, frame).risk_of_bias});
  }
  return report::DrawNetwork(
      read.answer.estimate(), read.subject, studies,
      all_analysed    ? "analysed"
      : some_analysed ? "analysed (randomised where arms are not reported)"
                      : "randomised");
}

}  // namespace

absl::StatusOr<report::Figure> PlotNetwork(client::Client& client,
                                           const PlotQuestion& question) {
  ASSIGN_OR_RETURN(const PlotEstimate read, ReadPlotEstimate(client, question));
  RETURN_IF_ERROR(CheckTreatments(static_cast<int>(read.subject.nodes.size())));
  ASSIGN_OR_RETURN(const std::vector<v1::TrialRecord> records,
                   client.ListTrials(question.review, read.as_of));
  return NetworkOf(read, records);
}

void AddPlotNetwork(CLI::App& plot, Session& session) {
  CLI::App* const command = plot.add_subcommand(
      "network",
      "Who was compared with whom: studies, participants, risk of bias");
  auto options = std::make_shared<PlotOptions>();
  AddPlotOptions(command, options.get());
  session.OnCommand(command, [&session, options] {
    return ShowFigure(session, *options, PlotNetwork);
  });
}

}  // namespace tidemark::cli
