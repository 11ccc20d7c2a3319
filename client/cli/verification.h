// Verifies the log of a review from its first entry to its signed head.
#ifndef TIDEMARK_CLIENT_CLI_VERIFICATION_H_
#define TIDEMARK_CLIENT_CLI_VERIFICATION_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/checkpoint.h"
#include "client/client.h"
#include "review/log_verifier.h"

namespace tidemark::cli {

// What the auditor brings along.
struct Trust {
  // The log's key. Empty: the one that comes with the log is believed.
  std::string vkey;
  // A checkpoint seen before, as signed note. Empty: none.
  std::string checkpoint;
};

// What was verified.
struct Verification {
  int64_t entries = 0;
  int64_t estimates = 0;
  int64_t checkpoints = 0;
  double largest_deviation = 0;
  audit::Checkpoint head;
  std::string vkey;
  // Whether `vkey` was the auditor's own.
  bool key_was_trusted = false;
};

// Reads every entry with its evidence from the server and checks it
// (review/log_verifier.h), then the signature and root of the latest checkpoint
// and that of the auditor. DATA_LOSS, naming the sequence or checkpoint: it
// does not verify.
absl::StatusOr<Verification> VerifyOnline(client::Client& client,
                                          const std::string& review,
                                          const Trust& trust);

// The same over a server's data directory, or a copy of it, without a server;
// and every stored checkpoint, the anchor, every stored tree node's root, and
// that nothing is stored that no entry wrote. The key comes from
// DIR/signing-key if the auditor brings none; NOT_FOUND if there is none.
absl::StatusOr<Verification> VerifyData(const std::string& dir,
                                        const std::string& review,
                                        const Trust& trust);

// Checks a signed checkpoint against the verified entries: signature, origin,
// size and root. `what` names it in the error.
absl::StatusOr<audit::Checkpoint> CheckCheckpoint(
    absl::string_view what, absl::string_view note, absl::string_view vkey,
    const review::LogVerifier& verifier);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_VERIFICATION_H_
