#include "review/analysis_inputs.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "audit/big_endian.h"
#include "audit/sha256.h"
#include "base/status_macros.h"
#include "base/version.h"
#include "review/estimate_details.h"
#include "review/estimation.h"
#include "review/protocol.h"
#include "review/review_state.h"
#include "review/select_results.h"
#include "review/status_transition.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {
namespace {

constexpr char kDigestDomain[] = "tidemark inputs v1";

void HashInteger(audit::Sha256Hasher& hasher, uint64_t value) {
  std::string bytes;
  audit::AppendBigEndian(value, 8, &bytes);
  hasher.Update(bytes);
}

void HashText(audit::Sha256Hasher& hasher, absl::string_view text) {
  HashInteger(hasher, text.size());
  hasher.Update(text);
}

void HashVersion(audit::Sha256Hasher& hasher, absl::string_view name,
                 int64_t sequence, const audit::Digest& commitment) {
  HashText(hasher, name);
  HashInteger(hasher, static_cast<uint64_t>(sequence));
  hasher.Update(commitment);
}

bool IsBiasExcluded(const v1::Trial& trial, const v1::Analysis& analysis) {
  const auto& excluded = analysis.filters().exclude_risk_of_bias();
  return std::any_of(trial.risk_of_bias().begin(), trial.risk_of_bias().end(),
                     [&](const v1::RiskOfBias& bias) {
                       return bias.outcome() == analysis.outcome() &&
                              (bias.time_point().empty() ||
                               bias.time_point() == analysis.time_point()) &&
                              std::find(excluded.begin(), excluded.end(),
                                        bias.overall()) != excluded.end();
                     });
}

// Why status or filters keep the trial out; empty if they do not.
std::string ReasonToLeaveOut(const v1::TrialRecord& record,
                             const v1::Analysis& analysis) {
  const v1::Filters& filters = analysis.filters();
  const v1::Trial& trial = record.trial();
  if (!IsUsable(record.status())) {
    return absl::StrCat("status ", v1::TrialStatus::Code_Name(record.status()),
                        record.notice().empty()
                            ? ""
                            : absl::StrCat(" (", record.notice(), ")"));
  }
  if (filters.exclude_concern() &&
      record.status() == v1::TrialStatus::CONCERN) {
    return "filter: expression of concern";
  }
  if (std::find(filters.exclude_trials().begin(),
                filters.exclude_trials().end(),
                trial.trial_id()) != filters.exclude_trials().end()) {
    return "filter: trial excluded";
  }
  if (std::find(filters.exclude_designs().begin(),
                filters.exclude_designs().end(),
                trial.design()) != filters.exclude_designs().end()) {
    return absl::StrCat("filter: design ",
                        v1::Trial::Design_Name(trial.design()));
  }
  if (IsBiasExcluded(trial, analysis)) return "filter: risk of bias";
  return "";
}

// Studies of the analysis, with what the estimate says of each.
struct Inputs {
  std::vector<nma::Study> studies;
  std::map<std::string, v1::StudyUse> uses;
  std::vector<v1::StudyLeftOut> left_out;
};

AnalysisFrame FrameOf(const v1::Review& review, const v1::Analysis& analysis) {
  return {&analysis, FindById(review.outcomes(), analysis.outcome()),
          FindById(review.node_maps(), analysis.node_map())};
}

Inputs SelectInputs(absl::Span<const v1::TrialRecord* const> records,
                    const AnalysisFrame& frame) {
  Inputs inputs;
  for (const v1::TrialRecord* const current : records) {
    const v1::TrialRecord& record = *current;
    const std::string& id = record.trial().trial_id();
    if (!HasData(record.trial(), *frame.analysis)) continue;
    std::string reason = ReasonToLeaveOut(record, *frame.analysis);
    if (reason.empty()) {
      SelectedStudy selected = SelectResults(record.trial(), frame);
      if (selected.study.has_value()) {
        inputs.studies.push_back(*std::move(selected.study));
        v1::StudyUse& use = inputs.uses[id];
        use.set_version(record.version());
        use.mutable_notes()->Add(selected.notes.begin(), selected.notes.end());
        continue;
      }
      reason = std::move(selected.reason);
    }
    v1::StudyLeftOut left_out;
    left_out.set_study(id);
    left_out.set_reason(std::move(reason));
    inputs.left_out.push_back(std::move(left_out));
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

}  // namespace

audit::Digest InputsDigest(const ReviewState& state,
                           const AnalysisVersion& analysis,
                           absl::string_view engine_build) {
  audit::Sha256Hasher hasher;
  HashText(hasher, kDigestDomain);
  HashText(hasher, engine_build);
  HashVersion(hasher, analysis.record.analysis().analysis_id(),
              analysis.record.sequence(), analysis.commitment);
  HashVersion(hasher, "protocol", state.protocol()->sequence,
              state.protocol()->commitment);
  for (const auto& [id, version] : state.trials()) {
    if (!HasData(version->record.trial(), analysis.record.analysis())) continue;
    HashVersion(hasher, id, version->record.sequence(), version->commitment);
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
  if (!estimate.ok()) {
    return absl::Status(estimate.status().code(),
                        absl::StrCat("analysis \"", spec.analysis_id(),
                                     "\": ", estimate.status().message()));
  }
  estimate->set_review_id(review.review_id());
  estimate->set_analysis_id(spec.analysis_id());
  estimate->set_sequence(state.sequence());
  estimate->set_analysis_version(analysis.record.version());
  estimate->set_inputs_digest(
      std::string(audit::AsBytes(InputsDigest(state, analysis))));
  WriteUses(inputs, *estimate);
  return estimate;
}

absl::Status AddAnalysisDetails(const v1::EstimateDetails& details,
                                absl::Span<const v1::TrialRecord> records,
                                const v1::Review& review,
                                const v1::Analysis& analysis,
                                absl::FunctionRef<bool()> cancelled,
                                v1::Estimate* estimate) {
  std::vector<const v1::TrialRecord*> pointers;
  pointers.reserve(records.size());
  for (const v1::TrialRecord& record : records) pointers.push_back(&record);
  std::vector<nma::Study> studies;
  if (NeedsStudies(details)) {
    studies = SelectInputs(pointers, FrameOf(review, analysis)).studies;
  }
  return AddDetails(details, studies, analysis, cancelled, estimate);
}

}  // namespace tidemark::review
