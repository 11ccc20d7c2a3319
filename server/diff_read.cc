#include "server/diff_read.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "review/conclusion_events.h"
#include "review/estimate_diff.h"
#include "review/field_values.h"
#include "review/record_diff.h"
#include "review/review_state.h"
#include "server/conclusion_reads.h"
#include "server/log_reader.h"
#include "server/review_range.h"
#include "server/review_view.h"
#include "storage/review_store.h"

namespace tidemark::server {
namespace {

// A version of a record; 0: there is none.
struct Version {
  int64_t number = 0;
  std::vector<review::FieldValue> fields;
};

void AddRecord(const std::string& resource, const Version& before,
               const Version& after, v1::DiffResponse* response) {
  v1::RecordDiff* record = response->add_records();
  record->set_resource(resource);
  record->set_version_before(before.number);
  record->set_version_after(after.number);
  // A new record is all new.
  if (before.number == 0) return;
  for (v1::FieldDiff& field :
       review::DifferingFields(before.fields, after.fields)) {
    *record->add_fields() = std::move(field);
  }
}

void DiffProtocols(const ReviewRange& range, v1::DiffResponse* response) {
  const review::ReviewState& state = *range.view.state;
  const review::ProtocolVersion* before = state.ProtocolAsOf(range.from);
  const review::ProtocolVersion* after =
      state.ProtocolAsOf(range.view.sequence);
  if (before->version == after->version) return;
  AddRecord("review", {before->version, review::FieldsOf(before->review)},
            {after->version, review::FieldsOf(after->review)}, response);
}

void DiffAnalyses(const ReviewRange& range, v1::DiffResponse* response) {
  const review::ReviewState& state = *range.view.state;
  for (const review::AnalysisVersion* after :
       state.Analyses(range.view.sequence)) {
    const std::string& id = after->record.analysis().analysis_id();
    const auto version = [](const review::AnalysisVersion* analysis) {
      return analysis == nullptr
                 ? Version()
                 : Version{analysis->record.version(),
                           review::FieldsOf(analysis->record.analysis())};
    };
    const auto* before = state.FindAnalysis(id, range.from);
    if (before == after) continue;
    AddRecord(absl::StrCat("analyses/", id), version(before), version(after),
              response);
  }
}

absl::StatusOr<Version> ReadTrial(const LogReader& reader,
                                  const std::string& id, int64_t as_of) {
  ASSIGN_OR_RETURN(const v1::TrialRecord record, reader.Trial(id, as_of));
  return Version{record.version(), review::FieldsOfRecord(record)};
}

absl::Status DiffTrials(const storage::ReviewStore& store,
                        const std::string& review, const ReviewRange& range,
                        v1::DiffResponse* response) {
  ASSIGN_OR_RETURN(const std::vector<storage::StoredTrial> old_trials,
                   store.TrialsAsOf(review, range.from));
  std::map<std::string, int64_t> written;
  for (const storage::StoredTrial& trial : old_trials) {
    written[trial.id] = trial.version.sequence;
  }
  ASSIGN_OR_RETURN(const std::vector<storage::StoredTrial> trials,
                   store.TrialsAsOf(review, range.view.sequence));
  for (const storage::StoredTrial& trial : trials) {
    const auto was = written.find(trial.id);
    Version before;
    if (was != written.end()) {
      if (was->second == trial.version.sequence) continue;
      ASSIGN_OR_RETURN(before,
                       ReadTrial(range.view.reader, trial.id, range.from));
    }
    ASSIGN_OR_RETURN(const Version after, ReadTrial(range.view.reader, trial.id,
                                                    range.view.sequence));
    AddRecord(absl::StrCat("trials/", trial.id), before, after, response);
  }
  return absl::OkStatus();
}

absl::Status DiffEstimatesOf(const std::string& analysis,
                             const ReviewRange& range,
                             v1::DiffResponse* response) {
  const ReviewView& view = range.view;
  ASSIGN_OR_RETURN(const int64_t last,
                   view.reader.EstimateSequence(analysis, view.sequence));
  if (last <= range.from) return absl::OkStatus();
  ASSIGN_OR_RETURN(
      const std::optional<review::DeclaredEstimate> before,
      FindDeclared(view.reader, *view.state, analysis, range.from));
  ASSIGN_OR_RETURN(
      const review::DeclaredEstimate after,
      ReadDeclared(view.reader, *view.state, analysis, view.sequence));
  *response->add_estimates() =
      review::DiffEstimates(before.has_value() ? &*before : nullptr, after);
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadDiff(const ServiceContext& context,
                      const v1::DiffRequest& request,
                      v1::DiffResponse* response) {
  const std::string& review = request.review_id();
  ASSIGN_OR_RETURN(const ReviewRange range,
                   OpenRange(context, review, &request.from(), request.to()));
  response->set_from_sequence(range.from);
  response->set_to_sequence(range.view.sequence);
  DiffProtocols(range, response);
  DiffAnalyses(range, response);
  RETURN_IF_ERROR(DiffTrials(*context.store, review, range, response));
  for (const review::AnalysisVersion* analysis :
       range.view.state->Analyses(range.view.sequence)) {
    RETURN_IF_ERROR(DiffEstimatesOf(analysis->record.analysis().analysis_id(),
                                    range, response));
  }
  return absl::OkStatus();
}

}  // namespace tidemark::server
