// Makes a new signing key the key of every log.
#ifndef TIDEMARK_SERVER_KEY_ROTATION_H_
#define TIDEMARK_SERVER_KEY_ROTATION_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/review_registry.h"
#include "server/roles.h"
#include "storage/key_file.h"
#include "tidemark/v1/admin_service.pb.h"

namespace tidemark::server {

// The new key is in the key file, before the older ones, before any log names
// it; older keys leave the file once every log has the new one. So the machine
// may stop anywhere: what the file begins with is the key that all logs are to
// have, and whichever key a log has is there. A log that cannot be served keeps
// its key, and with it the older keys stay in the file.
//
// One call at a time. Blocks; not on the pool of the live reviews.
class KeyRotation {
 public:
  // The registry must outlive it.
  KeyRotation(storage::KeyFileOptions file, ReviewRegistry* registry)
      : file_(std::move(file)), registry_(registry) {}

  // Appends to every log that can be served an entry that names a new key, by
  // `actor`. If an earlier rotation did not reach one of them, that one is
  // finished instead of making another key. INVALID_ARGUMENT: no reason. Any
  // other error: the rotation is not finished; what it reached stays.
  absl::StatusOr<v1::RotateKeyResponse> Rotate(const std::string& reason,
                                               const Actor& actor);

  // Finishes, at a start, what a rotation before it did not reach. Writes
  // nothing if there is nothing left.
  absl::Status Finish();

 private:
  // Gives every log the first key of the file, and retires the others if all
  // have it.
  absl::StatusOr<v1::RotateKeyResponse> GoOn(const std::string& reason,
                                             const Actor& actor);
  absl::StatusOr<v1::RotatedLog> RotateLog(LiveReview& live,
                                           const std::string& reason,
                                           const Actor& actor);
  bool IsUnfinished();
  absl::Status SetKeys(const storage::KeyRing& keys);

  const storage::KeyFileOptions file_;
  ReviewRegistry* const registry_;
};

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_KEY_ROTATION_H_
