#include "server/blame_read.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "audit/leaf.h"
#include "base/status_macros.h"
#include "review/blame.h"
#include "review/errors.h"
#include "server/review_view.h"

namespace tidemark::server {
namespace {

// The versions up to the view's moment, of which there must be one.
absl::StatusOr<std::vector<v1::TrialRecord>> VersionsUpTo(
    const ReviewView& view, const std::string& trial) {
  ASSIGN_OR_RETURN(std::vector<v1::TrialRecord> versions,
                   view.reader.TrialVersions(trial));
  const int64_t first = versions[0].sequence();
  while (!versions.empty() && versions.back().sequence() > view.sequence) {
    versions.pop_back();
  }
  if (!versions.empty()) return versions;
  return review::Error(
      absl::StatusCode::kNotFound, "VERSION_NOT_FOUND",
      absl::StrCat("trial \"", trial, "\" has no version at sequence ",
                   view.sequence, "; its first is of sequence ", first),
      {{"trial", trial}});
}

}  // namespace

absl::Status ReadBlame(const ServiceContext& context,
                       const v1::BlameRequest& request,
                       v1::BlameResponse* response) {
  ASSIGN_OR_RETURN(const ReviewView view,
                   OpenView(context, request.review_id(), request.as_of()));
  ASSIGN_OR_RETURN(const std::vector<v1::TrialRecord> versions,
                   VersionsUpTo(view, request.trial_id()));
  response->set_version(versions.back().version());
  std::map<int64_t, std::string> actions;
  for (v1::BlamedField& field : review::Blame(versions)) {
    std::string& action = actions[field.sequence()];
    if (action.empty()) {
      ASSIGN_OR_RETURN(const audit::Leaf leaf,
                       view.reader.Leaf(field.sequence()));
      action = leaf.action;
    }
    field.set_action(action);
    *response->add_fields() = std::move(field);
  }
  return absl::OkStatus();
}

}  // namespace tidemark::server
