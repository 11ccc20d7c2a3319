// Asks a witness over HTTP for cosignatures (C2SP tlog-witness).
#ifndef TIDEMARK_WITNESS_WITNESS_CLIENT_H_
#define TIDEMARK_WITNESS_WITNESS_CLIENT_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "witness/add_checkpoint.h"
#include "witness/witness.h"

namespace tidemark::witness {

// Keeps its connection between requests. Thread-compatible.
class WitnessClient {
 public:
  // `url` is the submission prefix: http:// or https://, a host, maybe a port
  // and a path. INVALID_ARGUMENT: it has another form.
  static absl::StatusOr<std::unique_ptr<WitnessClient>> Create(
      absl::string_view url);

  virtual ~WitnessClient() = default;

  // What it answers, whatever the code. UNAVAILABLE: nothing, or not in time
  // (2 s to connect, 5 s between bytes), or more than kMaxBodyBytes.
  virtual absl::StatusOr<Answer> AddCheckpoint(
      const AddCheckpointRequest& request) = 0;

  // Ends a request that another thread makes. Thread-safe.
  virtual void Cancel() = 0;
};

}  // namespace tidemark::witness

#endif  // TIDEMARK_WITNESS_WITNESS_CLIENT_H_
