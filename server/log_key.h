// The identity of a review's log: its epoch, origin line and signing key.
#ifndef TIDEMARK_SERVER_LOG_KEY_H_
#define TIDEMARK_SERVER_LOG_KEY_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/checkpoint.h"
#include "audit/note.h"

namespace tidemark::server {

// Epoch of logs that no backup was restored into.
inline constexpr int64_t kFirstEpoch = 1;

// The signer of one review's checkpoints. Its name is the origin line,
// `tidemark/KEY/REVIEW/EPOCH`, where KEY is the first 8 hex digits of the
// SHA-256 of the server's public key: two servers never share an origin.
absl::StatusOr<audit::Signer> MakeLogSigner(const audit::KeySeed& seed,
                                            absl::string_view review,
                                            int64_t epoch);

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_LOG_KEY_H_
