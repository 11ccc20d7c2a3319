#include "audit/ed25519.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
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

// The y of the points whose order divides 8, little-endian in hexadecimal:
// signatures that verify with them take no private key.
constexpr absl::string_view kLowOrder[] = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
};

// y >= p = 2^255 - 19, which encodes the point of y - p once more.
bool IsNotCanonical(absl::string_view y) {
  return static_cast<uint8_t>(y.front()) >= 0xED && y.back() == '\x7F' &&
         y.find_first_not_of('\xFF', 1) == kPublicKeyBytes - 1;
}

// OpenSSL takes these.
bool IsWeak(absl::string_view public_key) {
  std::string y(public_key);
  y.back() = static_cast<char>(y.back() & 0x7F);
  return IsNotCanonical(y) ||
         std::find(std::begin(kLowOrder), std::end(kLowOrder),
                   absl::BytesToHexString(y)) != std::end(kLowOrder);
}

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
  if (public_key.size() == kPublicKeyBytes && IsWeak(public_key)) {
    return absl::InvalidArgumentError(
        "the public key is of low order or not canonical: anybody can sign for "
        "it");
  }
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
