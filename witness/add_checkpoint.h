// The request of the C2SP tlog-witness protocol: POST <prefix>/add-checkpoint.
//
//   old <size of the checkpoint that the witness cosigned last>\n
//   <base64 of a hash of the consistency proof>\n   0 ... 63 lines
//   \n
//   <checkpoint, a signed note>
//
// All functions are thread-safe.
#ifndef TIDEMARK_WITNESS_ADD_CHECKPOINT_H_
#define TIDEMARK_WITNESS_ADD_CHECKPOINT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/sha256.h"

namespace tidemark::witness {

inline constexpr char kAddCheckpointPath[] = "/add-checkpoint";
// Of the answer 409, whose body is the size that the witness has.
inline constexpr char kSizeContentType[] = "text/x.tlog.size";

// A longer body, of a request or of an answer, is refused.
inline constexpr size_t kMaxBodyBytes = 64 << 10;
inline constexpr size_t kMaxProofLines = 63;

struct AddCheckpointRequest {
  int64_t old_size = 0;
  std::vector<audit::Digest> proof;
  std::string note;
};

std::string FormatAddCheckpoint(const AddCheckpointRequest& request);

// The inverse; does not look into the note. InvalidArgument: it has another
// form.
absl::StatusOr<AddCheckpointRequest> ParseAddCheckpoint(absl::string_view body);

// The body of an answer 409: "<size>\n". InvalidArgument: it is none.
absl::StatusOr<int64_t> ParseSizeBody(absl::string_view body);

}  // namespace tidemark::witness

#endif  // TIDEMARK_WITNESS_ADD_CHECKPOINT_H_
