#include "review/analysis_inputs.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "audit/sha256.h"
#include "base/status_macros.h"
#include "base/version.h"
#include "review/detail_inputs.h"
#include "review/estimate_details.h"
#include "review/estimate_writer.h"
#include "review/estimation.h"
#include "review/inputs_digest.h"
#include "review/review_state.h"
#include "review/select_results.h"
#include "review/selection.h"
#include "review/study_facts.h"
#include "review/thresholds.h"
#include "review/trial_input.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {
namespace {

// Studies of the analysis, with what the estimate says of each.
struct Inputs {
  std::vector<nma::Study> studies;
  std::map<std::string, v1::StudyUse> uses;
  std::vector<v1::StudyLeftOut> left_out;
};

Inputs SelectInputs(absl::Span<const v1::TrialRecord* const> records,
                    const AnalysisFrame& frame) {
  Inputs inputs;
  for (const v1::TrialRecord* const record : records) {
    std::optional<SelectedStudy> selected = InputOf(*record, frame);
    if (!selected.has_value()) continue;
    const std::string& id = record->trial().trial_id();
    if (!selected->study.has_value()) {
      v1::StudyLeftOut left_out;
      left_out.set_study(id);
      left_out.set_reason(std::move(selected->reason));
      inputs.left_out.push_back(std::move(left_out));
      continue;
    }
    inputs.studies.push_back(*std::move(selected->study));
    WriteUse(*record, *selected, &inputs.uses[id]);
  }
  return inputs;
}

void WriteUses(const Inputs& inputs, v1::Estimate& estimate) {
  for (v1::StudyUse& use : *estimate.mutable_studies()) {
    const v1::StudyUse& known = inputs.uses.at(use.study());
    use.set_version(known.version());
    *use.mutable_notes() = known.notes();
  }
  for (const v1::StudyLeftOut& left_out : inputs.left_out) {
    *estimate.add_studies_left_out() = left_out;
  }
  std::sort(estimate.mutable_studies_left_out()->begin(),
            estimate.mutable_studies_left_out()->end(),
            [](const v1::StudyLeftOut& a, const v1::StudyLeftOut& b) {
              return a.study() < b.study();
            });
}

DetailInputs DetailInputsOf(absl::Span<const v1::TrialRecord> records,
                            const v1::Review& review,
                            const v1::Analysis& analysis) {
  const AnalysisFrame frame = FrameOf(review, analysis);
  std::vector<const v1::TrialRecord*> pointers;
  pointers.reserve(records.size());
  for (const v1::TrialRecord& record : records) pointers.push_back(&record);
  DetailInputs inputs;
  inputs.studies = SelectInputs(pointers, frame).studies;
  for (const v1::TrialRecord& record : records) {
    inputs.facts[record.trial().trial_id()] = FactsOf(record.trial(), frame);
  }
  inputs.analysis = analysis;
  inputs.thresholds = ThresholdsOf(analysis, review);
  inputs.node_map = *frame.node_map;
  return inputs;
}

}  // namespace

audit::Digest InputsDigest(const ReviewState& state,
                           const AnalysisVersion& analysis,
                           absl::string_view engine_build) {
  InputsHasher hasher(state, analysis, engine_build);
  for (const auto& [id, version] : state.trials()) {
    if (!HasData(version->record.trial(), analysis.record.analysis())) continue;
    hasher.Add(*version);
  }
  return hasher.Finish();
}

std::vector<std::string> UpdateInputs(const ReviewState& state,
                                      absl::string_view engine_build,
                                      InputsDigests& before) {
  std::vector<std::string> moved;
  for (const AnalysisVersion* analysis : state.Analyses()) {
    const std::string& id = analysis->record.analysis().analysis_id();
    const audit::Digest digest = InputsDigest(state, *analysis, engine_build);
    const auto [at, is_new] = before.emplace(id, digest);
    if (!is_new && at->second == digest) continue;
    at->second = digest;
    moved.push_back(id);
  }
  return moved;
}

absl::StatusOr<v1::Estimate> EstimateAnalysis(const ReviewState& state,
                                              const AnalysisVersion& analysis) {
  const v1::Review& review = state.protocol()->review;
  const v1::Analysis& spec = analysis.record.analysis();
  const AnalysisFrame frame = FrameOf(review, spec);
  std::vector<const v1::TrialRecord*> records;
  records.reserve(state.trials().size());
  for (const auto& [id, version] : state.trials()) {
    records.push_back(&version->record);
  }
  const Inputs inputs = SelectInputs(records, frame);
  absl::StatusOr<v1::Estimate> estimate = EstimateStudies(
      inputs.studies, spec,
      frame.outcome->direction() == v1::Outcome::LOWER_IS_BETTER);
  RETURN_IF_ERROR(InAnalysis(spec, estimate.status()));
  WriteIdentity(state, analysis, InputsDigest(state, analysis), &*estimate);
  WriteUses(inputs, *estimate);
  return estimate;
}

absl::Status AddAnalysisDetails(const v1::EstimateDetails& details,
                                absl::Span<const v1::TrialRecord> records,
                                const v1::Review& review,
                                const v1::Analysis& analysis,
                                absl::FunctionRef<bool()> cancelled,
                                v1::Estimate* estimate) {
  DetailInputs inputs;
  if (NeedsStudies(details)) {
    inputs = DetailInputsOf(records, review, analysis);
  }
  return AddDetails(details, inputs, cancelled, estimate);
}

}  // namespace tidemark::review
