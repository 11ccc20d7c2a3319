// Bytes that are stored and hashed.
#ifndef TIDEMARK_SERVER_STORED_BYTES_H_
#define TIDEMARK_SERVER_STORED_BYTES_H_

#include <string>

#include "absl/status/statusor.h"
#include "google/protobuf/message_lite.h"

namespace tidemark::server {

// The serialised message, maps in the order of their keys. Written once: what
// is stored is hashed, never serialised again.
std::string StoredBytes(const google::protobuf::MessageLite& message);

// audit::kSaltBytes fresh random bytes. Internal: the system has none.
absl::StatusOr<std::string> RandomSalt();

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_STORED_BYTES_H_
