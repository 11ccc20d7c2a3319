#include "client/cli/bundle_reader.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/leaf.h"
#include "audit/note.h"
#include "audit/tiles.h"
#include "base/status_macros.h"
#include "client/cli/bundle_archive.h"
#include "client/cli/bundle_entry.h"
#include "client/cli/bundle_layout.h"
#include "client/cli/json_files.h"
#include "client/cli/json_syntax.h"
#include "google/protobuf/message.h"
#include "review/finding.h"

namespace tidemark::cli {
namespace {

constexpr size_t kMostManifestBytes = 1 << 16;
// Keys with their proofs; the protocol.
constexpr size_t kMostJsonBytes = 64 << 20;
constexpr size_t kMostGroupBytes =
    size_t{audit::kTileWidth} * (2 + audit::kMaxLeafBytes);
constexpr size_t kMostTileBytes = size_t{audit::kTileWidth} * 32;

// What is wrong with a member; what says that the file is not there stays.
absl::Status BadMember(absl::string_view member, const absl::Status& status) {
  if (status.ok() || absl::IsNotFound(status)) return status;
  return review::NotVerified(absl::StrCat("the bundle's ", member), "",
                             status.message());
}

absl::Status ParseJson(const std::string& member, const std::string& text,
                       google::protobuf::Message* message) {
  absl::Status status = CheckJsonSyntax(text);
  if (status.ok()) status = ParseJsonObject({text, member}, message);
  return BadMember(member, status);
}

int64_t GroupOf(int64_t index) { return index / audit::kTileWidth; }

// The tile of level 0 over this leaf.
audit::Tile TileOver(int64_t index, int64_t size) {
  const int64_t first = GroupOf(index) * audit::kTileWidth;
  return {0, GroupOf(index),
          static_cast<int>(std::min<int64_t>(audit::kTileWidth, size - first))};
}

}  // namespace

absl::StatusOr<BundleReader> BundleReader::Open(const std::string& path) {
  BundleReader reader(path);
  RETURN_IF_ERROR(reader.ReadSmallMembers());
  return reader;
}

absl::Status BundleReader::ReadSmallMembers() {
  BundleCursor members(path_);
  const auto read = [&](const char* member,
                        size_t most) -> absl::StatusOr<std::string> {
    ASSIGN_OR_RETURN(ArchiveReader* const at, members.GoTo(member));
    absl::StatusOr<std::string> text = at->ReadAll(most);
    RETURN_IF_ERROR(BadMember(member, text.status()));
    return text;
  };
  ASSIGN_OR_RETURN(const std::string readme,
                   read(kBundleReadme, BundleReadme().size()));
  ASSIGN_OR_RETURN(const std::string manifest,
                   read(kBundleManifest, kMostManifestBytes));
  RETURN_IF_ERROR(CheckMembers(manifest));
  ASSIGN_OR_RETURN(manifest_, ParseManifest(manifest));
  if (readme != BundleReadme()) {
    return BadMember(kBundleReadme,
                     absl::DataLossError("it is not that of this format"));
  }
  ASSIGN_OR_RETURN(const std::string keys, read(kBundleKeys, kMostJsonBytes));
  RETURN_IF_ERROR(ParseJson(kBundleKeys, keys, &keys_));
  ASSIGN_OR_RETURN(checkpoint_, read(kBundleCheckpoint, audit::kMaxNoteBytes));
  ASSIGN_OR_RETURN(const std::string protocol,
                   read(kBundleProtocol, kMostJsonBytes));
  return ParseJson(kBundleProtocol, protocol, &protocol_);
}

absl::Status BundleReader::CheckMembers(const std::string& text) const {
  const absl::StatusOr<BundleManifest> manifest = ParseManifest(text);
  RETURN_IF_ERROR(BadMember(kBundleManifest, manifest.status()));
  const int64_t size = manifest->head.size;
  const absl::StatusOr<std::unique_ptr<ArchiveReader>> archive =
      ArchiveReader::Open(path_);
  RETURN_IF_ERROR(BadMember("index", archive.status()));
  std::vector<std::string> names;
  while (true) {
    absl::StatusOr<std::optional<std::string>> name = (*archive)->Next();
    RETURN_IF_ERROR(BadMember("index", name.status()));
    if (!name->has_value()) break;
    names.push_back(**std::move(name));
  }
  const auto differ = [](const std::string& expected,
                         const std::string& actual) {
    return review::NotVerified("the members of the bundle", expected, actual);
  };
  const auto count = static_cast<int64_t>(names.size());
  // A size that nothing stands behind would be a list that fills the memory.
  if (GroupOf(size) > count) {
    return differ(absl::StrCat(CountBundleMembers(size), " of them"),
                  absl::StrCat(count));
  }
  const std::vector<std::string> expected = BundleMembers(size);
  for (size_t i = 0; i < std::max(names.size(), expected.size()); ++i) {
    const std::string due = i < expected.size() ? expected[i] : "their end";
    const std::string found = i < names.size() ? names[i] : "their end";
    if (due != found) return differ(due, found);
  }
  return absl::OkStatus();
}

absl::Status BundleReader::ForEachCheckpoint(
    const std::function<absl::Status(const BundleCheckpoint&)>& visit) const {
  BundleCursor members(path_);
  ASSIGN_OR_RETURN(ArchiveReader* const at, members.GoTo(kBundleCheckpoints));
  while (true) {
    absl::StatusOr<std::optional<std::string>> line =
        at->ReadLine(2 * audit::kMaxNoteBytes);
    RETURN_IF_ERROR(BadMember(kBundleCheckpoints, line.status()));
    if (!line->has_value()) return absl::OkStatus();
    BundleCheckpoint stored;
    RETURN_IF_ERROR(ParseJson(kBundleCheckpoints, **line, &stored));
    RETURN_IF_ERROR(visit(stored));
  }
}

absl::StatusOr<std::string> BundleReader::Tile(const audit::Tile& tile) const {
  BundleCursor members(path_);
  const std::string member = audit::TilePath(tile);
  ASSIGN_OR_RETURN(ArchiveReader* const at, members.GoTo(member));
  absl::StatusOr<std::string> bytes = at->ReadAll(kMostTileBytes);
  RETURN_IF_ERROR(BadMember(member, bytes.status()));
  return bytes;
}

absl::StatusOr<v1::Evidence> BundleReader::EvidenceOf(int64_t sequence) const {
  const std::string member = EvidencePath(GroupOf(sequence - 1));
  BundleCursor members(path_);
  ASSIGN_OR_RETURN(ArchiveReader* const at, members.GoTo(member));
  std::optional<std::string> line;
  for (int64_t i = 0; i <= (sequence - 1) % audit::kTileWidth; ++i) {
    absl::StatusOr<std::optional<std::string>> read =
        at->ReadLine(kMostBundleLineBytes);
    RETURN_IF_ERROR(BadMember(member, read.status()));
    line = *std::move(read);
  }
  absl::StatusOr<v1::Evidence> evidence =
      ParseBundleEntry(sequence, line.value_or(""));
  RETURN_IF_ERROR(BadMember(member, evidence.status()));
  return evidence;
}

absl::StatusOr<ArchiveReader*> BundleCursor::GoTo(const std::string& member) {
  if (archive_ == nullptr) {
    auto opened = ArchiveReader::Open(path_);
    RETURN_IF_ERROR(BadMember("index", opened.status()));
    archive_ = *std::move(opened);
  }
  while (true) {
    const absl::StatusOr<std::optional<std::string>> name = archive_->Next();
    RETURN_IF_ERROR(BadMember("index", name.status()));
    if (!name->has_value()) {
      return review::NotVerified("the members of the bundle", member, "none");
    }
    if (**name == member) return archive_.get();
  }
}

absl::StatusOr<absl::string_view> LeafCursor::Next() {
  const audit::Tile tile = TileOver(read_, size_);
  const std::string member = audit::EntryBundlePath(tile);
  const auto bad = [&](absl::string_view why) {
    return BadMember(member, absl::DataLossError(why));
  };
  if (read_ % audit::kTileWidth == 0) {
    ASSIGN_OR_RETURN(ArchiveReader* const at, members_.GoTo(member));
    absl::StatusOr<std::string> group = at->ReadAll(kMostGroupBytes);
    RETURN_IF_ERROR(BadMember(member, group.status()));
    group_ = *std::move(group);
    rest_ = group_;
  }
  const absl::StatusOr<absl::string_view> leaf = audit::TakeFromBundle(rest_);
  if (!leaf.ok()) return bad(leaf.status().message());
  ++read_;
  const bool is_last = read_ % audit::kTileWidth == 0 || read_ == size_;
  if (is_last && !rest_.empty()) {
    return bad(absl::StrCat("it has more than ", tile.width, " entries"));
  }
  return *leaf;
}

absl::StatusOr<v1::Evidence> EvidenceCursor::Next() {
  const std::string member = EvidencePath(GroupOf(read_));
  if (read_ % audit::kTileWidth == 0) {
    ASSIGN_OR_RETURN(group_, members_.GoTo(member));
  }
  absl::StatusOr<v1::Evidence> evidence = ReadNext();
  RETURN_IF_ERROR(BadMember(member, evidence.status()));
  return evidence;
}

absl::StatusOr<v1::Evidence> EvidenceCursor::ReadNext() {
  ASSIGN_OR_RETURN(const std::optional<std::string> line,
                   group_->ReadLine(kMostBundleLineBytes));
  if (!line.has_value()) {
    return absl::DataLossError(
        absl::StrCat("it ends before sequence ", read_ + 1));
  }
  ASSIGN_OR_RETURN(v1::Evidence evidence, ParseBundleEntry(read_ + 1, *line));
  ++read_;
  if (read_ % audit::kTileWidth == 0 || read_ == size_) {
    ASSIGN_OR_RETURN(const std::optional<std::string> more,
                     group_->ReadLine(kMostBundleLineBytes));
    if (more.has_value()) {
      return absl::DataLossError(
          absl::StrCat("it goes on after sequence ", read_));
    }
  }
  return evidence;
}

}  // namespace tidemark::cli
