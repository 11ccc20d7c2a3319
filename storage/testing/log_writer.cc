#include "storage/testing/log_writer.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/checkpoint.h"
#include "audit/leaf.h"
#include "audit/sha256.h"

namespace tidemark::storage {

LogWriter::LogWriter(absl::string_view review, audit::Frontier frontier)
    : review_(review),
      frontier_(std::move(frontier)),
      signer_(audit::Signer::Create(absl::StrCat("test.example/", review),
                                    audit::KeySeed{1})
                  .value()) {}

Entry LogWriter::Append(absl::string_view text) {
  Entry entry;
  entry.review = review_;
  entry.sequence = frontier_.size() + 1;
  entry.salt = std::string(
      audit::AsBytes(audit::Sha256(absl::StrCat("salt ", entry.sequence))));
  entry.change = std::string(text);
  entry.request_id = absl::StrCat("request-", entry.sequence);
  entry.request_digest = audit::Sha256(text);
  audit::Leaf leaf;
  leaf.sequence = entry.sequence;
  leaf.actor = "test";
  leaf.request_id = entry.request_id;
  leaf.change_commitment =
      audit::ChangeCommitment(entry.salt, entry.change).value();
  entry.leaf = audit::EncodeLeaf(leaf).value();
  entry.nodes = frontier_.Append(audit::LeafHash(entry.leaf));
  return entry;
}

SignedCheckpoint LogWriter::Checkpoint() const {
  return {review_, frontier_.size(),
          audit::SignCheckpoint(
              {signer_.name(), frontier_.size(), frontier_.Root()}, signer_)
              .value()};
}

AnchoredCheckpoint LogWriter::Anchored() const {
  return {review_, frontier_.size(), frontier_.Root(), Checkpoint().note};
}

}  // namespace tidemark::storage
