// The keys of a log, on the wire.
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

inline v1::ListKeysResponse KeysToWire(
    const std::vector<audit::ClaimedKey>& claimed) {
  v1::ListKeysResponse response;
  for (const audit::ClaimedKey& key : claimed) {
    v1::LogKey* const to = response.add_keys();
    to->set_vkey(key.vkey);
    to->set_proof(key.proof);
  }
  return response;
}

}  // namespace tidemark::client

#endif  // TIDEMARK_CLIENT_WIRE_KEYS_H_
