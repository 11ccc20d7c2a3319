#include "review/plan_parts.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "review/errors.h"

namespace tidemark::review {
namespace {

constexpr size_t kMostResourceBytes = 16384;

}  // namespace

absl::Status CheckVersion(absl::string_view resource, int64_t expected,
                          int64_t current) {
  if (expected == current) return absl::OkStatus();
  return Error(
      absl::StatusCode::kAborted, "VERSION_MISMATCH",
      absl::StrCat(resource, " is at version ", current, ", not ", expected,
                   ": it has changed since you read it; read it again and "
                   "repeat the change"),
      {{"resource", std::string(resource)},
       {"current_version", absl::StrCat(current)},
       {"expected_version", absl::StrCat(expected)}});
}

std::string JoinResources(absl::string_view collection,
                          const std::vector<std::string>& ids) {
  std::string joined;
  for (size_t i = 0; i < ids.size(); ++i) {
    if (joined.size() + ids[i].size() > kMostResourceBytes) {
      return absl::StrCat(joined, " and ", ids.size() - i, " more");
    }
    absl::StrAppend(&joined, joined.empty() ? "" : ",", collection, "/",
                    ids[i]);
  }
  return joined;
}

void NameTrials(const ReviewState& state,
                const std::vector<std::string>& trial_ids,
                PlannedChange& plan) {
  plan.resource = JoinResources("trials", trial_ids);
  if (trial_ids.size() != 1) return;
  plan.version_before = TrialVersionNumber(state, trial_ids[0]);
  plan.version_after =
      plan.version_before + (plan.delta.trials.empty() ? 0 : 1);
}

int64_t TrialVersionNumber(const ReviewState& state,
                           absl::string_view trial_id) {
  const TrialVersion* current = state.FindTrial(trial_id);
  return current == nullptr ? 0 : current->record.version();
}

v1::TrialRecord NextVersion(const ReviewState& state, const v1::Trial& trial) {
  const TrialVersion* current = state.FindTrial(trial.trial_id());
  v1::TrialRecord record;
  if (current != nullptr) record = current->record;
  if (current == nullptr) record.set_status(v1::TrialStatus::INCLUDED);
  *record.mutable_trial() = trial;
  record.set_version(record.version() + 1);
  record.clear_drafts();
  return record;
}

}  // namespace tidemark::review
