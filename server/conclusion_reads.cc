#include "server/conclusion_reads.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/status_macros.h"
#include "review/conclusions.h"
#include "review/events_between.h"
#include "review/relative_effects.h"
#include "review/thresholds.h"

namespace tidemark::server {

absl::StatusOr<review::DeclaredEstimate> ReadDeclared(
    const LogReader& reader, const review::ReviewState& state,
    const std::string& analysis, int64_t as_of) {
  ASSIGN_OR_RETURN(v1::Estimate estimate, reader.EstimateAsOf(analysis, as_of));
  review::FillRelativeEffects(&estimate);
  return Declare(state, std::move(estimate));
}

absl::StatusOr<std::optional<review::DeclaredEstimate>> FindDeclared(
    const LogReader& reader, const review::ReviewState& state,
    const std::string& analysis, int64_t as_of) {
  auto declared = ReadDeclared(reader, state, analysis, as_of);
  if (declared.ok()) return *std::move(declared);
  if (absl::IsNotFound(declared.status())) return std::nullopt;
  return declared.status();
}

v1::Conclusions ConcludeDeclared(const review::DeclaredEstimate& declared) {
  return review::Conclude(
      declared.estimate,
      review::ThresholdsOf(*declared.analysis, *declared.protocol));
}

absl::StatusOr<std::vector<v1::ConclusionEvent>> EventsBetween(
    const LogReader& reader, const review::ReviewState& state,
    const std::string& analysis, int64_t from, int64_t to) {
  return review::EventsBetween(
      [&](int64_t as_of) {
        return ReadDeclared(reader, state, analysis, as_of);
      },
      from, to);
}

}  // namespace tidemark::server
