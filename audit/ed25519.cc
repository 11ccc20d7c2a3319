#include "audit/ed25519.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tidemark::audit {
namespace {

struct ContextDeleter {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, ContextDeleter>;

const uint8_t* Bytes(absl::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

std::shared_ptr<EVP_PKEY> Share(EVP_PKEY* key) { return {key, EVP_PKEY_free}; }

}  // namespace

absl::StatusOr<KeySeed> GenerateKeySeed() {
  KeySeed seed;
  if (RAND_priv_bytes(seed.data(), seed.size()) != 1) {
    return absl::InternalError("OpenSSL has no random numbers for a key");
  }
  return seed;
}

absl::StatusOr<SigningKey> SigningKey::Create(const KeySeed& seed) {
  SigningKey signing;
  const std::shared_ptr<EVP_PKEY> key = Share(EVP_PKEY_new_raw_private_key(
      EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
  Context context(EVP_MD_CTX_new());
  signing.public_key_.resize(kPublicKeyBytes);
  size_t length = kPublicKeyBytes;
  if (key == nullptr || context == nullptr ||
      EVP_PKEY_get_raw_public_key(
          key.get(), reinterpret_cast<uint8_t*>(&signing.public_key_[0]),
          &length) != 1 ||
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) !=
          1) {
    return absl::InternalError("OpenSSL cannot make an Ed25519 key");
  }
  signing.context_ = std::move(context);
  return signing;
}

absl::StatusOr<std::string> SigningKey::Sign(absl::string_view message) const {
  std::string signature(kSignatureBytes, '\0');
  size_t length = signature.size();
  const Context context(EVP_MD_CTX_new());
  if (context == nullptr ||
      EVP_MD_CTX_copy_ex(context.get(), context_.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<uint8_t*>(&signature[0]),
                     &length, Bytes(message), message.size()) != 1) {
    return absl::InternalError("OpenSSL cannot sign");
  }
  return signature;
}

absl::StatusOr<PublicKey> PublicKey::Create(absl::string_view public_key) {
  PublicKey key;
  key.key_ = Share(EVP_PKEY_new_raw_public_key(
      EVP_PKEY_ED25519, nullptr, Bytes(public_key), public_key.size()));
  if (key.key_ == nullptr) {
    return absl::InternalError("OpenSSL cannot load an Ed25519 public key");
  }
  return key;
}

bool PublicKey::Verify(absl::string_view message,
                       absl::string_view signature) const {
  const Context context(EVP_MD_CTX_new());
  return signature.size() == kSignatureBytes && context != nullptr &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr,
                              key_.get()) == 1 &&
         EVP_DigestVerify(context.get(), Bytes(signature), signature.size(),
                          Bytes(message), message.size()) == 1;
}

}  // namespace tidemark::audit
