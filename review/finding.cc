#include "review/finding.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/leaf.h"
#include "tidemark/v1/change.pb.h"

namespace tidemark::review {
namespace {

constexpr absl::string_view kPayload =
    "type.googleapis.com/tidemark.v1.Finding";

std::string InWords(const v1::Finding& finding) {
  std::string text;
  const auto part = [&text](absl::string_view more) {
    absl::StrAppend(&text, text.empty() || more.empty() ? "" : ": ", more);
  };
  part(PlaceOf(finding));
  part(finding.what());
  if (finding.expected().empty()) {
    part(finding.actual());
  } else {
    part(absl::StrCat("expected ", finding.expected(), ", found ",
                      finding.actual()));
  }
  return text;
}

void AddResourcesOf(const v1::Change& change, v1::Finding& finding) {
  const auto add = [&finding](absl::string_view collection,
                              absl::string_view id) {
    finding.add_records(absl::StrCat(collection, "/", id));
  };
  if (change.has_put_review()) finding.add_records("review");
  for (const v1::Analysis& analysis : change.put_analyses().analyses()) {
    add("analyses", analysis.analysis_id());
  }
  for (const v1::SubmittedTrial& submitted : change.submit_trials().trials()) {
    add("trials", submitted.trial().trial_id());
  }
  if (change.has_correct_trial()) {
    add("trials", change.correct_trial().trial_id());
  }
  for (const std::string& id : change.set_trial_status().trial_ids()) {
    add("trials", id);
  }
  for (const v1::DraftName& draft : change.approve_drafts().drafts()) {
    add("trials", draft.trial_id());
  }
  if (change.has_adjudicate_trial()) {
    add("trials", change.adjudicate_trial().trial_id());
  }
  if (change.has_set_policy()) finding.add_records("policy");
  if (change.has_make_release()) add("releases", change.make_release().tag());
  if (change.has_set_living_mode()) finding.add_records("living_mode");
  if (change.has_record_runs()) finding.add_records("runs");
  if (change.has_report_overdue()) finding.add_records("living_mode");
  for (const int64_t sequence : change.redact_changes().sequences()) {
    add("entries", absl::StrCat(sequence));
  }
}

}  // namespace

std::string PlaceOf(const v1::Finding& finding) {
  if (finding.sequence() > 0) {
    return absl::StrCat("sequence ", finding.sequence());
  }
  if (finding.checkpoint_size() > 0) {
    return absl::StrCat("checkpoint of size ", finding.checkpoint_size());
  }
  return "";
}

absl::Status NotVerified(const v1::Finding& finding) {
  absl::Status status = absl::DataLossError(InWords(finding));
  status.SetPayload(kPayload, absl::Cord(finding.SerializeAsString()));
  return status;
}

absl::Status NotVerified(absl::string_view what, absl::string_view expected,
                         absl::string_view actual) {
  v1::Finding finding;
  finding.set_what(std::string(what));
  finding.set_expected(std::string(expected));
  finding.set_actual(std::string(actual));
  return NotVerified(finding);
}

v1::Finding FindingOf(const absl::Status& status) {
  v1::Finding finding;
  const auto payload = status.GetPayload(kPayload);
  if (payload.has_value() && finding.ParseFromString(std::string(*payload))) {
    return finding;
  }
  finding.Clear();
  finding.set_actual(std::string(status.message()));
  return finding;
}

absl::Status Within(absl::string_view where, const absl::Status& status) {
  if (status.ok()) return status;
  v1::Finding finding = FindingOf(status);
  finding.set_what(
      absl::StrCat(where, finding.what().empty() ? "" : ": ", finding.what()));
  return NotVerified(finding);
}

void AddRecords(absl::string_view leaf_bytes, absl::string_view salt,
                absl::string_view change_bytes, v1::Finding& finding) {
  v1::Change change;
  if (change.ParseFromString(std::string(change_bytes))) {
    AddResourcesOf(change, finding);
  }
  const absl::StatusOr<audit::Leaf> leaf = audit::DecodeLeaf(leaf_bytes);
  if (!leaf.ok()) return;
  const auto commitment = audit::ChangeCommitment(salt, change_bytes);
  const bool committed =
      commitment.ok() && *commitment == leaf->change_commitment;
  // Of the server's own log only the leaf names a resource.
  if (committed && finding.records_size() > 0) return;
  const auto& records = finding.records();
  if (std::find(records.begin(), records.end(), leaf->resource) ==
      records.end()) {
    finding.add_records(leaf->resource);
  }
}

void AddEstimate(absl::string_view analysis, int64_t sequence,
                 v1::Finding& finding) {
  auto& all = *finding.mutable_estimates();
  auto found = std::find_if(all.begin(), all.end(),
                            [&](const v1::ConcernedEstimates& estimates) {
                              return estimates.analysis_id() == analysis;
                            });
  if (found == all.end()) {
    v1::ConcernedEstimates* const added = all.Add();
    added->set_analysis_id(std::string(analysis));
    added->set_first_sequence(sequence);
    found = all.end() - 1;
  }
  found->set_last_sequence(sequence);
  found->set_count(found->count() + 1);
}

}  // namespace tidemark::review
