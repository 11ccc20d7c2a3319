#include "client/cli/bundle_layout.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "audit/checkpoint.h"
#include "audit/sha256.h"
#include "audit/tiles.h"
#include "base/status_macros.h"
#include "client/cli/json_syntax.h"
#include "nlohmann/json.hpp"

namespace tidemark::cli {
namespace {

constexpr char kFormat[] = "tidemark-bundle-v1";

constexpr const char* kFirstMembers[] = {kBundleReadme,      kBundleManifest,
                                         kBundleKeys,        kBundleCheckpoint,
                                         kBundleCheckpoints, kBundleProtocol};

// Groups of entries that share an entry bundle.
int64_t Groups(int64_t size) {
  return size / audit::kTileWidth + (size % audit::kTileWidth > 0 ? 1 : 0);
}

}  // namespace

std::string EvidencePath(int64_t group) {
  const std::string bundle = audit::EntryBundlePath({0, group});
  return absl::StrCat("evidence/", absl::StripPrefix(bundle, "tile/entries/"),
                      ".jsonl");
}

std::vector<std::string> BundleMembers(int64_t size) {
  std::vector<std::string> members(std::begin(kFirstMembers),
                                   std::end(kFirstMembers));
  for (const audit::Tile& tile : audit::TilesOf(size)) {
    if (tile.level == 0) members.push_back(audit::EntryBundlePath(tile));
    members.push_back(audit::TilePath(tile));
  }
  for (int64_t group = 0; group < Groups(size); ++group) {
    members.push_back(EvidencePath(group));
  }
  return members;
}

int64_t CountBundleMembers(int64_t size) {
  // Of each group: entry bundle, evidence. Of each level: tiles.
  int64_t count = std::size(kFirstMembers) + 2 * Groups(size);
  for (int64_t hashes = size; hashes > 0; hashes /= audit::kTileWidth) {
    count += Groups(hashes);
  }
  return count;
}

std::string FormatManifest(const BundleManifest& manifest) {
  const nlohmann::ordered_json json = {
      {"format", kFormat},
      {"review", manifest.review},
      {"origin", manifest.head.origin},
      {"size", manifest.head.size},
      {"root", audit::ToHex(manifest.head.root)},
      {"vkey", manifest.vkey}};
  return json.dump(2) + "\n";
}

absl::StatusOr<BundleManifest> ParseManifest(const std::string& text) {
  RETURN_IF_ERROR(CheckJsonSyntax(text));
  const auto json = nlohmann::json::parse(text, nullptr, false);
  const auto string = [&json](const char* name) -> std::string {
    const auto field = json.is_object() ? json.find(name) : json.end();
    return field != json.end() && field->is_string() ? field->get<std::string>()
                                                     : "";
  };
  if (string("format") != kFormat) {
    return absl::InvalidArgumentError(
        absl::StrCat("the format is \"", string("format"), "\", not ", kFormat,
                     ": read the bundle's README.md"));
  }
  BundleManifest manifest;
  manifest.review = string("review");
  manifest.vkey = string("vkey");
  manifest.head.origin = string("origin");
  const auto size = json.find("size");
  if (size != json.end() && size->is_number_unsigned()) {
    manifest.head.size = size->get<int64_t>();
  }
  ASSIGN_OR_RETURN(manifest.head.root, audit::DigestFromHex(string("root")));
  if (manifest.head.size > 0 && FormatManifest(manifest) == text) {
    return manifest;
  }
  return absl::InvalidArgumentError(
      "it is not review, origin, size, root and vkey of a log, in this order");
}

}  // namespace tidemark::cli
