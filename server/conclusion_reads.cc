#include "server/conclusion_reads.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "review/conclusions.h"
#include "review/relative_effects.h"
#include "review/thresholds.h"

namespace tidemark::server {
absl::StatusOr<review::DeclaredEstimate> Declare(
    const review::ReviewState& state, v1::Estimate estimate) {
  const int64_t sequence = estimate.sequence();
  const review::AnalysisVersion* const analysis =
      state.FindAnalysis(estimate.analysis_id(), sequence);
  const review::ProtocolVersion* const protocol = state.ProtocolAsOf(sequence);
  if (analysis == nullptr || protocol == nullptr) {
    return absl::DataLossError(
        absl::StrCat("an estimate of \"", estimate.analysis_id(),
                     "\" is stored at sequence ", sequence,
                     ", before the log knows the analysis"));
  }
  return review::DeclaredEstimate{
      std::move(estimate), &analysis->record.analysis(), &protocol->review};
}

absl::StatusOr<review::DeclaredEstimate> ReadDeclared(
    const LogReader& reader, const review::ReviewState& state,
    const std::string& analysis, int64_t as_of) {
  ASSIGN_OR_RETURN(v1::Estimate estimate, reader.EstimateAsOf(analysis, as_of));
  review::FillRelativeEffects(&estimate);
  return Declare(state, std::move(estimate));
}

v1::Conclusions ConcludeDeclared(const review::DeclaredEstimate& declared) {
  return review::Conclude(
      declared.estimate,
      review::ThresholdsOf(*declared.analysis, *declared.protocol));
}

absl::StatusOr<std::vector<v1::ConclusionEvent>> EventsBetween(
    const LogReader& reader, const review::ReviewState& state,
    const std::string& analysis, int64_t from, int64_t to) {
  const auto after = ReadDeclared(reader, state, analysis, to);
  if (absl::IsNotFound(after.status())) {
    return std::vector<v1::ConclusionEvent>();
  }
  RETURN_IF_ERROR(after.status());
  if (after->estimate.sequence() <= from) {
    return std::vector<v1::ConclusionEvent>();
  }
  if (from == 0) return review::ConclusionEvents(nullptr, *after);
  const auto before = ReadDeclared(reader, state, analysis, from);
  if (absl::IsNotFound(before.status())) {
    return review::ConclusionEvents(nullptr, *after);
  }
  RETURN_IF_ERROR(before.status());
  return review::ConclusionEvents(&*before, *after);
}

}  // namespace tidemark::server
