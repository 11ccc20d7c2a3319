#include "client/cli/resume_file.h"

#include <fcntl.h>
#include <sys/file.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "audit/sha256.h"
#include "base/status_macros.h"
#include "client/cli/json_files.h"
#include "client/cli/output.h"
#include "client/cli/state_directory.h"
#include "client/durable_file.h"
#include "client/status_conversion.h"

namespace tidemark::cli {
namespace {

// The message without what takes room and says nothing of the place.
v1::WatchResponse Bookmark(const v1::WatchResponse& message) {
  v1::WatchResponse bookmark = message;
  if (message.has_entry()) {
    bookmark.mutable_progress()->set_sequence(
        message.entry().entry().sequence());
  } else if (message.has_snapshot_item()) {
    const v1::SnapshotItem& item = message.snapshot_item();
    auto* kept = bookmark.mutable_snapshot_item();
    kept->Clear();
    kept->set_sequence(item.sequence());
    kept->mutable_analysis()->mutable_analysis()->set_analysis_id(
        item.analysis().analysis().analysis_id());
  }
  return bookmark;
}

}  // namespace

std::string PlaceOf(const v1::WatchResponse& message) {
  switch (message.event_case()) {
    case v1::WatchResponse::kEntry:
      return absl::StrCat("sequence ", message.entry().entry().sequence());
    case v1::WatchResponse::kProgress:
      return absl::StrCat("sequence ", message.progress().sequence());
    case v1::WatchResponse::kSnapshotItem:
      return absl::StrCat(
          "analysis ",
          message.snapshot_item().analysis().analysis().analysis_id(),
          " of the snapshot at sequence ", message.snapshot_item().sequence());
    case v1::WatchResponse::kSnapshotEnd:
      return absl::StrCat("the end of the snapshot at sequence ",
                          message.snapshot_end().sequence());
    default:
      return "the start of the watch";
  }
}

std::string DefaultResumeFile(const std::vector<std::string>& words) {
  const std::string state = StateDirectory();
  if (state.empty()) return "";
  // Lengths in front: no two different watches have the same bytes here.
  std::string bytes;
  for (const std::string& word : words) {
    absl::StrAppend(&bytes, word.size(), ":", word);
  }
  return absl::StrCat(state, "/watches/",
                      audit::ToHex(audit::Sha256(bytes)).substr(0, 32));
}

ResumeFile::ResumeFile(const std::string& path)
    : path_(path), lock_(absl::StrCat(path, ".lock"), O_RDWR | O_CREAT) {}

absl::StatusOr<std::unique_ptr<ResumeFile>> ResumeFile::Open(
    const std::string& path) {
  std::error_code error;
  const auto parent = std::filesystem::path(path).parent_path();
  if (!parent.empty()) std::filesystem::create_directories(parent, error);
  auto file = absl::WrapUnique(new ResumeFile(path));
  if (!file->lock_.ok()) return client::FileError("open", path + ".lock");
  if (flock(file->lock_.descriptor(), LOCK_EX | LOCK_NB) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("another watch that runs keeps its place in ", path,
                     "; end it, or give another file with --resume"));
  }
  RETURN_IF_ERROR(file->Read());
  return file;
}

absl::Status ResumeFile::Read() {
  ASSIGN_OR_RETURN(const auto text, client::ReadIfThere(path_));
  if (!text.has_value()) return absl::OkStatus();
  const absl::Status parsed = ParseJsonObject({*text, path_}, &last_);
  if (parsed.ok() && !token().empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(path_,
                   " holds no resume token of a watch; give another file with "
                   "--resume, or remove it to start anew"));
}

absl::Status ResumeFile::Save(const v1::WatchResponse& message) {
  const v1::WatchResponse bookmark = Bookmark(message);
  RETURN_IF_ERROR(client::ReplaceFile(
      path_, absl::StrCat(ToJson(bookmark, /*indented=*/false), "\n")));
  last_ = bookmark;
  return absl::OkStatus();
}

absl::Status ExplainToken(const absl::Status& status, const std::string& path) {
  const auto info = client::ErrorInfoOf(status);
  if (info.has_value() && info->reason() == "LOG_EPOCH_CHANGED") {
    absl::Status explained(
        status.code(),
        absl::StrCat(status.message(), ". The token is in ", path,
                     ": remove it, and watch with --snapshot"));
    status.ForEachPayload(
        [&](absl::string_view type, const absl::Cord& payload) {
          explained.SetPayload(type, payload);
        });
    return explained;
  }
  const auto bad_request = client::BadRequestOf(status);
  if (!bad_request.has_value()) return status;
  for (const auto& violation : bad_request->field_violations()) {
    if (violation.field() != "resume_token") continue;
    return {
        status.code(),
        absl::StrCat("the resume token in ", path, " ", violation.description(),
                     ". Give the options that it was saved with, or another "
                     "file with --resume; or remove it to start anew")};
  }
  return status;
}

}  // namespace tidemark::cli
