#include "server/review_range.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "review/errors.h"

namespace tidemark::server {

absl::StatusOr<ReviewRange> OpenRange(const ServiceContext& context,
                                      const std::string& review,
                                      const v1::AsOf* from,
                                      const v1::AsOf& to) {
  ASSIGN_OR_RETURN(ReviewView view, OpenView(context, review, to));
  int64_t from_sequence = 0;
  if (from != nullptr) {
    ASSIGN_OR_RETURN(from_sequence, view.reader.Resolve(*from, *view.state));
  }
  if (from_sequence > view.sequence) {
    review::Violations violations;
    violations.Add("from", absl::StrCat("is sequence ", from_sequence,
                                        ", after that of `to`, ", view.sequence,
                                        "; exchange the two"));
    return violations.ToStatus();
  }
  return ReviewRange{from_sequence, std::move(view)};
}

absl::StatusOr<review::ReviewState> StateAt(const storage::ReviewStore& store,
                                            const std::string& review,
                                            const ReviewView& view) {
  if (view.sequence == view.state->sequence()) return *view.state;
  const review::ProtocolVersion* protocol =
      view.state->ProtocolAsOf(view.sequence);
  review::Delta delta;
  delta.protocol = protocol->review;
  delta.protocol_version = protocol->version;
  ASSIGN_OR_RETURN(const std::vector<storage::StoredTrial> trials,
                   store.TrialsAsOf(review, view.sequence));
  for (const storage::StoredTrial& trial : trials) {
    ASSIGN_OR_RETURN(delta.trials.emplace_back(),
                     view.reader.Trial(trial.id, view.sequence));
  }
  for (const review::AnalysisVersion* analysis :
       view.state->Analyses(view.sequence)) {
    delta.analyses.push_back(analysis->record);
  }
  review::EntryContext entry;
  entry.sequence = view.sequence;
  review::ReviewState state;
  state.Apply(delta, entry);
  return state;
}

}  // namespace tidemark::server
