// The keys of a log, off the wire.
#ifndef TIDEMARK_CLIENT_WIRE_KEYS_H_
#define TIDEMARK_CLIENT_WIRE_KEYS_H_

#include <vector>

#include "audit/key_history.h"
#include "tidemark/v1/audit_service.pb.h"

namespace tidemark::client {

// As they are claimed: audit::KeyHistory::Verify checks them.
inline std::vector<audit::ClaimedKey> KeysFromWire(
    const v1::ListKeysResponse& response) {
  std::vector<audit::ClaimedKey> claimed;
  for (const v1::LogKey& key : response.keys()) {
    claimed.push_back({key.vkey(), key.proof()});
  }
  return claimed;
}

}  // namespace tidemark::client

#endif  // TIDEMARK_CLIENT_WIRE_KEYS_H_
