#include "client/cli/key_check.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "audit/key_history.h"
#include "review/finding.h"
#include "tidemark/v1/finding.pb.h"

namespace tidemark::cli {
namespace {

constexpr absl::string_view kKeys = "the keys of the log";

absl::Status NotVerifiedAt(int64_t sequence, absl::string_view expected,
                           absl::string_view actual) {
  v1::Finding finding =
      review::FindingOf(review::NotVerified(kKeys, expected, actual));
  finding.set_sequence(sequence);
  return review::NotVerified(finding);
}

std::string InWords(absl::string_view vkey, bool restored) {
  return absl::StrCat(restored ? "a restored log with the key " : "the key ",
                      vkey);
}

}  // namespace

absl::StatusOr<audit::KeyHistory> TrustKeys(
    absl::string_view trusted, absl::Span<const audit::ClaimedKey> claimed) {
  const auto keys = audit::KeyHistory::Verify(claimed);
  if (!keys.ok()) {
    return review::NotVerified(kKeys, "each proven by the one before it",
                               keys.status().message());
  }
  const int at = keys->IndexOf(trusted);
  if (at < 0) return audit::KeyHistory::OfOne(trusted);
  const auto last = static_cast<int>(keys->keys().size()) - 1;
  if (keys->SameEpoch(at, last)) return keys;
  return review::NotVerified(
      kKeys, absl::StrCat("one epoch from the trusted key ", trusted, " on"),
      absl::StrCat(
          "a log that was restored from a backup, and now has the key ",
          keys->current().vkey));
}

absl::Status CheckReaches(const audit::KeyHistory& keys,
                          absl::string_view trusted, int64_t size) {
  const int at = keys.IndexOf(trusted);
  const int64_t least =
      at < 0 ? 1 : keys.keys()[static_cast<size_t>(at)].from_size;
  if (size >= least) return absl::OkStatus();
  return review::NotVerified(
      kKeys,
      absl::StrCat("a log that reaches size ", least,
                   ", from which on the trusted key signs"),
      absl::StrCat("size ", size, ", which only an older key signed"));
}

absl::Status CheckKeysNamed(const audit::KeyHistory& keys,
                            const std::vector<review::KeyNamed>& named,
                            int64_t size) {
  // The first key is named by no entry.
  size_t next = 1;
  std::string before = keys.keys().front().vkey;
  for (const review::KeyNamed& entry : named) {
    const bool is_proven = next < keys.keys().size() &&
                           entry.old_vkey == before &&
                           entry.vkey == keys.keys()[next].vkey &&
                           entry.sequence == keys.keys()[next].from_size &&
                           entry.restored == keys.keys()[next].restored;
    if (!is_proven) {
      return NotVerifiedAt(
          entry.sequence, InWords(entry.vkey, entry.restored),
          next < keys.keys().size()
              ? InWords(keys.keys()[next].vkey, keys.keys()[next].restored)
              : "no key that is proven");
    }
    before = entry.vkey;
    ++next;
  }
  if (next == keys.keys().size() || keys.keys()[next].from_size > size) {
    return absl::OkStatus();
  }
  const audit::LogKey& missing = keys.keys()[next];
  return NotVerifiedAt(missing.from_size, "an entry that names no key",
                       InWords(missing.vkey, missing.restored));
}

}  // namespace tidemark::cli
