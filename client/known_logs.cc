#include "client/known_logs.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "audit/checkpoint.h"
#include "audit/log_origin.h"
#include "audit/note.h"
#include "audit/sha256.h"
#include "base/mutex.h"
#include "base/status_macros.h"
#include "client/durable_file.h"

namespace tidemark::client {
namespace {

constexpr absl::string_view kHeader = "tidemark-known-log-v1";
constexpr absl::string_view kSuffix = ".known-log";

// An error of the file system, with what the file is for.
absl::Status Explained(const absl::Status& status) {
  return absl::FailedPreconditionError(
      absl::StrCat(status.message(),
                   "; what is known of logs is kept there, so it must be "
                   "writable"));
}

absl::StatusOr<std::optional<std::string>> ReadKept(const std::string& path) {
  auto text = ReadIfThere(path);
  if (!text.ok()) return Explained(text.status());
  return text;
}

// What a file says, before anything of it is checked.
struct FileParts {
  std::string target;
  std::string review;
  std::string vkey;
  std::string note;
};

absl::StatusOr<FileParts> SplitFile(absl::string_view text) {
  const std::vector<std::string> parts =
      absl::StrSplit(text, absl::MaxSplits('\n', 5));
  if (parts.size() != 6 || parts[0] != kHeader || !parts[4].empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "it is not `", kHeader,
        "`, target, review, key and an empty line before a checkpoint"));
  }
  return FileParts{parts[1], parts[2], parts[3], parts[5]};
}

absl::Status Damaged(const std::string& path, absl::string_view why) {
  return absl::DataLossError(absl::StrCat(
      "the file ", path,
      ", which keeps what is known of a log, is damaged: ", why,
      ". Take it from a backup; or compare the log's key with one that you "
      "hold, and remove the file: the log is then met as new"));
}

}  // namespace

absl::StatusOr<KnownLog> OpenKnownLog(absl::string_view vkey,
                                      absl::string_view note) {
  ASSIGN_OR_RETURN(const audit::Verifier key, audit::Verifier::Parse(vkey));
  KnownLog known;
  ASSIGN_OR_RETURN(known.checkpoint,
                   audit::OpenCheckpoint(note, key, key.name()));
  known.vkey = std::string(vkey);
  known.note = std::string(note);
  return known;
}

bool IsOriginOf(absl::string_view origin, absl::string_view review_id) {
  const absl::StatusOr<audit::LogOrigin> parsed = audit::ParseLogOrigin(origin);
  return parsed.ok() && parsed->review == review_id;
}

absl::StatusOr<std::unique_ptr<KnownLogs>> KnownLogs::Open(
    const std::string& directory, const std::string& target) {
  if (absl::StrContains(target, '\n')) {
    return absl::InvalidArgumentError("the target holds a line end");
  }
  if (!directory.empty()) {
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    const std::string lock = absl::StrCat(directory, "/lock");
    if (!OpenFile(lock, O_RDWR | O_CREAT).ok()) {
      return Explained(FileError("open", lock));
    }
  }
  return absl::WrapUnique(new KnownLogs(directory, target));
}

std::string KnownLogs::FileOf(const std::string& review_id) const {
  if (directory_.empty()) return "";
  // For people; the digest tells logs apart.
  std::string name = review_id.substr(0, 64);
  for (char& c : name) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '-') {
      c = '_';
    }
  }
  const std::string digest =
      audit::ToHex(audit::Sha256(absl::StrCat(target_, "\n", review_id)));
  return absl::StrCat(directory_, "/", name, "-", digest.substr(0, 16),
                      kSuffix);
}

std::string KnownLogs::FileText(const std::string& review_id,
                                const KnownLog& known) const {
  return absl::StrCat(kHeader, "\n", target_, "\n", review_id, "\n", known.vkey,
                      "\n\n", known.note);
}

absl::StatusOr<std::optional<KnownLog>> KnownLogs::Find(
    const std::string& review_id) const {
  if (directory_.empty()) {
    MutexLock lock(&mutex_);
    const auto found = in_memory_.find(review_id);
    if (found == in_memory_.end()) return std::nullopt;
    return found->second;
  }
  const std::string path = FileOf(review_id);
  ASSIGN_OR_RETURN(const std::optional<std::string> text, ReadKept(path));
  if (!text.has_value()) return std::nullopt;
  const absl::StatusOr<FileParts> parts = SplitFile(*text);
  if (!parts.ok()) return Damaged(path, parts.status().message());
  if (parts->target != target_ || parts->review != review_id) {
    return Damaged(path, absl::StrCat("it is of review \"", parts->review,
                                      "\" at ", parts->target));
  }
  absl::StatusOr<KnownLog> known = OpenKnownLog(parts->vkey, parts->note);
  if (!known.ok()) return Damaged(path, known.status().message());
  return *std::move(known);
}

absl::StatusOr<bool> KnownLogs::Replace(const std::string& review_id,
                                        const std::optional<KnownLog>& known,
                                        const KnownLog& next) {
  if (directory_.empty()) {
    MutexLock lock(&mutex_);
    const auto found = in_memory_.find(review_id);
    const bool is_known = found != in_memory_.end();
    if (is_known != known.has_value() ||
        (is_known && found->second.note != known->note)) {
      return false;
    }
    in_memory_[review_id] = next;
    return true;
  }
  const std::string path = FileOf(review_id);
  const std::string lock_path = absl::StrCat(directory_, "/lock");
  const OpenFile lock(lock_path, O_RDWR | O_CREAT);
  if (!lock.ok()) return Explained(FileError("open", lock_path));
  while (flock(lock.descriptor(), LOCK_EX) != 0) {
    if (errno != EINTR) return Explained(FileError("lock", lock_path));
  }
  ASSIGN_OR_RETURN(const std::optional<std::string> text, ReadKept(path));
  std::optional<std::string> expected;
  if (known.has_value()) expected = FileText(review_id, *known);
  if (text != expected) return false;
  const absl::Status replaced = ReplaceFile(path, FileText(review_id, next));
  if (!replaced.ok()) return Explained(replaced);
  return true;
}

absl::StatusOr<std::string> FindKeyOfOrigin(const std::string& directory,
                                            absl::string_view origin) {
  std::string found;
  std::error_code error;
  for (const auto& file :
       std::filesystem::directory_iterator(directory, error)) {
    if (file.path().extension() != std::string(kSuffix)) continue;
    ASSIGN_OR_RETURN(const auto text, ReadKept(file.path().string()));
    const absl::StatusOr<FileParts> parts = SplitFile(text.value_or(""));
    if (!parts.ok()) {
      return Damaged(file.path().string(), parts.status().message());
    }
    const absl::StatusOr<audit::Verifier> key =
        audit::Verifier::Parse(parts->vkey);
    if (!key.ok()) return Damaged(file.path().string(), key.status().message());
    if (key->name() != origin) continue;
    if (!found.empty() && found != parts->vkey) {
      return absl::FailedPreconditionError(
          absl::StrCat("two keys are known for the log ", origin, ": ", found,
                       " and ", parts->vkey, "; say which one you trust"));
    }
    found = parts->vkey;
  }
  if (!found.empty()) return found;
  return absl::NotFoundError(
      absl::StrCat("no key is known for the log ", origin));
}

}  // namespace tidemark::client
