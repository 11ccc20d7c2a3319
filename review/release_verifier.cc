#include "review/release_verifier.h"

#include <cstdint>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "audit/leaf.h"
#include "audit/sha256.h"
#include "base/status_macros.h"
#include "review/events_between.h"
#include "review/finding.h"
#include "review/relative_effects.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/finding.pb.h"

namespace tidemark::review {

absl::Status ReleaseVerifier::Add(const audit::Leaf& leaf,
                                  const ReviewState& state) {
  for (const audit::Leaf::AnalysisDigest& digest : leaf.analyses) {
    digests_[digest.analysis][leaf.sequence] = digest.estimate;
  }
  for (const v1::Release& release : state.releases()) {
    if (release.made_at() == leaf.sequence) return Check(release, state);
  }
  return absl::OkStatus();
}

absl::Status ReleaseVerifier::Check(const v1::Release& release,
                                    const ReviewState& state) const {
  const v1::Release* const before = state.FindRelease(release.predecessor());
  int64_t major = 0;
  for (const AnalysisVersion* analysis : state.Analyses(release.sequence())) {
    const std::string& id = analysis->record.analysis().analysis_id();
    ASSIGN_OR_RETURN(
        const std::vector<v1::ConclusionEvent> events,
        EventsBetween([&](int64_t as_of) { return Read(id, as_of, state); },
                      before == nullptr ? 0 : before->sequence(),
                      release.sequence()));
    for (const v1::ConclusionEvent& event : events) {
      major += event.importance() == v1::Importance::MAJOR ? 1 : 0;
    }
  }
  // That conclusions_changed agrees with it the rules have checked.
  if (release.major_events() == major) return absl::OkStatus();
  v1::Finding finding;
  finding.set_sequence(release.made_at());
  finding.set_what(absl::StrCat("events of importance MAJOR that the release ",
                                "says there are"));
  finding.set_expected(absl::StrCat(major));
  finding.set_actual(absl::StrCat(release.major_events()));
  finding.add_records(absl::StrCat("releases/", release.tag()));
  return NotVerified(finding);
}

absl::StatusOr<DeclaredEstimate> ReleaseVerifier::Read(
    const std::string& analysis, int64_t as_of,
    const ReviewState& state) const {
  const auto digests = digests_.find(analysis);
  if (digests == digests_.end()) return absl::NotFoundError("no estimate");
  const auto later = digests->second.upper_bound(as_of);
  if (later == digests->second.begin()) {
    return absl::NotFoundError("no estimate yet");
  }
  const auto& [sequence, digest] = *std::prev(later);
  const absl::StatusOr<std::string> bytes = source_(analysis, sequence);
  // Entry by entry it was there.
  if (absl::IsNotFound(bytes.status())) {
    return absl::DataLossError(bytes.status().message());
  }
  RETURN_IF_ERROR(bytes.status());
  v1::Estimate estimate;
  if (audit::Sha256(*bytes) != digest || !estimate.ParseFromString(*bytes)) {
    return absl::DataLossError(
        absl::StrCat("the estimate of ", analysis, " of sequence ", sequence,
                     " is not the one that its leaf names"));
  }
  FillRelativeEffects(&estimate);
  return Declare(state, std::move(estimate));
}

}  // namespace tidemark::review
