// Proofs, against the definitions of RFC 6962 §2.1 taken word by word.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "audit/merkle.h"
#include "audit/proof.h"
#include "audit/testing/memory_tree.h"
#include "tests/fuzz/byte_source.h"
#include "tests/fuzz/fuzz_check.h"

namespace tidemark::testing {
namespace {

using audit::Digest;
using Hashes = absl::Span<const Digest>;

// The largest power of two below n. Requires n > 1.
int64_t SplitOf(int64_t n) {
  int64_t k = 1;
  while (k <= (n - 1) / 2) k *= 2;
  return k;
}

Digest Mth(Hashes leaves) {
  if (leaves.empty()) return audit::EmptyRoot();
  if (leaves.size() == 1) return leaves[0];
  const auto k =
      static_cast<size_t>(SplitOf(static_cast<int64_t>(leaves.size())));
  return audit::NodeHash(Mth(leaves.subspan(0, k)), Mth(leaves.subspan(k)));
}

std::vector<Digest> Path(size_t m, Hashes leaves) {
  if (leaves.size() == 1) return {};
  const auto k =
      static_cast<size_t>(SplitOf(static_cast<int64_t>(leaves.size())));
  std::vector<Digest> path =
      m < k ? Path(m, leaves.subspan(0, k)) : Path(m - k, leaves.subspan(k));
  path.push_back(m < k ? Mth(leaves.subspan(k)) : Mth(leaves.subspan(0, k)));
  return path;
}

std::vector<Digest> SubProof(size_t m, Hashes leaves, bool whole) {
  if (m == leaves.size()) {
    return whole ? std::vector<Digest>() : std::vector<Digest>{Mth(leaves)};
  }
  const auto k =
      static_cast<size_t>(SplitOf(static_cast<int64_t>(leaves.size())));
  std::vector<Digest> proof = m <= k
                                  ? SubProof(m, leaves.subspan(0, k), whole)
                                  : SubProof(m - k, leaves.subspan(k), false);
  proof.push_back(m <= k ? Mth(leaves.subspan(k)) : Mth(leaves.subspan(0, k)));
  return proof;
}

// The root that a proof of inclusion leads to, by the definition of PATH read
// backwards; nothing if it is too short or too long.
std::optional<Digest> RootOfPath(const Digest& leaf, int64_t m, int64_t n,
                                 Hashes proof) {
  if (n == 1) return proof.empty() ? std::make_optional(leaf) : std::nullopt;
  if (proof.empty()) return std::nullopt;
  const int64_t k = SplitOf(n);
  const Digest sibling = proof.back();
  proof.remove_suffix(1);
  const std::optional<Digest> below =
      m < k ? RootOfPath(leaf, m, k, proof)
            : RootOfPath(leaf, m - k, n - k, proof);
  if (!below.has_value()) return std::nullopt;
  return m < k ? audit::NodeHash(*below, sibling)
               : audit::NodeHash(sibling, *below);
}

// Likewise the old and new root of SUBPROOF(m, D[n], whole).
std::optional<std::pair<Digest, Digest>> RootsOfSubProof(int64_t m, int64_t n,
                                                         bool whole,
                                                         const Digest& first,
                                                         Hashes proof) {
  if (m == n) {
    if (whole) {
      return proof.empty() ? std::make_optional(std::make_pair(first, first))
                           : std::nullopt;
    }
    if (proof.size() != 1) return std::nullopt;
    return std::make_pair(proof[0], proof[0]);
  }
  if (proof.empty()) return std::nullopt;
  const int64_t k = SplitOf(n);
  const Digest sibling = proof.back();
  proof.remove_suffix(1);
  if (m <= k) {
    auto below = RootsOfSubProof(m, k, whole, first, proof);
    if (below.has_value()) {
      below->second = audit::NodeHash(below->second, sibling);
    }
    return below;
  }
  auto below = RootsOfSubProof(m - k, n - k, false, first, proof);
  if (below.has_value()) {
    below->first = audit::NodeHash(sibling, below->first);
    below->second = audit::NodeHash(sibling, below->second);
  }
  return below;
}

bool Includes(const Digest& leaf, int64_t m, int64_t n, Hashes proof,
              const Digest& root) {
  return m >= 0 && m < n && RootOfPath(leaf, m, n, proof) == root;
}

bool Extends(int64_t m, const Digest& first, int64_t n, const Digest& second,
             Hashes proof) {
  if (m <= 0 || m > n) return false;
  return RootsOfSubProof(m, n, true, first, proof) ==
         std::make_pair(first, second);
}

void CheckInclusion(const Digest& leaf, int64_t m, int64_t n, Hashes proof,
                    const Digest& root) {
  const absl::Status status = audit::VerifyInclusion(leaf, m, n, proof, root);
  CheckPromised(status, {absl::StatusCode::kInvalidArgument,
                         absl::StatusCode::kDataLoss});
  FuzzCheck(status.ok() == Includes(leaf, m, n, proof, root),
            "an inclusion is verified by RFC 6962 and RFC 9162 alike");
}

void CheckConsistency(int64_t m, const Digest& first, int64_t n,
                      const Digest& second, Hashes proof) {
  const absl::Status status =
      audit::VerifyConsistency(m, first, n, second, proof);
  CheckPromised(status, {absl::StatusCode::kInvalidArgument,
                         absl::StatusCode::kDataLoss});
  FuzzCheck(status.ok() == Extends(m, first, n, second, proof),
            "a consistency is verified by RFC 6962 and RFC 9162 alike");
}

// A number near one that was right, or any.
int64_t Damaged(int64_t number, ByteSource& source) {
  switch (source.Byte() % 4) {
    case 0:
      return number;
    case 1:
      return source.Int();
    default:
      return number + static_cast<int8_t>(source.Byte());
  }
}

void Damage(ByteSource& source, Digest* digest) {
  const uint8_t at = source.Byte();
  if (at < digest->size()) (*digest)[at] ^= source.Byte();
}

void Damage(ByteSource& source, std::vector<Digest>* proof) {
  const size_t at = proof->empty() ? 0 : source.Byte() % proof->size();
  switch (source.Byte() % 8) {
    case 0:
      proof->push_back(Digest{source.Byte()});
      break;
    case 1:
      if (!proof->empty()) proof->erase(proof->begin() + at);
      break;
    case 2:
      if (!proof->empty()) Damage(source, &(*proof)[at]);
      break;
    case 3:
      if (!proof->empty()) std::swap((*proof)[at], proof->front());
      break;
    case 4:
      if (!proof->empty()) proof->insert(proof->begin() + at, proof->back());
      break;
    default:
      break;
  }
}

}  // namespace
}  // namespace tidemark::testing

