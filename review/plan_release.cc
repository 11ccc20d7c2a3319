#include "review/plan_release.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/status_macros.h"
#include "review/check.h"
#include "review/errors.h"

namespace tidemark::review {
namespace {

constexpr char kDeclared[] = "make_release.declared";
// Enough to see what it is about; `history` and `diff` show all.
constexpr size_t kMostEventsNamed = 10;

std::string InWords(const v1::ConclusionEvent& event) {
  return absl::StrCat(
      v1::ConclusionEvent::Kind_Name(event.kind()), " in ", event.analysis_id(),
      event.first().empty()
          ? ""
          : absl::StrCat(": ", event.first(), " versus ", event.second()));
}

// `between release "2026.1" (sequence 4) and sequence 9`.
std::string SpanOf(const v1::Release* before, const v1::MakeRelease& release) {
  return absl::StrCat(
      "between ",
      before == nullptr
          ? "nothing"
          : absl::StrCat("release \"", before->tag(), "\" (sequence ",
                         before->sequence(), ")"),
      " and sequence ", release.sequence());
}

// What a release declares must be what it says of the events.
absl::Status CheckDeclared(const v1::Release* before,
                           const std::vector<v1::ConclusionEvent>& major,
                           const v1::MakeRelease& release) {
  Violations violations;
  if (release.declared() == v1::ConclusionsChanged::YES &&
      !release.conclusions_changed()) {
    violations.Add(
        kDeclared,
        absl::StrCat("is YES, but no event of importance MAJOR lies ",
                     SpanOf(before, release), "; declare NO or AUTO"));
  }
  if (release.declared() == v1::ConclusionsChanged::NO &&
      release.conclusions_changed()) {
    violations.Add(
        kDeclared,
        absl::StrCat("is NO, but the events of importance MAJOR ",
                     SpanOf(before, release), " are ", release.major_events(),
                     "; declare YES or AUTO, or tag a sequence before them"));
    for (size_t i = 0; i < std::min(major.size(), kMostEventsNamed); ++i) {
      violations.Add(kDeclared, InWords(major[i]));
    }
  }
  return violations.ToStatus();
}

}  // namespace

const v1::Release* ReleaseBefore(const ReviewState& state, int64_t sequence) {
  const v1::Release* before = nullptr;
  for (const v1::Release& release : state.releases()) {
    if (release.sequence() >= sequence) break;
    if (before == nullptr || release.sequence() > before->sequence()) {
      before = &release;
    }
  }
  return before;
}

absl::Status CheckRelease(const ReviewState& state,
                          const v1::MakeRelease& release, int64_t last) {
  Violations violations;
  const std::string& tag = release.tag();
  if (!IsIdentifier(tag) || absl::StrContains(tag, "..")) {
    violations.Add("make_release.tag",
                   absl::StrCat("must be 1-64 characters of a-z 0-9 _ . - "
                                "without `..`, found \"",
                                tag, "\""));
  }
  if (const v1::Release* const taken = state.FindRelease(tag);
      taken != nullptr) {
    violations.Add(
        "make_release.tag",
        absl::StrCat("\"", tag, "\" is the tag of sequence ", taken->sequence(),
                     " since sequence ", taken->made_at(),
                     "; tags never move: use another"));
  }
  if (release.sequence() < 1 || release.sequence() > last) {
    violations.Add("make_release.sequence",
                   absl::StrCat("must be one of 1-", last, ", found ",
                                release.sequence()));
  }
  if (!v1::ConclusionsChanged::Code_IsValid(release.declared())) {
    violations.Add(kDeclared, absl::StrCat("must be YES, NO or AUTO, found ",
                                           release.declared()));
  }
  return violations.ToStatus();
}

absl::Status HoldAgainstEvents(const ReviewState& state,
                               absl::Span<const v1::ConclusionEvent> events,
                               v1::MakeRelease* release) {
  const v1::Release* const before = ReleaseBefore(state, release->sequence());
  std::vector<v1::ConclusionEvent> major;
  for (const v1::ConclusionEvent& event : events) {
    if (event.importance() == v1::Importance::MAJOR) major.push_back(event);
  }
  if (release->declared() == v1::ConclusionsChanged::UNSPECIFIED) {
    release->set_declared(v1::ConclusionsChanged::AUTO);
  }
  release->set_conclusions_changed(!major.empty());
  release->set_major_events(static_cast<int64_t>(major.size()));
  release->set_predecessor(before == nullptr ? "" : before->tag());
  return CheckDeclared(before, major, *release);
}

absl::StatusOr<PlannedChange> PlanMakeRelease(const ReviewState& state,
                                              const v1::Change& change) {
  const v1::MakeRelease& release = change.make_release();
  RETURN_IF_ERROR(CheckRelease(state, release, state.sequence()));
  const v1::Release* const before = ReleaseBefore(state, release.sequence());
  Violations violations;
  if (release.predecessor() != (before == nullptr ? "" : before->tag())) {
    violations.Add(
        "make_release.predecessor",
        absl::StrCat("must be \"", before == nullptr ? "" : before->tag(),
                     "\", found \"", release.predecessor(), "\""));
  }
  if (release.major_events() < 0 ||
      release.conclusions_changed() != (release.major_events() > 0)) {
    violations.Add(
        "make_release.major_events",
        absl::StrCat("must be > 0 if conclusions_changed, else 0, found ",
                     release.major_events()));
  }
  if (release.declared() == v1::ConclusionsChanged::UNSPECIFIED) {
    violations.Add(kDeclared, "must be YES, NO or AUTO, found none");
  }
  RETURN_IF_ERROR(violations.ToStatus());
  RETURN_IF_ERROR(CheckDeclared(before, {}, release));

  PlannedChange plan;
  plan.change = change;
  plan.action = "releases.make";
  plan.resource = absl::StrCat("releases/", release.tag());
  plan.version_after = 1;
  plan.delta.release = release;
  return plan;
}

}  // namespace tidemark::review
