// A review as it was at a moment: where every read of one starts.
#ifndef TIDEMARK_SERVER_REVIEW_VIEW_H_
#define TIDEMARK_SERVER_REVIEW_VIEW_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "review/review_state.h"
#include "server/log_reader.h"
#include "server/service_context.h"
#include "tidemark/v1/read_service.pb.h"

namespace tidemark::server {

struct ReviewView {
  std::shared_ptr<const review::ReviewState> state;
  LogReader reader;
  int64_t epoch = 0;
  int64_t head = 0;
  // What the moment resolves to.
  int64_t sequence = 0;
};

// Errors: those of ReviewRegistry::Find and LogReader::Resolve.
absl::StatusOr<ReviewView> OpenView(const ServiceContext& context,
                                    const std::string& review,
                                    const v1::AsOf& as_of);

// NOT_FOUND: the review has no such analysis at the moment asked for.
absl::Status UnknownAnalysis(absl::string_view analysis);

// UnknownAnalysis unless the log knows the analysis, now.
absl::Status CheckAnalysis(const ReviewView& view, const std::string& analysis);

// Adds the trial to `later` if it changed after `sequence`.
void NoteLater(const review::ReviewState& state, const std::string& trial,
               int64_t sequence,
               google::protobuf::RepeatedPtrField<v1::KnownLater>* later);

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_REVIEW_VIEW_H_
