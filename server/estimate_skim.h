// Walks over the estimates of an analysis without reading their studies, which
// are nearly all of their bytes.
#ifndef TIDEMARK_SERVER_ESTIMATE_SKIM_H_
#define TIDEMARK_SERVER_ESTIMATE_SKIM_H_

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "storage/review_store.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::server {

// A stored estimate without studies, those left out, the common-effect model
// and P-scores. InvalidArgument: these bytes are none. O(studies + T²), a few
// nanoseconds a study.
absl::StatusOr<v1::Estimate> SkimEstimate(absl::string_view bytes);

// Calls `visit` with every estimate that the entries `from` ... `to` wrote, in
// their order, until it returns an error, which is passed on. DATA_LOSS, naming
// the sequence: what is stored cannot be read. Holds some of them at a time.
absl::Status SkimEstimates(const storage::ReviewStore& store,
                           const std::string& review,
                           const std::string& analysis, int64_t from,
                           int64_t to,
                           absl::FunctionRef<absl::Status(v1::Estimate)> visit);

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_ESTIMATE_SKIM_H_
