#include "server/log_key.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "audit/note.h"
#include "audit/sha256.h"
#include "base/status_macros.h"

namespace tidemark::server {

absl::StatusOr<audit::Signer> MakeLogSigner(const audit::KeySeed& seed,
                                            absl::string_view review,
                                            int64_t epoch) {
  ASSIGN_OR_RETURN(const audit::Signer unnamed,
                   audit::Signer::Create("tidemark", seed));
  // The last part of a vkey is the public key.
  const std::vector<std::string> parts = absl::StrSplit(unnamed.vkey(), '+');
  const std::string fingerprint = audit::ToHex(audit::Sha256(parts.back()));
  return audit::Signer::Create(
      absl::StrCat("tidemark/", fingerprint.substr(0, 8), "/", review, "/",
                   epoch),
      seed);
}

}  // namespace tidemark::server
