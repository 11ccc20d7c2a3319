// The keys of a log that is verified.
#ifndef TIDEMARK_CLIENT_CLI_KEY_CHECK_H_
#define TIDEMARK_CLIENT_CLI_KEY_CHECK_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "audit/key_history.h"
#include "review/review_state.h"

namespace tidemark::cli {

// What the log claims of its keys, as far as `trusted` vouches for it: every
// key if that is one of them, older or newer; else that key alone, with which
// then nothing verifies. Errors of review::NotVerified: a claim is not proven,
// or the log was restored from a backup after `trusted` signed.
absl::StatusOr<audit::KeyHistory> TrustKeys(
    absl::string_view trusted, absl::Span<const audit::ClaimedKey> claimed);

// That a log of `size` reaches the key that the auditor trusts, which one of
// `keys` is: a smaller tree is one that older keys sign, which may be stolen or
// of another epoch, and for which that key does not vouch. Errors of
// review::NotVerified.
absl::Status CheckReaches(const audit::KeyHistory& keys,
                          absl::string_view trusted, int64_t size);

// That the entries of a log of `size` name these keys, and no other. Errors of
// review::NotVerified.
absl::Status CheckKeysNamed(const audit::KeyHistory& keys,
                            const std::vector<review::KeyNamed>& named,
                            int64_t size);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_KEY_CHECK_H_
