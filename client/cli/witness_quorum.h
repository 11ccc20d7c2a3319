// How many of the witnesses that an auditor trusts saw one history.
#ifndef TIDEMARK_CLIENT_CLI_WITNESS_QUORUM_H_
#define TIDEMARK_CLIENT_CLI_WITNESS_QUORUM_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "audit/checkpoint.h"
#include "audit/cosignature.h"

namespace tidemark::cli {

// What the auditor asks for. The keys are the auditor's own: a server could
// name witnesses that it runs itself.
struct QuorumRule {
  // 0: no witness is asked for.
  int least = 0;
  std::vector<audit::WitnessKey> witnesses;
};

// A checkpoint that at least so many cosigned.
struct WitnessQuorum {
  struct Cosigned {
    std::string name;
    std::string vkey;
    int64_t unix_seconds = 0;
  };
  audit::Checkpoint checkpoint;
  std::vector<Cosigned> witnesses;
};

// The largest checkpoint of the log `origin` among `notes` that enough of the
// witnesses cosigned. What a note says of other logs, or with a bad
// cosignature, counts for nothing. DATA_LOSS with a finding (review/finding.h):
// there is none; it names the witnesses that are missing.
absl::StatusOr<WitnessQuorum> FindQuorum(absl::Span<const std::string> notes,
                                         absl::string_view origin,
                                         const QuorumRule& rule);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_WITNESS_QUORUM_H_
