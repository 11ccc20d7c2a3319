// Which odds ratios binary data bound, and which they leave infinite.
#ifndef TIDEMARK_NMA_EVENT_PARTS_H_
#define TIDEMARK_NMA_EVENT_PARTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "nma/event_study.h"
#include "nma/study.h"

namespace tidemark::nma {

// An arm that takes no part although its study does.
struct LeftOutArm {
  std::string study;
  std::string treatment;
  std::string reason;
};

// A treatment of which nothing can be said.
struct LeftOutTreatment {
  std::string treatment;
  std::string reason;
};

struct LeftOutEvents {
  std::vector<LeftOutTreatment> treatments;  // by name
  std::vector<LeftOutStudy> studies;         // by id
  std::vector<LeftOutArm> arms;              // by study, then treatment
};

// Puts each list in its order.
void SortByName(LeftOutEvents* left_out);

// Treatments whose odds ratios the studies bound on both sides.
struct EventPart {
  std::vector<std::string> treatments;  // T >= 2, sorted by bytes
  std::vector<EventStudy> studies;      // sorted by id
};

struct EventParts {
  std::vector<EventPart> parts;  // ordered by their first treatment
  LeftOutEvents left_out;
};

// Studies of binary arms. FailedPrecondition, naming up to five of the others:
// some give contrasts, which hold no counts.
absl::StatusOr<std::vector<const Study*>> BinaryStudies(
    absl::Span<const Study> studies);

// Divides studies into parts in which the likelihood of logit p = mu_study +
// theta_treatment has a finite maximum. It has none if some direction of (mu,
// theta) never lowers it (Albert & Anderson 1984). An arm without events lets
// theta_t fall against -mu_s, one with only events lets it rise, any other
// allows neither: constraints x_i <= x_j, whose solutions are all constant
// exactly if their graph is strongly connected. So the parts are its strong
// components. Random effects with mean 0 change nothing: for each value of
// theirs the same directions count.
//
// An arm between two components has likelihood 1 in the limit of the infinite
// odds ratio that parts them, and is left out; a study then counts as one of
// the arms that are left. Studies whose arms all have no event, or only events,
// have likelihood 1 as mu_s becomes infinite, whatever theta, and are left out
// first. Requires studies of CheckStudies with binary arms. O(arms), up to
// logarithms.
EventParts DivideByEvents(absl::Span<const Study* const> studies);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_EVENT_PARTS_H_
