// Verifies the log of a review from its first entry to its signed head.
#ifndef TIDEMARK_CLIENT_CLI_VERIFICATION_H_
#define TIDEMARK_CLIENT_CLI_VERIFICATION_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/checkpoint.h"
#include "client/client.h"
#include "review/log_verifier.h"

namespace tidemark::cli {

// What the auditor brings along.
struct Trust {
  // The log's key. Absent: the one that comes with the log is believed.
  std::optional<std::string> vkey;
  // A checkpoint seen before, as signed note. One that is none does not verify.
  std::optional<std::string> checkpoint;
};

// What was verified.
struct Verification {
  int64_t entries = 0;
  int64_t estimates = 0;
  int64_t checkpoints = 0;
  double largest_deviation = 0;
  audit::Checkpoint head;
  // The signed note of `head`: what an auditor keeps for the next time.
  std::string checkpoint;
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

// Checks a signed checkpoint against the verified entries: signature, origin,
// size and root. `what` names it in the error.
absl::StatusOr<audit::Checkpoint> CheckCheckpoint(
    absl::string_view what, absl::string_view note, absl::string_view vkey,
    const review::LogVerifier& verifier);

// Fills in what every verification ends with and checks it: the head, whose
// checkpoint is `note`, and the checkpoint that the auditor holds. Requires
// `verification.vkey`.
absl::Status CheckHead(absl::string_view note, const Trust& trust,
                       const review::LogVerifier& verifier,
                       Verification& verification);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_VERIFICATION_H_
