#include "storage/verify_anchor.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/merkle.h"
#include "audit/proof.h"
#include "base/failpoint.h"
#include "base/status_macros.h"

namespace tidemark::storage {
namespace {

// That leaf `index` is stored, hashes to its node and is in the tree.
absl::Status CheckLeaf(const ReviewStore& store, const AnchorCheck& check,
                       int64_t index, audit::NodeReader node) {
  ASSIGN_OR_RETURN(const std::string leaf, store.Leaf(check.review, index + 1));
  ASSIGN_OR_RETURN(const audit::Digest stored, node(0, index));
  if (audit::LeafHash(leaf) != stored) {
    return absl::DataLossError(absl::StrCat(
        "entry ", index + 1, " hashes to ", audit::ToHex(audit::LeafHash(leaf)),
        ", but its leaf in the tree is ", audit::ToHex(stored)));
  }
  ASSIGN_OR_RETURN(const std::vector<audit::Digest> proof,
                   audit::InclusionProof(index, check.store_size, node));
  return audit::VerifyInclusion(stored, index, check.store_size, proof,
                                check.store_root);
}

// That the stored tree is the anchored one, or extends it.
absl::Status CheckTree(const AnchorCheck& check, const audit::Digest& root,
                       audit::NodeReader node) {
  if (check.anchor_size == 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(const audit::Digest stored,
                   audit::RootAt(check.anchor_size, node));
  if (stored != root) {
    return absl::DataLossError(
        absl::StrCat("at that size the store has root ", audit::ToHex(stored)));
  }
  ASSIGN_OR_RETURN(
      const std::vector<audit::Digest> proof,
      audit::ConsistencyProof(check.anchor_size, check.store_size, node));
  return audit::VerifyConsistency(check.anchor_size, root, check.store_size,
                                  check.store_root, proof);
}

absl::Status Check(const ReviewStore& store, const audit::Digest& anchor_root,
                   AnchorCheck* check) {
  ASSIGN_OR_RETURN(check->store_size, store.LogSize(check->review));
  if (check->store_size < check->anchor_size) {
    return absl::DataLossError(absl::StrCat("the store has only ",
                                            check->store_size,
                                            ": acknowledged entries are lost"));
  }
  const auto node = [&](int level, int64_t index) {
    return store.Node(check->review, level, index);
  };
  ASSIGN_OR_RETURN(check->store_root, audit::RootAt(check->store_size, node));
  RETURN_IF_ERROR(CheckTree(*check, anchor_root, node));
  if (TIDEMARK_SEEDED_BUG("skip_rehash")) return absl::OkStatus();
  const int64_t begin =
      std::max<int64_t>(0, check->store_size - kVerifiedLeaves);
  for (int64_t index = begin; index < check->store_size; ++index) {
    RETURN_IF_ERROR(CheckLeaf(store, *check, index, node));
  }
  return absl::OkStatus();
}

// A thing that is missing, or does not fit, is a loss whatever it was called
// where it was found; I/O errors stay what they are.
absl::StatusCode CodeOf(const absl::Status& status) {
  return absl::IsNotFound(status) || absl::IsInvalidArgument(status)
             ? absl::StatusCode::kDataLoss
             : status.code();
}

AnchorCheck CheckAgainst(const ReviewStore& store,
                         const AnchoredCheckpoint& anchored,
                         absl::string_view anchor_path) {
  AnchorCheck check;
  check.review = anchored.review;
  check.anchor_size = anchored.size;
  const absl::Status status = Check(store, anchored.root, &check);
  if (!status.ok()) {
    check.status = absl::Status(
        CodeOf(status),
        absl::StrCat(anchored.review, ": the anchor ", anchor_path, " has ",
                     anchored.size, " entries with root ",
                     audit::ToHex(anchored.root), "; the store ", store.path(),
                     " has ", check.store_size, " entries with root ",
                     audit::ToHex(check.store_root), ": ", status.message()));
  }
  return check;
}

}  // namespace

AnchorCheck VerifyReviewAnchor(const ReviewStore& store, const Anchor& anchor,
                               absl::string_view review) {
  absl::StatusOr<AnchoredCheckpoint> anchored = anchor.Find(review);
  if (!anchored.ok()) {
    anchored =
        AnchoredCheckpoint{std::string(review), 0, audit::EmptyRoot(), ""};
  }
  return CheckAgainst(store, *anchored, anchor.path());
}

absl::StatusOr<std::vector<AnchorCheck>> VerifyAnchor(const ReviewStore& store,
                                                      const Anchor& anchor) {
  ASSIGN_OR_RETURN(const std::vector<std::string> stored, store.Reviews());
  std::set<std::string> reviews(stored.begin(), stored.end());
  for (const AnchoredCheckpoint& anchored : anchor.All()) {
    reviews.insert(anchored.review);
  }
  std::vector<AnchorCheck> checks;
  for (const std::string& review : reviews) {
    checks.push_back(VerifyReviewAnchor(store, anchor, review));
  }
  return checks;
}

}  // namespace tidemark::storage
