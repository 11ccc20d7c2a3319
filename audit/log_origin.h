// The origin line of a log, which is also the name of its key:
// `tidemark/KEY/REVIEW/EPOCH`.
#ifndef TIDEMARK_AUDIT_LOG_ORIGIN_H_
#define TIDEMARK_AUDIT_LOG_ORIGIN_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/note.h"

namespace tidemark::audit {

// Epoch of logs that no backup was restored into.
inline constexpr int64_t kFirstEpoch = 1;

struct LogOrigin {
  // The first 8 hex digits of the SHA-256 of the public key that the epoch
  // began with: two servers never share an origin.
  std::string key;
  std::string review;
  // >= kFirstEpoch. That of a restored log is greater than the one before.
  int64_t epoch = kFirstEpoch;
};

std::string FormatLogOrigin(const LogOrigin& origin);

// The inverse. InvalidArgument for anything that FormatLogOrigin does not
// write.
absl::StatusOr<LogOrigin> ParseLogOrigin(absl::string_view origin);

// The last part of a vkey: the public key, whatever the name.
absl::string_view PublicPart(absl::string_view vkey);

// The signer of a log that begins an epoch with this key; its name is the
// origin. InvalidArgument if `review` cannot stand in a name (CheckKeyName).
absl::StatusOr<Signer> FirstSignerOf(const KeySeed& seed,
                                     absl::string_view review, int64_t epoch);

}  // namespace tidemark::audit

#endif  // TIDEMARK_AUDIT_LOG_ORIGIN_H_
