#include "storage/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "audit/sha256.h"
#include "base/status_macros.h"
#include "storage/file_util.h"
#include "storage/rocksdb_status.h"

namespace tidemark::storage {
namespace {

constexpr absl::string_view kPrefix = "tidemark-ed25519-seed-v1 ";
constexpr mode_t kOwnerOnlyFile = 0600;
constexpr mode_t kOwnerOnlyDirectory = 0700;
constexpr mode_t kOthersMask = 0077;

absl::Status ErrnoStatus(absl::string_view what, const std::string& path) {
  return absl::ErrnoToStatus(errno, absl::StrCat(what, " ", path));
}

// A seed has the bytes and the text form of a digest.
std::string Format(const audit::KeySeed& seed) {
  return absl::StrCat(kPrefix, audit::ToHex(seed), "\n");
}

absl::StatusOr<audit::KeySeed> Parse(absl::string_view content,
                                     const std::string& path) {
  absl::StatusOr<audit::KeySeed> seed = absl::InvalidArgumentError("");
  if (absl::ConsumePrefix(&content, kPrefix) &&
      absl::ConsumeSuffix(&content, "\n")) {
    seed = audit::DigestFromHex(content);
  }
  if (seed.ok() && audit::ToHex(*seed) == content) return seed;
  return absl::DataLossError(absl::StrCat(
      path, " is not a key file: it must be the one line \"", kPrefix,
      "<64 lower-case hexadecimal digits>\"; restore it from a backup"));
}

absl::Status CheckMode(const std::string& path) {
  struct stat attributes;
  if (stat(path.c_str(), &attributes) != 0) return ErrnoStatus("stat", path);
  if (S_ISREG(attributes.st_mode) && (attributes.st_mode & kOthersMask) == 0) {
    return absl::OkStatus();
  }
  return absl::PermissionDeniedError(absl::StrFormat(
      "the key file %s has mode %03o: it must be a file that only its owner "
      "may access (chmod 600)",
      path, attributes.st_mode & 0777));
}

// The file-system seam cannot set modes, so an empty file with the right one
// is put there first, and then written through the seam.
absl::Status CreateOwnerOnly(const std::string& path) {
  const int descriptor =
      open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW,
           kOwnerOnlyFile);
  if (descriptor < 0) return ErrnoStatus("cannot create", path);
  close(descriptor);
  return absl::OkStatus();
}

absl::Status CreateDirectory(rocksdb::FileSystem& file_system,
                             const std::string& directory) {
  ASSIGN_OR_RETURN(const bool exists, FileExists(file_system, directory));
  if (exists) return absl::OkStatus();
  if (mkdir(directory.c_str(), kOwnerOnlyDirectory) != 0) {
    return ErrnoStatus("cannot create the directory", directory);
  }
  return SyncDirectory(file_system, DirectoryOf(directory));
}

// Under another name first, then linked: the key is there as a whole or not at
// all, and never takes the place of another.
absl::Status Store(rocksdb::FileSystem& file_system, const std::string& path,
                   const audit::KeySeed& seed) {
  const std::string directory = DirectoryOf(path);
  const std::string draft = path + ".new";
  const rocksdb::IOOptions options;
  RETURN_IF_ERROR(CreateDirectory(file_system, directory));
  ASSIGN_OR_RETURN(const bool stale, FileExists(file_system, draft));
  if (stale) {
    RETURN_IF_ERROR(
        ToStatus(file_system.DeleteFile(draft, options, nullptr), draft));
  }
  RETURN_IF_ERROR(CreateOwnerOnly(draft));
  RETURN_IF_ERROR(WriteSyncedFile(file_system, draft, Format(seed)));
  RETURN_IF_ERROR(
      ToStatus(file_system.LinkFile(draft, path, options, nullptr), path));
  RETURN_IF_ERROR(
      ToStatus(file_system.DeleteFile(draft, options, nullptr), draft));
  return SyncDirectory(file_system, directory);
}

}  // namespace

absl::StatusOr<audit::KeySeed> LoadKeyFile(const KeyFileOptions& options) {
  const std::shared_ptr<rocksdb::FileSystem> file_system =
      OrDefault(options.file_system);
  ASSIGN_OR_RETURN(const bool exists, FileExists(*file_system, options.path));
  if (!exists) {
    if (!options.create_if_missing) {
      return absl::NotFoundError(
          absl::StrCat("there is no key file ", options.path));
    }
    ASSIGN_OR_RETURN(const audit::KeySeed seed, audit::GenerateKeySeed());
    RETURN_IF_ERROR(Store(*file_system, options.path, seed));
  }
  RETURN_IF_ERROR(CheckMode(options.path));
  ASSIGN_OR_RETURN(const std::string content,
                   ReadFile(*file_system, options.path));
  return Parse(content, options.path);
}

}  // namespace tidemark::storage
