#include "server/log_signer.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/checkpoint.h"
#include "audit/merkle.h"
#include "audit/note.h"
#include "audit/sha256.h"
#include "base/status_macros.h"
#include "review/errors.h"

namespace tidemark::server {
namespace {

absl::Status NotTheTree(absl::string_view review, absl::string_view why) {
  return absl::DataLossError(
      absl::StrCat("review \"", review, "\": the anchored checkpoint ", why));
}

}  // namespace

absl::StatusOr<std::unique_ptr<LogSigner>> LogSigner::Load(
    absl::string_view review, audit::Signer signer,
    const storage::AnchoredCheckpoint& anchored, audit::NodeReader node) {
  auto log = absl::WrapUnique(new LogSigner(review, std::move(signer)));
  if (anchored.size == 0) return log;
  ASSIGN_OR_RETURN(const audit::Verifier key,
                   audit::Verifier::Parse(log->signer().vkey()));
  const absl::StatusOr<audit::Checkpoint> checkpoint =
      audit::OpenCheckpoint(anchored.note, key, key.name());
  if (!checkpoint.ok()) {
    return NotTheTree(review, checkpoint.status().message());
  }
  ASSIGN_OR_RETURN(log->tree_, audit::Frontier::Load(checkpoint->size, node));
  const audit::Digest root = log->tree_.Root();
  if (root == checkpoint->root) return log;
  return NotTheTree(review,
                    absl::StrCat("has root ", audit::ToHex(checkpoint->root),
                                 ", the stored nodes ", audit::ToHex(root)));
}

void LogSigner::BeginEpoch(audit::Signer signer) {
  signer_ = std::make_shared<audit::Signer>(std::move(signer));
}

absl::Status LogSigner::Refused(absl::string_view why) const {
  return review::Error(
      absl::StatusCode::kInternal, "NOT_PROVEN",
      absl::StrCat("review \"", review_, "\": the signer refuses a tree that ",
                   "does not follow from its last checkpoint, of size ",
                   tree_.size(), " with root ", audit::ToHex(tree_.Root()),
                   ": ", why),
      {{"review", review_}});
}

absl::Status LogSigner::Append(const storage::Entry& entry,
                               audit::Frontier& tree) const {
  if (entry.review != review_) {
    return Refused(absl::StrCat("an entry is of \"", entry.review, "\""));
  }
  if (entry.sequence != tree.size() + 1) {
    return Refused(absl::StrCat("after sequence ", tree.size(), " comes ",
                                entry.sequence));
  }
  if (tree.Append(audit::LeafHash(entry.leaf)) != entry.nodes) {
    return Refused(absl::StrCat("sequence ", entry.sequence,
                                " would store nodes of another tree"));
  }
  return absl::OkStatus();
}

absl::StatusOr<storage::AnchoredCheckpoint> LogSigner::Sign(
    absl::Span<const storage::Entry* const> entries, const audit::Digest& root,
    const std::shared_ptr<const audit::Signer>& next) {
  audit::Frontier tree = tree_;
  for (const storage::Entry* entry : entries) {
    RETURN_IF_ERROR(Append(*entry, tree));
  }
  const audit::Checkpoint checkpoint = {signer_->name(), tree.size(),
                                        tree.Root()};
  if (checkpoint.root != root) {
    return Refused(absl::StrCat("size ", checkpoint.size, " would have root ",
                                audit::ToHex(root), ", the entries make ",
                                audit::ToHex(checkpoint.root)));
  }
  if (next != nullptr && next->name() != signer_->name()) {
    return Refused(absl::StrCat("the next key is of the log ", next->name()));
  }
  ASSIGN_OR_RETURN(std::string note,
                   audit::SignCheckpoint(checkpoint, *signer_));
  if (next != nullptr) {
    ASSIGN_OR_RETURN(const std::string text,
                     audit::FormatCheckpoint(checkpoint));
    ASSIGN_OR_RETURN(const std::string line, next->SignatureLine(text));
    note += line;
    signer_ = next;
  }
  tree_ = std::move(tree);
  return storage::AnchoredCheckpoint{review_, checkpoint.size, checkpoint.root,
                                     std::move(note)};
}

}  // namespace tidemark::server
