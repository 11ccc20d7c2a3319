#include "client/durable_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <random>
#include <string>
#include <system_error>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"

namespace tidemark::client {
namespace {

// A name beside `path` that nobody else uses.
std::string TemporaryName(const std::string& path) {
  std::random_device random;
  return absl::StrCat(path, ".", absl::Hex(random(), absl::kZeroPad8), ".new");
}

// A new file with these permissions.
absl::Status WriteSynced(const std::string& path, mode_t mode,
                         absl::string_view text) {
  const OpenFile file(path, O_WRONLY | O_CREAT | O_EXCL);
  if (!file.ok()) return FileError("create", path);
  if (mode != 0 && fchmod(file.descriptor(), mode) != 0) {
    return FileError("set the permissions of", path);
  }
  while (!text.empty()) {
    const ssize_t count = write(file.descriptor(), text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return FileError("write", path);
    text.remove_prefix(static_cast<size_t>(count));
  }
  if (fsync(file.descriptor()) != 0) return FileError("sync", path);
  return absl::OkStatus();
}

}  // namespace

OpenFile::OpenFile(const std::string& path, int flags)
    : descriptor_(open(path.c_str(), flags | O_CLOEXEC, 0644)) {}

OpenFile::~OpenFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

absl::Status FileError(absl::string_view what, const std::string& path) {
  return absl::FailedPreconditionError(
      absl::StrCat("cannot ", what, " ", path, ": ",
                   std::generic_category().message(errno)));
}

absl::StatusOr<std::optional<std::string>> ReadIfThere(
    const std::string& path) {
  const OpenFile file(path, O_RDONLY);
  if (!file.ok() && errno == ENOENT) return std::nullopt;
  if (!file.ok()) return FileError("open", path);
  std::string text;
  char buffer[4096];
  while (true) {
    const ssize_t count = read(file.descriptor(), buffer, sizeof(buffer));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return FileError("read", path);
    if (count == 0) return text;
    text.append(buffer, static_cast<size_t>(count));
  }
}

absl::Status ReplaceFile(const std::string& path, absl::string_view text) {
  struct stat there = {};
  const bool is_there = stat(path.c_str(), &there) == 0;
  if (is_there && !S_ISREG(there.st_mode)) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot replace ", path, ": it is no regular file"));
  }
  const std::string temporary = TemporaryName(path);
  absl::Status written =
      WriteSynced(temporary, is_there ? there.st_mode & 0777 : 0, text);
  if (written.ok() && std::rename(temporary.c_str(), path.c_str()) != 0) {
    written = FileError("replace", path);
  }
  if (!written.ok()) {
    unlink(temporary.c_str());
    return written;
  }
  // Else the old file could be back after a crash.
  std::string parent = std::filesystem::path(path).parent_path().string();
  if (parent.empty()) parent = ".";
  const OpenFile directory(parent, O_RDONLY | O_DIRECTORY);
  if (!directory.ok() || fsync(directory.descriptor()) != 0) {
    return FileError("sync", parent);
  }
  return absl::OkStatus();
}

absl::Status MakeDirectories(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (!error) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("cannot make ", path, ": ", error.message()));
}

}  // namespace tidemark::client
