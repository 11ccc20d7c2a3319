#include "server/estimate_skim.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"

namespace tidemark::server {
namespace {

using google::protobuf::internal::WireFormatLite;

// As much as is read at once.
constexpr size_t kEstimatesARead = 100;

bool IsSkipped(int field) {
  return field == v1::Estimate::kStudiesFieldNumber ||
         field == v1::Estimate::kStudiesLeftOutFieldNumber ||
         field == v1::Estimate::kCommonFieldNumber ||
         field == v1::Estimate::kPScoresFieldNumber;
}

}  // namespace

absl::StatusOr<v1::Estimate> SkimEstimate(absl::string_view bytes) {
  google::protobuf::io::CodedInputStream stream(
      reinterpret_cast<const uint8_t*>(bytes.data()),
      static_cast<int>(bytes.size()));
  std::string kept;
  int begin = 0;
  while (const uint32_t tag = stream.ReadTag()) {
    if (!WireFormatLite::SkipField(&stream, tag)) break;
    const int end = stream.CurrentPosition();
    if (!IsSkipped(WireFormatLite::GetTagFieldNumber(tag))) {
      kept.append(bytes.data() + begin, end - begin);
    }
    begin = end;
  }
  v1::Estimate estimate;
  if (begin == static_cast<int>(bytes.size()) &&
      estimate.ParseFromString(kept)) {
    return estimate;
  }
  return absl::InvalidArgumentError("these bytes are no estimate");
}

absl::Status SkimEstimates(
    const storage::ReviewStore& store, const std::string& review,
    const std::string& analysis, int64_t from, int64_t to,
    absl::FunctionRef<absl::Status(v1::Estimate)> visit) {
  while (from <= to) {
    ASSIGN_OR_RETURN(
        const std::vector<storage::StoredVersion> versions,
        store.EstimateHistory(review, analysis, from, to, kEstimatesARead));
    if (versions.empty()) break;
    for (const storage::StoredVersion& version : versions) {
      absl::StatusOr<v1::Estimate> estimate = SkimEstimate(version.bytes);
      if (!estimate.ok()) {
        return absl::DataLossError(
            absl::StrCat(review, " estimate of ", analysis, " at sequence ",
                         version.sequence, ": the stored bytes are damaged"));
      }
      RETURN_IF_ERROR(visit(*std::move(estimate)));
    }
    from = versions.back().sequence + 1;
  }
  return absl::OkStatus();
}

}  // namespace tidemark::server
