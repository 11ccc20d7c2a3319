#include "audit/log_origin.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "audit/note.h"
#include "audit/sha256.h"
#include "base/status_macros.h"

namespace tidemark::audit {
namespace {

constexpr size_t kFingerprintDigits = 8;

}  // namespace

std::string FormatLogOrigin(const LogOrigin& origin) {
  return absl::StrCat("tidemark/", origin.key, "/", origin.review, "/",
                      origin.epoch);
}

absl::StatusOr<LogOrigin> ParseLogOrigin(absl::string_view origin) {
  const std::vector<std::string> parts = absl::StrSplit(origin, '/');
  LogOrigin parsed;
  if (parts.size() == 4 && absl::SimpleAtoi(parts[3], &parsed.epoch) &&
      parsed.epoch >= kFirstEpoch && !parts[2].empty() &&
      parts[1].size() == kFingerprintDigits) {
    parsed.key = parts[1];
    parsed.review = parts[2];
    if (FormatLogOrigin(parsed) == origin) return parsed;
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "the origin must be tidemark/KEY/REVIEW/EPOCH, found \"", origin, "\""));
}

absl::string_view PublicPart(absl::string_view vkey) {
  // Neither the name nor the ID holds a "+", but base64 does.
  return vkey.substr(vkey.find('+', vkey.find('+') + 1) + 1);
}

absl::StatusOr<Signer> FirstSignerOf(const KeySeed& seed,
                                     absl::string_view review, int64_t epoch) {
  ASSIGN_OR_RETURN(const Signer unnamed, Signer::Create("tidemark", seed));
  const std::string fingerprint = ToHex(Sha256(PublicPart(unnamed.vkey())));
  const LogOrigin origin = {fingerprint.substr(0, kFingerprintDigits),
                            std::string(review), epoch};
  return Signer::Create(FormatLogOrigin(origin), seed);
}

}  // namespace tidemark::audit
