// Reads the google.rpc details of a status.
#ifndef TIDEMARK_REVIEW_TESTING_VIOLATIONS_H_
#define TIDEMARK_REVIEW_TESTING_VIOLATIONS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "google/rpc/error_details.pb.h"

namespace tidemark::testing {

// The details of the status; default messages where it has none.
google::rpc::BadRequest BadRequestOf(const absl::Status& status);
google::rpc::ErrorInfo ErrorInfoOf(const absl::Status& status);

// The fields that a BadRequest names, in its order.
std::vector<std::string> FieldsOf(const absl::Status& status);

}  // namespace tidemark::testing

#endif  // TIDEMARK_REVIEW_TESTING_VIOLATIONS_H_
