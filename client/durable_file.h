// Small files that hold what must survive a crash.
#ifndef TIDEMARK_CLIENT_DURABLE_FILE_H_
#define TIDEMARK_CLIENT_DURABLE_FILE_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tidemark::client {

// A file descriptor that closes itself. Not inherited by other programs.
class OpenFile {
 public:
  OpenFile(const std::string& path, int flags);
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  // Else errno says why.
  bool ok() const { return descriptor_ >= 0; }
  int descriptor() const { return descriptor_; }

 private:
  const int descriptor_;
};

// FAILED_PRECONDITION: `cannot open /a/b: ` and what errno says.
absl::Status FileError(absl::string_view what, const std::string& path);

// The whole file; absent if there is none.
absl::StatusOr<std::optional<std::string>> ReadIfThere(const std::string& path);

// Makes `text` what the file holds: after a crash it holds this or what it held
// before, and once this has returned OK, this. Its permissions stay. Writers of
// the same file must take turns. FAILED_PRECONDITION, naming the file: it cannot
// be written, or is no regular file, as a device or a pipe.
absl::Status ReplaceFile(const std::string& path, absl::string_view text);

// Makes the directory and those above it that are not there.
// FAILED_PRECONDITION, naming it: it cannot be made.
absl::Status MakeDirectories(const std::string& path);

}  // namespace tidemark::client

#endif  // TIDEMARK_CLIENT_DURABLE_FILE_H_
