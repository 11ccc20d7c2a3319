// Digests as they come over the wire.
#ifndef TIDEMARK_CLIENT_WIRE_DIGESTS_H_
#define TIDEMARK_CLIENT_WIRE_DIGESTS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/sha256.h"
#include "google/protobuf/repeated_field.h"

namespace tidemark::client {

// The hashes of a proof. DATA_LOSS unless each has 32 bytes.
inline absl::StatusOr<std::vector<audit::Digest>> DigestsFromWire(
    const google::protobuf::RepeatedPtrField<std::string>& hashes) {
  std::vector<audit::Digest> digests;
  digests.reserve(static_cast<size_t>(hashes.size()));
  for (const std::string& hash : hashes) {
    const absl::StatusOr<audit::Digest> digest = audit::DigestFromBytes(hash);
    if (!digest.ok()) return absl::DataLossError(digest.status().message());
    digests.push_back(*digest);
  }
  return digests;
}

}  // namespace tidemark::client

#endif  // TIDEMARK_CLIENT_WIRE_DIGESTS_H_
