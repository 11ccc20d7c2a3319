// Ed25519 signatures (RFC 8032 §5.1) of bytes.
#ifndef TIDEMARK_AUDIT_ED25519_H_
#define TIDEMARK_AUDIT_ED25519_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

struct evp_md_ctx_st;  // EVP_MD_CTX of OpenSSL.
struct evp_pkey_st;    // EVP_PKEY of OpenSSL.

namespace tidemark::audit {

// The private key. Keep it out of logs.
using KeySeed = std::array<uint8_t, 32>;

inline constexpr size_t kPublicKeyBytes = 32;
inline constexpr size_t kSignatureBytes = 64;

// A fresh key from the operating system's random numbers; Internal if there
// are none.
absl::StatusOr<KeySeed> GenerateKeySeed();

// Signs with one key. Copyable; const methods are thread-safe.
class SigningKey {
 public:
  // Internal: OpenSSL fails.
  static absl::StatusOr<SigningKey> Create(const KeySeed& seed);

  // kPublicKeyBytes.
  const std::string& public_key() const { return public_key_; }

  // kSignatureBytes. Internal: OpenSSL fails.
  absl::StatusOr<std::string> Sign(absl::string_view message) const;

 private:
  SigningKey() = default;
  std::string public_key_;
  // Ready to sign; each signature is made with a copy. To make one ready costs
  // as much as the signature.
  std::shared_ptr<const evp_md_ctx_st> context_;
};

// Checks signatures of one key. Copyable; const methods are thread-safe.
class PublicKey {
 public:
  // Requires kPublicKeyBytes. InvalidArgument: the key is of low order, or its
  // encoding is not canonical (RFC 8032 §5.1.3). Internal: OpenSSL fails.
  static absl::StatusOr<PublicKey> Create(absl::string_view public_key);

  // Whether `signature` is this key's of `message`.
  bool Verify(absl::string_view message, absl::string_view signature) const;

 private:
  PublicKey() = default;
  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace tidemark::audit

#endif  // TIDEMARK_AUDIT_ED25519_H_
