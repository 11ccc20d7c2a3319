// What a verification is given, and what it says.
#ifndef TIDEMARK_CLIENT_CLI_VERIFICATION_H_
#define TIDEMARK_CLIENT_CLI_VERIFICATION_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "audit/checkpoint.h"
#include "client/cli/witness_quorum.h"

namespace tidemark::cli {

// What the auditor brings along.
struct Trust {
  // The log's key. Absent: the one that comes with the log is believed.
  std::optional<std::string> vkey;
  // Checkpoints seen before, as signed notes. One that is none does not verify.
  std::vector<std::string> checkpoints;
  QuorumRule quorum;
};

// What was verified.
struct Verification {
  // Whether the entries were: what follows is 0 if they were not.
  bool deep = false;
  int64_t entries = 0;
  int64_t estimates = 0;
  double largest_deviation = 0;
  // Entries whose words were erased, each with the entry that says so.
  std::map<int64_t, int64_t> redactions;

  // Signed, and of this log.
  int64_t checkpoints = 0;
  audit::Checkpoint head;
  // The signed note of `head`: what an auditor keeps for the next time.
  std::string checkpoint;
  std::string vkey;
  // Whether `vkey` was the auditor's own.
  bool key_was_trusted = false;

  // A checkpoint that `head` extends. Absent if no witness was asked for.
  std::optional<WitnessQuorum> quorum;
};

// Told after every entry how many are done.
using Progress = std::function<void(int64_t done, int64_t total)>;

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_VERIFICATION_H_
