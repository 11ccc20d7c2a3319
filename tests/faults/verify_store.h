// Verifies all that a stopped server stored of a review, trusting its key only.
#ifndef TIDEMARK_TESTS_FAULTS_VERIFY_STORE_H_
#define TIDEMARK_TESTS_FAULTS_VERIFY_STORE_H_

#include <string>

#include "absl/status/status.h"

namespace tidemark::testing {

// LogVerifier over the stored evidence; then that the Merkle nodes are those of
// the leaves, that each checkpoint and the anchor is signed and of this log,
// and that no trial or estimate is stored which no entry wrote. DATA_LOSS
// names the sequence.
absl::Status VerifyStore(const std::string& data_dir,
                         const std::string& review);

}  // namespace tidemark::testing

#endif  // TIDEMARK_TESTS_FAULTS_VERIFY_STORE_H_
