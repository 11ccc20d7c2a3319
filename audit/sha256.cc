#include "audit/sha256.h"

#include <openssl/evp.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace tidemark::audit {
namespace {

void DieUnless(bool succeeded) {
  if (succeeded) return;
  std::fputs("SHA-256 of OpenSSL failed: out of memory or broken install\n",
             stderr);
  std::abort();
}

// Fetched once: a look-up by name costs more than hashing a node.
const EVP_MD* Algorithm() {
  static const EVP_MD* const algorithm = [] {
    const EVP_MD* fetched = EVP_MD_fetch(nullptr, "SHA2-256", nullptr);
    DieUnless(fetched != nullptr);
    return fetched;
  }();
  return algorithm;
}

}  // namespace

void Sha256Hasher::ContextDeleter::operator()(evp_md_ctx_st* context) const {
  EVP_MD_CTX_free(context);
}

Sha256Hasher::Sha256Hasher() : context_(EVP_MD_CTX_new()) {
  DieUnless(context_ != nullptr);
  DieUnless(EVP_DigestInit_ex2(context_.get(), Algorithm(), nullptr) == 1);
}

Sha256Hasher& Sha256Hasher::Update(absl::string_view data) {
  DieUnless(EVP_DigestUpdate(context_.get(), data.data(), data.size()) == 1);
  return *this;
}

Sha256Hasher& Sha256Hasher::Update(const Digest& digest) {
  return Update(AsBytes(digest));
}

Digest Sha256Hasher::Finish() {
  Digest digest;
  DieUnless(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) == 1);
  DieUnless(EVP_DigestInit_ex2(context_.get(), nullptr, nullptr) == 1);
  return digest;
}

Digest Sha256(absl::string_view data) {
  return Sha256Hasher().Update(data).Finish();
}

absl::string_view AsBytes(const Digest& digest) {
  return absl::string_view(reinterpret_cast<const char*>(digest.data()),
                           digest.size());
}

absl::StatusOr<Digest> DigestFromBytes(absl::string_view bytes) {
  Digest digest;
  if (bytes.size() != digest.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("a SHA-256 has 32 bytes, these are ", bytes.size()));
  }
  std::copy(bytes.begin(), bytes.end(), digest.begin());
  return digest;
}

std::string ToHex(const Digest& digest) {
  return absl::BytesToHexString(AsBytes(digest));
}

absl::StatusOr<Digest> DigestFromHex(absl::string_view hex) {
  bool valid = hex.size() == 2 * std::tuple_size<Digest>::value;
  for (const char c : hex) valid = valid && absl::ascii_isxdigit(c);
  if (!valid) {
    return absl::InvalidArgumentError(
        absl::StrCat("a SHA-256 has 64 hexadecimal digits, this is not one: \"",
                     absl::CHexEscape(hex.substr(0, 80)), "\""));
  }
  return DigestFromBytes(absl::HexStringToBytes(hex));
}

}  // namespace tidemark::audit
