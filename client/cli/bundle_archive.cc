#include "client/cli/bundle_archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "client/durable_file.h"

namespace tidemark::cli {
namespace {

constexpr size_t kBlockBytes = 1 << 16;
constexpr int kMode = 0644;

struct EntryDeleter {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

bool IsPrintable(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), absl::ascii_isprint);
}

std::string ReasonOf(archive* handle) {
  const char* const reason = archive_error_string(handle);
  return reason == nullptr ? "it is damaged" : reason;
}

}  // namespace

void ArchiveDeleter::operator()(archive* handle) const { archive_free(handle); }

ArchiveWriter::ArchiveWriter(const std::string& path)
    : path_(path),
      temporary_(absl::StrCat(path, ".new")),
      file_(temporary_, O_WRONLY | O_CREAT | O_NOFOLLOW),
      archive_(archive_write_new()) {}

absl::StatusOr<std::unique_ptr<ArchiveWriter>> ArchiveWriter::Create(
    const std::string& path) {
  auto writer = std::unique_ptr<ArchiveWriter>(new ArchiveWriter(path));
  if (!writer->file_.ok()) {
    return client::FileError("create", writer->temporary_);
  }
  if (flock(writer->file_.descriptor(), LOCK_EX | LOCK_NB) != 0) {
    writer->is_ours_ = false;
    return absl::FailedPreconditionError(
        absl::StrCat("another export writes ", path));
  }
  // What an export that was killed left.
  if (ftruncate(writer->file_.descriptor(), 0) != 0) {
    return client::FileError("empty", writer->temporary_);
  }
  archive* const handle = writer->archive_.get();
  if (archive_write_set_format_zip(handle) != ARCHIVE_OK ||
      archive_write_zip_set_compression_deflate(handle) != ARCHIVE_OK ||
      archive_write_open_fd(handle, writer->file_.descriptor()) != ARCHIVE_OK) {
    return writer->CannotWrite();
  }
  return writer;
}

ArchiveWriter::~ArchiveWriter() {
  archive_.reset();
  if (is_ours_) std::remove(temporary_.c_str());
}

absl::Status ArchiveWriter::CannotWrite() const {
  return absl::UnavailableError(
      absl::StrCat("cannot write ", path_, ": ", ReasonOf(archive_.get())));
}

absl::Status ArchiveWriter::Begin(const std::string& name) {
  // Without a time, zip has the first that it knows: 1980.
  const std::unique_ptr<archive_entry, EntryDeleter> entry(archive_entry_new());
  archive_entry_set_pathname(entry.get(), name.c_str());
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), kMode);
  if (archive_write_header(archive_.get(), entry.get()) != ARCHIVE_OK) {
    return CannotWrite();
  }
  return absl::OkStatus();
}

absl::Status ArchiveWriter::Write(absl::string_view bytes) {
  while (!bytes.empty()) {
    const la_ssize_t count =
        archive_write_data(archive_.get(), bytes.data(), bytes.size());
    if (count <= 0) return CannotWrite();
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return absl::OkStatus();
}

absl::Status ArchiveWriter::Add(const std::string& name,
                                absl::string_view bytes) {
  RETURN_IF_ERROR(Begin(name));
  return Write(bytes);
}

absl::Status ArchiveWriter::Finish() {
  if (archive_write_close(archive_.get()) != ARCHIVE_OK) return CannotWrite();
  if (fsync(file_.descriptor()) != 0) return client::FileError("sync", path_);
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0) {
    return client::FileError("replace", path_);
  }
  is_ours_ = false;
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<ArchiveReader>> ArchiveReader::Open(
    const std::string& path) {
  const client::OpenFile readable(path, O_RDONLY);
  if (!readable.ok() || std::filesystem::is_directory(path)) {
    return absl::NotFoundError(absl::StrCat("cannot read ", path));
  }
  auto reader = std::unique_ptr<ArchiveReader>(new ArchiveReader(path));
  reader->archive_.reset(archive_read_new());
  archive* const handle = reader->archive_.get();
  // By its index, as other programs read it: never by what else lies in it.
  if (archive_read_support_format_zip_seekable(handle) != ARCHIVE_OK ||
      archive_read_open_filename(handle, path.c_str(), kBlockBytes) !=
          ARCHIVE_OK) {
    return reader->Bad();
  }
  return reader;
}

absl::Status ArchiveReader::Bad(absl::string_view why) const {
  return absl::DataLossError(absl::StrCat(
      path_, member_.empty() ? "" : absl::StrCat(", ", member_), ": ", why));
}

absl::Status ArchiveReader::Bad() const {
  return Bad(ReasonOf(archive_.get()));
}

absl::StatusOr<std::optional<std::string>> ArchiveReader::Next() {
  buffer_.clear();
  archive_entry* entry = nullptr;
  const int result = archive_read_next_header(archive_.get(), &entry);
  if (result == ARCHIVE_EOF) return std::nullopt;
  if (result != ARCHIVE_OK) return Bad();
  const char* const name = archive_entry_pathname(entry);
  member_.clear();
  if (name == nullptr || !IsPrintable(name)) {
    return Bad("the name of a member is not printable ASCII");
  }
  member_ = name;
  if (archive_entry_filetype(entry) != AE_IFREG) return Bad("is no plain file");
  return member_;
}

absl::StatusOr<bool> ArchiveReader::Fill() {
  char block[kBlockBytes];
  const la_ssize_t count =
      archive_read_data(archive_.get(), block, sizeof(block));
  if (count < 0) return Bad();
  buffer_.append(block, static_cast<size_t>(count));
  return count > 0;
}

absl::StatusOr<std::string> ArchiveReader::ReadAll(size_t most) {
  while (buffer_.size() <= most) {
    ASSIGN_OR_RETURN(const bool more, Fill());
    if (!more) return std::exchange(buffer_, {});
  }
  return Bad(absl::StrCat("is longer than ", most, " bytes"));
}

absl::StatusOr<std::optional<std::string>> ArchiveReader::ReadLine(
    size_t most) {
  size_t searched = 0;
  while (true) {
    const size_t end = buffer_.find('\n', searched);
    if (end != std::string::npos && end <= most) {
      std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return line;
    }
    searched = buffer_.size();
    if (searched > most) {
      return Bad(absl::StrCat("has a line longer than ", most, " bytes"));
    }
    ASSIGN_OR_RETURN(const bool more, Fill());
    if (more) continue;
    if (buffer_.empty()) return std::nullopt;
    return Bad("ends within a line");
  }
}

}  // namespace tidemark::cli
