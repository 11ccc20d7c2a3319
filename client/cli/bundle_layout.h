// What is where in a bundle (docs/formats.md), format 1.
#ifndef TIDEMARK_CLIENT_CLI_BUNDLE_LAYOUT_H_
#define TIDEMARK_CLIENT_CLI_BUNDLE_LAYOUT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/checkpoint.h"

namespace tidemark::cli {

// Members of every bundle, which come first, in this order.
inline constexpr char kBundleReadme[] = "README.md";
inline constexpr char kBundleManifest[] = "manifest.json";
inline constexpr char kBundleKeys[] = "keys.json";
inline constexpr char kBundleCheckpoint[] = "checkpoint";
inline constexpr char kBundleCheckpoints[] = "checkpoints.jsonl";
inline constexpr char kBundleProtocol[] = "protocol.json";

// A line of a member is never longer, with what it holds in readable form.
inline constexpr size_t kMostBundleLineBytes = size_t{256} << 20;

// Then the tiles in the order of audit::TilesOf, each of level 0 after its
// entry bundle; then what the entries of each of these wrote:
// `evidence/x001/234.jsonl`.
std::string EvidencePath(int64_t group);

// All members of the bundle of a log of `size` entries, in order.
std::vector<std::string> BundleMembers(int64_t size);

// How many there are. O(log size).
int64_t CountBundleMembers(int64_t size);

// kBundleReadme: the same in every bundle of this format.
absl::string_view BundleReadme();

// kBundleManifest: what the bundle says it is. All of it follows from the rest.
struct BundleManifest {
  std::string review;
  // Of the log's head.
  audit::Checkpoint head;
  // The key that signed it.
  std::string vkey;
};

std::string FormatManifest(const BundleManifest& manifest);
// INVALID_ARGUMENT: it is not what FormatManifest writes; or of another format,
// which it then names.
absl::StatusOr<BundleManifest> ParseManifest(const std::string& text);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_BUNDLE_LAYOUT_H_
