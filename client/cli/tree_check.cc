#include "client/cli/tree_check.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/checkpoint.h"
#include "audit/key_history.h"
#include "audit/merkle.h"
#include "audit/proof.h"
#include "audit/sha256.h"
#include "base/status_macros.h"
#include "review/finding.h"
#include "tidemark/v1/finding.pb.h"

namespace tidemark::cli {
namespace {

// About a checkpoint; `sequence` 0 if no entry can be named.
absl::Status NotVerified(const SignedHead& head, int64_t sequence,
                         absl::string_view what, absl::string_view expected,
                         absl::string_view actual) {
  v1::Finding finding;
  finding.set_sequence(sequence);
  finding.set_checkpoint_size(head.size);
  finding.set_what(std::string(what));
  finding.set_expected(std::string(expected));
  finding.set_actual(std::string(actual));
  return review::NotVerified(finding);
}

std::string InWords(int64_t entries, const audit::Digest& root) {
  return absl::StrCat(entries, " entries with root ", audit::ToHex(root));
}

}  // namespace

SignedHead OpenHead(absl::string_view what, int64_t size,
                    absl::string_view note, const audit::KeyHistory& keys) {
  SignedHead head;
  head.what = what;
  head.size = size;
  const absl::StatusOr<audit::Checkpoint> checkpoint =
      note.empty() ? absl::DataLossError("nothing") : keys.Open(note);
  if (!checkpoint.ok()) {
    head.status = NotVerified(head, 0, what,
                              absl::StrCat("a checkpoint signed by ",
                                           keys.KeyAt(size).verifier.name()),
                              checkpoint.status().message());
  } else if (checkpoint->size != size) {
    head.status = NotVerified(head, 0, what, absl::StrCat("size ", size),
                              absl::StrCat("size ", checkpoint->size));
  } else {
    head.root = checkpoint->root;
  }
  return head;
}

SignedHead OpenHeldHead(absl::string_view note, const audit::KeyHistory& keys) {
  const auto claimed = audit::ReadCheckpointUnverified(note);
  SignedHead head = OpenHead("the checkpoint that you hold",
                             claimed.ok() ? claimed->size : 0, note, keys);
  head.of_log = false;
  return head;
}

SignedHead MissingHead(absl::string_view what, int64_t size,
                       const absl::Status& why) {
  SignedHead head;
  head.what = what;
  head.size = size;
  head.status = NotVerified(head, 0, what, absl::StrCat("one of size ", size),
                            why.message());
  return head;
}

TreeCheck::TreeCheck(std::vector<SignedHead> heads, LeafProver prove)
    : heads_(std::move(heads)), prove_(std::move(prove)) {
  std::stable_sort(
      heads_.begin(), heads_.end(),
      [](const SignedHead& a, const SignedHead& b) { return a.size < b.size; });
}

absl::StatusOr<std::vector<audit::Node>> TreeCheck::Append(
    absl::string_view leaf) {
  // Those of the empty log.
  while (size() == 0 && reached_ < heads_.size() &&
         heads_[reached_].size <= 0) {
    RETURN_IF_ERROR(CheckHead(heads_[reached_++]));
  }
  const audit::Digest hash = audit::LeafHash(leaf);
  unsigned_leaves_.push_back(hash);
  std::vector<audit::Node> nodes = frontier_.Append(hash);
  while (reached_ < heads_.size() && heads_[reached_].size == size()) {
    RETURN_IF_ERROR(CheckHead(heads_[reached_++]));
    unsigned_leaves_.clear();
  }
  return nodes;
}

absl::Status TreeCheck::CheckHead(const SignedHead& head) {
  RETURN_IF_ERROR(head.status);
  const audit::Digest root = frontier_.Root();
  if (head.root == root) return absl::OkStatus();
  const auto count = static_cast<int64_t>(unsigned_leaves_.size());
  const int64_t first = size() - count + 1;
  for (int64_t i = 0; i < count; ++i) {
    RETURN_IF_ERROR(CheckAgainst(head, first + i,
                                 unsigned_leaves_[static_cast<size_t>(i)]));
  }
  return NotVerified(
      head, count == 1 && head.of_log ? first : 0,
      absl::StrCat("root of the entries, by ", head.what,
                   count > 1 ? absl::StrCat("; the bad entry is one of ", first,
                                            " to ", size())
                             : ""),
      audit::ToHex(head.root), audit::ToHex(root));
}

std::optional<audit::Digest> TreeCheck::Proven(const SignedHead& head,
                                               int64_t sequence) const {
  const absl::StatusOr<LeafProof> given = prove_(sequence, head.size);
  if (!given.ok() || !audit::VerifyInclusion(given->leaf_hash, sequence - 1,
                                             head.size, given->proof, head.root)
                          .ok()) {
    return std::nullopt;
  }
  return given->leaf_hash;
}

absl::Status TreeCheck::CheckAgainst(const SignedHead& head, int64_t sequence,
                                     const audit::Digest& hash) const {
  const std::optional<audit::Digest> proven = Proven(head, sequence);
  if (!proven.has_value() || *proven == hash) return absl::OkStatus();
  return NotVerified(head, sequence,
                     absl::StrCat("hash of the leaf, by ", head.what),
                     audit::ToHex(*proven), audit::ToHex(hash));
}

const SignedHead* TreeCheck::NextHead(int64_t sequence) const {
  for (size_t i = reached_; i < heads_.size(); ++i) {
    if (heads_[i].size >= sequence && heads_[i].status.ok()) return &heads_[i];
  }
  return nullptr;
}

absl::Status TreeCheck::CheckLeaf(int64_t sequence,
                                  absl::string_view leaf) const {
  const SignedHead* const head = NextHead(sequence);
  if (head == nullptr) return absl::OkStatus();
  return CheckAgainst(*head, sequence, audit::LeafHash(leaf));
}

std::optional<audit::Digest> TreeCheck::ProvenLeaf(int64_t sequence) const {
  const SignedHead* const head = NextHead(sequence);
  if (head == nullptr) return std::nullopt;
  return Proven(*head, sequence);
}

absl::Status TreeCheck::Finish() {
  for (; reached_ < heads_.size(); ++reached_) {
    const SignedHead& head = heads_[reached_];
    RETURN_IF_ERROR(head.status);
    return NotVerified(head, size() + 1,
                       absl::StrCat("the log does not reach ", head.what,
                                    ": entries were removed"),
                       InWords(head.size, head.root),
                       InWords(size(), frontier_.Root()));
  }
  return absl::OkStatus();
}

}  // namespace tidemark::cli
