// The proof of an entry, for a file that verifies without a server.
#ifndef TIDEMARK_CLIENT_PROVE_H_
#define TIDEMARK_CLIENT_PROVE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "client/client.h"

namespace tidemark::client {

// The C2SP tlog-proof@v1 (audit/tlog_proof.h) of entry `sequence` in the tree
// of the latest checkpoint, verified against the key that `client` holds of the
// log. OUT_OF_RANGE: there is no such entry. FAILED_PRECONDITION: `client` does
// not verify. DATA_LOSS: what the server gives proves nothing. Three RPCs and
// their checks.
absl::StatusOr<std::string> Prove(Client& client, const std::string& review_id,
                                  int64_t sequence);

// The same of an entry whose leaf is known, in the tree of the signed
// checkpoint `note`, verified against its key `vkey`. DATA_LOSS, besides: that
// is not the entry's leaf. One RPC and its check.
absl::StatusOr<std::string> ProveLeaf(Client& client,
                                      const std::string& review_id,
                                      int64_t sequence, const std::string& leaf,
                                      const std::string& note,
                                      const std::string& vkey);

}  // namespace tidemark::client

#endif  // TIDEMARK_CLIENT_PROVE_H_
