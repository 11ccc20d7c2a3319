// SHA-256, the only hash of the audit log.
#ifndef TIDEMARK_AUDIT_SHA256_H_
#define TIDEMARK_AUDIT_SHA256_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

struct evp_md_ctx_st;  // EVP_MD_CTX of OpenSSL.

namespace tidemark::audit {

// The 32 bytes of a SHA-256.
using Digest = std::array<uint8_t, 32>;

// SHA-256 of `data`. Thread-safe.
Digest Sha256(absl::string_view data);

// SHA-256 of a sequence of byte strings, as of their concatenation. Not
// thread-safe. The process ends if OpenSSL has no memory or no SHA-256.
class Sha256Hasher {
 public:
  Sha256Hasher();
  Sha256Hasher(Sha256Hasher&&) = default;
  Sha256Hasher& operator=(Sha256Hasher&&) = default;

  Sha256Hasher& Update(absl::string_view data);
  Sha256Hasher& Update(const Digest& digest);

  // The digest of all that was added; the hasher then starts afresh.
  Digest Finish();

 private:
  struct ContextDeleter {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, ContextDeleter> context_;
};

// The bytes of `digest`, valid as long as it is.
absl::string_view AsBytes(const Digest& digest);

// The digest that these 32 bytes are; InvalidArgument for any other length.
absl::StatusOr<Digest> DigestFromBytes(absl::string_view bytes);

// 64 lower-case hexadecimal digits.
std::string ToHex(const Digest& digest);

// Reads 64 hexadecimal digits; InvalidArgument for anything else.
absl::StatusOr<Digest> DigestFromHex(absl::string_view hex);

}  // namespace tidemark::audit

#endif  // TIDEMARK_AUDIT_SHA256_H_
