#include "client/cli/plot_contributions.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string>

#include "base/status_macros.h"
#include "client/cli/estimate_read.h"
#include "client/cli/plot_output.h"
#include "client/report/contributions_figure.h"
#include "review/study_facts.h"
#include "review/trial_input.h"

namespace tidemark::cli {
namespace {

struct ContributionsOptions {
  PlotOptions plot;
  AskedComparison comparison;
};

// Leaves comparisons with the reference of their component, each versus it.
void KeepThoseWithReference(v1::Estimate* estimate) {
  std::set<std::string> references;
  for (const v1::Heterogeneity& of : estimate->component_heterogeneity()) {
    references.insert(of.reference());
  }
  auto* const comparisons =
      estimate->mutable_contributions()->mutable_comparisons();
  const auto kept = std::remove_if(comparisons->begin(), comparisons->end(),
                                   [&](const v1::ComparisonContributions& of) {
                                     return references.count(of.first()) == 0 &&
                                            references.count(of.second()) == 0;
                                   });
  comparisons->erase(kept, comparisons->end());
  for (v1::ComparisonContributions& of : *comparisons) {
    // Shares have no sign.
    if (references.count(of.first()) == 1) {
      of.mutable_first()->swap(*of.mutable_second());
      for (double& flow : *of.mutable_flows()) flow = -flow;
    }
  }
}

absl::StatusOr<report::RiskOfBiasByStudy> ReadRiskOfBias(
    client::Client& client, const PlotQuestion& question,
    const PlotEstimate& read) {
  ASSIGN_OR_RETURN(const auto protocol,
                   client.GetReview(question.review, read.as_of));
  ASSIGN_OR_RETURN(const auto trials,
                   client.ListTrials(question.review, read.as_of));
  const review::AnalysisFrame frame =
      review::FrameOf(protocol.review(), read.analysis);
  report::RiskOfBiasByStudy risk_of_bias;
  for (const v1::TrialRecord& record : trials) {
    risk_of_bias[record.trial().trial_id()] =
        review::FactsOf(record.trial(), frame).risk_of_bias;
  }
  return risk_of_bias;
}

}  // namespace

absl::StatusOr<report::Figure> PlotContributions(
    client::Client& client, const PlotQuestion& question,
    const AskedComparison& comparison) {
  v1::EstimateDetails details;
  RETURN_IF_ERROR(SetComparison(comparison, details.mutable_contributions()));
  ASSIGN_OR_RETURN(PlotEstimate read,
                   ReadPlotEstimate(client, question, details));
  v1::Estimate& estimate = *read.answer.mutable_estimate();
  RETURN_IF_ERROR(CheckEstimable(estimate));
  if (comparison.first.empty()) KeepThoseWithReference(&estimate);
  ASSIGN_OR_RETURN(const auto risk_of_bias,
                   ReadRiskOfBias(client, question, read));
  return report::DrawContributions(estimate, read.subject, risk_of_bias);
}

void AddPlotContributions(CLI::App& plot, Session& session) {
  CLI::App* const command = plot.add_subcommand(
      "contributions", "Which studies the evidence on comparisons comes from");
  auto options = std::make_shared<ContributionsOptions>();
  AddPlotOptions(command, &options->plot);
  AddComparison(command, &options->comparison);
  session.OnCommand(command, [&session, options] {
    return ShowFigure(
        session, options->plot,
        [&](client::Client& client, const PlotQuestion& question) {
          return PlotContributions(client, question, options->comparison);
        });
  });
}

}  // namespace tidemark::cli