// A tree of up to 600 leaves, its honest proofs, then damaged ones.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidemark;           // NOLINT
  using namespace tidemark::testing;  // NOLINT
  ByteSource source(AsText(data, size));
  const int64_t n = 1 + (source.Byte() << 8 | source.Byte()) % 600;
  const int64_t m = (source.Byte() << 8 | source.Byte()) % n;
  audit::MemoryTree tree;
  std::vector<Digest> leaves;
  for (int64_t i = 0; i < n; ++i) {
    const std::string leaf = absl::StrCat("leaf ", i);
    tree.Append(leaf);
    leaves.push_back(audit::LeafHash(leaf));
  }
  Digest root = Mth(leaves);
  FuzzCheck(tree.frontier().Root() == root, "the root is that of RFC 6962");

  auto proof = audit::InclusionProof(m, n, tree).value();
  FuzzCheck(proof == Path(static_cast<size_t>(m), leaves),
            "an inclusion proof is that of RFC 6962");
  Digest leaf = leaves[static_cast<size_t>(m)];
  CheckInclusion(leaf, m, n, proof, root);

  auto extension = audit::ConsistencyProof(m + 1, n, tree).value();
  FuzzCheck(extension == SubProof(static_cast<size_t>(m) + 1, leaves, true),
            "a consistency proof is that of RFC 6962");
  Digest first =
      Mth(absl::MakeSpan(leaves).subspan(0, static_cast<size_t>(m) + 1));
  CheckConsistency(m + 1, first, n, root, extension);

  while (!source.AtEnd()) {
    Damage(source, &proof);
    Damage(source, &extension);
    Damage(source, &leaf);
    Damage(source, &first);
    Damage(source, &root);
    const int64_t size_now = Damaged(n, source);
    CheckInclusion(leaf, Damaged(m, source), size_now, proof, root);
    CheckConsistency(Damaged(m + 1, source), first, size_now, root, extension);
  }
  return 0;
}
