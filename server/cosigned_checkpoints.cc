#include "server/cosigned_checkpoints.h"

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "audit/checkpoint.h"
#include "audit/note_format.h"
#include "audit/sha256.h"
#include "base/mutex.h"
#include "base/status_macros.h"
#include "storage/origin_files.h"

namespace tidemark::server {
namespace {

constexpr absl::string_view kHeader = "tidemark-cosigned-v1 ";

absl::Status Damaged(absl::string_view why) { return absl::DataLossError(why); }

}  // namespace

absl::StatusOr<std::unique_ptr<CosignedCheckpoints>> CosignedCheckpoints::Open(
    const std::string& directory,
    std::shared_ptr<rocksdb::FileSystem> file_system) {
  ASSIGN_OR_RETURN(auto files, storage::OriginFiles::Open(
                                   directory, std::move(file_system)));
  return absl::WrapUnique(new CosignedCheckpoints(std::move(files)));
}

absl::StatusOr<CosignedCheckpoints::Kept> CosignedCheckpoints::ParseKept(
    absl::string_view note) {
  ASSIGN_OR_RETURN(const audit::SplitNote split, audit::ParseNote(note));
  ASSIGN_OR_RETURN(const audit::Checkpoint checkpoint,
                   audit::ParseCheckpoint(split.text));
  Kept kept;
  kept.size = checkpoint.size;
  kept.note = std::string(note);
  for (const audit::SignatureLine& line : split.signatures) {
    if (line.name == checkpoint.origin) continue;  // The log's own.
    kept.cosigners.emplace(std::string(line.name), line.id);
  }
  return kept;
}

std::string CosignedCheckpoints::FormatFile(const std::vector<Kept>& kept) {
  std::string notes;
  for (const Kept& one : kept) {
    absl::StrAppend(&notes, one.note.size(), "\n", one.note);
  }
  return absl::StrCat(kHeader, audit::ToHex(audit::Sha256(notes)), "\n", notes);
}

absl::StatusOr<std::vector<CosignedCheckpoints::Kept>>
CosignedCheckpoints::ParseFile(absl::string_view content) {
  const size_t header_end = content.find('\n');
  if (!absl::ConsumePrefix(&content, kHeader) ||
      header_end == absl::string_view::npos) {
    return Damaged("it has another first line");
  }
  absl::string_view notes = content.substr(header_end + 1 - kHeader.size());
  if (content.substr(0, header_end - kHeader.size()) !=
      audit::ToHex(audit::Sha256(notes))) {
    return Damaged("its digest is of another content");
  }
  std::vector<Kept> kept;
  while (!notes.empty()) {
    const size_t line_end = notes.find('\n');
    size_t bytes = 0;
    if (line_end == absl::string_view::npos ||
        !absl::SimpleAtoi(notes.substr(0, line_end), &bytes) ||
        notes.size() - line_end - 1 < bytes) {
      return Damaged("a note has another length");
    }
    ASSIGN_OR_RETURN(kept.emplace_back(),
                     ParseKept(notes.substr(line_end + 1, bytes)));
    notes.remove_prefix(line_end + 1 + bytes);
  }
  return kept;
}

absl::StatusOr<std::vector<CosignedCheckpoints::Kept>>
CosignedCheckpoints::Load(const std::string& origin) {
  {
    MutexLock lock(&mutex_);
    const auto found = kept_.find(origin);
    if (found != kept_.end()) return found->second;
  }
  ASSIGN_OR_RETURN(const std::optional<std::string> content,
                   files_->Read(origin));
  absl::StatusOr<std::vector<Kept>> kept = std::vector<Kept>();
  if (content.has_value()) kept = ParseFile(*content);
  if (!kept.ok()) {
    std::cerr << absl::StrCat("tidemarkd: the file ", files_->PathOf(origin),
                              ", which keeps what witnesses cosigned of the "
                              "log ",
                              origin, ", is damaged (", kept.status().message(),
                              "): it begins anew\n");
    kept = std::vector<Kept>();
  }
  MutexLock lock(&mutex_);
  // What was added in the meantime is newer.
  return kept_.emplace(origin, *std::move(kept)).first->second;
}

absl::StatusOr<std::vector<std::string>> CosignedCheckpoints::List(
    const std::string& origin) {
  ASSIGN_OR_RETURN(const std::vector<Kept> kept, Load(origin));
  std::vector<std::string> notes;
  notes.reserve(kept.size());
  for (const Kept& one : kept) notes.push_back(one.note);
  return notes;
}

absl::StatusOr<int64_t> CosignedCheckpoints::SizeOf(
    const std::string& origin, const audit::NoteKey& witness) {
  ASSIGN_OR_RETURN(const std::vector<Kept> kept, Load(origin));
  for (const Kept& one : kept) {
    if (one.cosigners.count({witness.name, witness.id}) > 0) return one.size;
  }
  return 0;
}

absl::Status CosignedCheckpoints::Add(absl::string_view note,
                                      const audit::NoteKey& witness,
                                      absl::string_view lines) {
  ASSIGN_OR_RETURN(const audit::Checkpoint checkpoint,
                   audit::ReadCheckpointUnverified(note));
  ASSIGN_OR_RETURN(std::vector<Kept> kept, Load(checkpoint.origin));
  // Beside those of other witnesses.
  std::string cosigned = std::string(note);
  const auto same = std::find_if(
      kept.begin(), kept.end(),
      [&](const Kept& one) { return one.size == checkpoint.size; });
  if (same != kept.end() && absl::StartsWith(same->note, note) &&
      same->cosigners.count({witness.name, witness.id}) == 0) {
    cosigned = same->note;
  }
  if (same != kept.end()) kept.erase(same);
  ASSIGN_OR_RETURN(Kept added, ParseKept(absl::StrCat(cosigned, lines)));
  kept.push_back(std::move(added));
  std::sort(kept.begin(), kept.end(),
            [](const Kept& a, const Kept& b) { return a.size > b.size; });
  std::vector<Kept> needed;
  for (Kept& one : kept) {
    const bool superseded =
        std::any_of(needed.begin(), needed.end(), [&](const Kept& newer) {
          return std::includes(newer.cosigners.begin(), newer.cosigners.end(),
                               one.cosigners.begin(), one.cosigners.end());
        });
    if (!superseded) needed.push_back(std::move(one));
  }
  RETURN_IF_ERROR(files_->Replace(checkpoint.origin, FormatFile(needed)));
  MutexLock lock(&mutex_);
  kept_[checkpoint.origin] = std::move(needed);
  return absl::OkStatus();
}

}  // namespace tidemark::server
