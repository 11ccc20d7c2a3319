// A leaf of a review's log, format 1. FROZEN: leaves are hashed and signed, so
// these bytes never change meaning; docs/formats.md gives them one by one.
//
// Every leaf has exactly one encoding. All functions are thread-safe.
#ifndef TIDEMARK_AUDIT_LEAF_H_
#define TIDEMARK_AUDIT_LEAF_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/sha256.h"

namespace tidemark::audit {

// What fits the entry bundles of C2SP tlog-tiles.
inline constexpr int kMaxLeafBytes = 65535;

// Bytes of the salt of a change.
inline constexpr int kSaltBytes = 32;

// Strings are UTF-8 and may be empty unless said otherwise; integers are >= 0.
struct Leaf {
  // What was told of one analysis that this entry moved.
  struct AnalysisDigest {
    std::string analysis;  // Not empty.
    Digest inputs = {};    // Of what went in.
    Digest estimate = {};  // Of the stored bytes of the estimate.
  };

  // Of the log: a restored backup starts a new one.
  int64_t epoch = 0;
  // 1, 2, 3 …: the leaf index plus one.
  int64_t sequence = 0;
  // The server's UTC clock, nanoseconds since 1970.
  int64_t time_unix_nanos = 0;
  // Who, from the credentials, and how they authenticated.
  std::string actor;
  std::string auth_method;
  // What was done to which resource.
  std::string action;
  std::string resource;
  // Versions of the resource; 0 means that there was (is) none.
  int64_t version_before = 0;
  int64_t version_after = 0;
  std::string reason;
  std::string request_id;
  std::string engine_build;
  // ChangeCommitment of the change that is stored beside the leaf.
  Digest change_commitment = {};
  // Strictly ascending by `analysis` (bytes); at most 65,535.
  std::vector<AnalysisDigest> analyses;
};

bool operator==(const Leaf::AnalysisDigest& a, const Leaf::AnalysisDigest& b);
bool operator==(const Leaf& a, const Leaf& b);

// The bytes to store and to hash. InvalidArgument, naming the field, if the
// leaf breaks one of the rules above or needs more than kMaxLeafBytes.
absl::StatusOr<std::string> EncodeLeaf(const Leaf& leaf);

// The inverse. InvalidArgument, naming the field, unless `bytes` is exactly
// what EncodeLeaf returns for some leaf.
absl::StatusOr<Leaf> DecodeLeaf(absl::string_view bytes);

// SHA-256(salt || change). InvalidArgument unless the salt, which must be
// random, has kSaltBytes.
absl::StatusOr<Digest> ChangeCommitment(absl::string_view salt,
                                        absl::string_view change);

// What stands in the place of the salt of a change that was redacted: zeros,
// which no random salt is.
std::string RedactedSalt();
bool IsRedactedSalt(absl::string_view salt);

}  // namespace tidemark::audit

#endif  // TIDEMARK_AUDIT_LEAF_H_
