#include "review/events_between.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace tidemark::review {
absl::StatusOr<DeclaredEstimate> Declare(const ReviewState& state,
                                         v1::Estimate estimate) {
  const int64_t sequence = estimate.sequence();
  const AnalysisVersion* const analysis =
      state.FindAnalysis(estimate.analysis_id(), sequence);
  const ProtocolVersion* const protocol = state.ProtocolAsOf(sequence);
  if (analysis == nullptr || protocol == nullptr) {
    return absl::DataLossError(
        absl::StrCat("an estimate of \"", estimate.analysis_id(),
                     "\" is stored at sequence ", sequence,
                     ", before the log knows the analysis"));
  }
  return DeclaredEstimate{std::move(estimate), &analysis->record.analysis(),
                          &protocol->review};
}

absl::StatusOr<std::vector<v1::ConclusionEvent>> EventsBetween(
    absl::FunctionRef<absl::StatusOr<DeclaredEstimate>(int64_t as_of)> read,
    int64_t from, int64_t to) {
  const auto after = read(to);
  if (absl::IsNotFound(after.status())) {
    return std::vector<v1::ConclusionEvent>();
  }
  RETURN_IF_ERROR(after.status());
  if (after->estimate.sequence() <= from) {
    return std::vector<v1::ConclusionEvent>();
  }
  if (from == 0) return ConclusionEvents(nullptr, *after);
  const auto before = read(from);
  if (absl::IsNotFound(before.status())) {
    return ConclusionEvents(nullptr, *after);
  }
  RETURN_IF_ERROR(before.status());
  return ConclusionEvents(&*before, *after);
}

}  // namespace tidemark::review
