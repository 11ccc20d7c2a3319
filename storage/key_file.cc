#include "storage/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
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
std::string Format(const KeyRing& ring) {
  std::string content;
  for (const audit::KeySeed& seed : ring) {
    absl::StrAppend(&content, kPrefix, audit::ToHex(seed), "\n");
  }
  return content;
}

absl::StatusOr<KeyRing> Parse(absl::string_view content,
                              const std::string& path) {
  KeyRing ring;
  for (absl::string_view line :
       absl::StrSplit(absl::StripSuffix(content, "\n"), '\n')) {
    if (!absl::ConsumePrefix(&line, kPrefix)) break;
    const auto seed = audit::DigestFromHex(line);
    if (!seed.ok() || std::count(ring.begin(), ring.end(), *seed) > 0) break;
    ring.push_back(*seed);
  }
  if (!ring.empty() && Format(ring) == content) return ring;
  return absl::DataLossError(absl::StrCat(
      path, " is not a key file: it must be a line \"", kPrefix,
      "<64 lower-case hexadecimal digits>\" for each key, mostly one line; "
      "restore it from a backup"));
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

// The keys under another name: they are there as a whole or not at all.
absl::StatusOr<std::string> WriteDraft(rocksdb::FileSystem& file_system,
                                       const std::string& path,
                                       const KeyRing& ring) {
  const std::string draft = path + ".new";
  RETURN_IF_ERROR(CreateDirectory(file_system, DirectoryOf(path)));
  ASSIGN_OR_RETURN(const bool stale, FileExists(file_system, draft));
  if (stale) {
    RETURN_IF_ERROR(ToStatus(
        file_system.DeleteFile(draft, rocksdb::IOOptions(), nullptr), draft));
  }
  RETURN_IF_ERROR(CreateOwnerOnly(draft));
  RETURN_IF_ERROR(WriteSyncedFile(file_system, draft, Format(ring)));
  return draft;
}

// Linked, so that it never takes the place of another.
absl::Status StoreNew(rocksdb::FileSystem& file_system, const std::string& path,
                      const audit::KeySeed& seed) {
  const rocksdb::IOOptions options;
  ASSIGN_OR_RETURN(const std::string draft,
                   WriteDraft(file_system, path, {seed}));
  RETURN_IF_ERROR(
      ToStatus(file_system.LinkFile(draft, path, options, nullptr), path));
  RETURN_IF_ERROR(
      ToStatus(file_system.DeleteFile(draft, options, nullptr), draft));
  return SyncDirectory(file_system, DirectoryOf(path));
}

// The directory itself, however it was written: `.` and `data/` have a sibling
// too.
std::filesystem::path DirectoryPath(absl::string_view directory) {
  const std::filesystem::path path =
      std::filesystem::absolute(std::string(directory)).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

}  // namespace

absl::StatusOr<KeyRing> LoadKeyFile(const KeyFileOptions& options) {
  const std::shared_ptr<rocksdb::FileSystem> file_system =
      OrDefault(options.file_system);
  ASSIGN_OR_RETURN(const bool exists, FileExists(*file_system, options.path));
  if (!exists) {
    if (!options.create_if_missing) {
      return absl::NotFoundError(absl::StrCat(
          "there is no key file ", options.path,
          "; put the key of these data there, or say where it is (--key)"));
    }
    ASSIGN_OR_RETURN(const audit::KeySeed seed, audit::GenerateKeySeed());
    RETURN_IF_ERROR(StoreNew(*file_system, options.path, seed));
  }
  RETURN_IF_ERROR(CheckMode(options.path));
  ASSIGN_OR_RETURN(const std::string content,
                   ReadFile(*file_system, options.path));
  return Parse(content, options.path);
}

absl::Status ReplaceKeyFile(const KeyFileOptions& options,
                            const KeyRing& ring) {
  const std::shared_ptr<rocksdb::FileSystem> file_system =
      OrDefault(options.file_system);
  ASSIGN_OR_RETURN(const std::string draft,
                   WriteDraft(*file_system, options.path, ring));
  RETURN_IF_ERROR(
      ToStatus(file_system->RenameFile(draft, options.path,
                                       rocksdb::IOOptions(), nullptr),
               options.path));
  return SyncDirectory(*file_system, DirectoryOf(options.path));
}

absl::StatusOr<KeyPlace> FindKeyPlace(absl::string_view data_dir) {
  const std::filesystem::path data = DirectoryPath(data_dir);
  const std::string beside = data.string() + ".keys/signing-key";
  const std::string among = (data / "signing-key").string();
  const std::shared_ptr<rocksdb::FileSystem> file_system = OrDefault(nullptr);
  ASSIGN_OR_RETURN(const bool is_beside, FileExists(*file_system, beside));
  ASSIGN_OR_RETURN(const bool is_among, FileExists(*file_system, among));
  if (is_beside && is_among) {
    return absl::FailedPreconditionError(absl::StrCat(
        "there are two key files, ", beside, " and ", among,
        ": keep the one that signed these data (tidemark verify --key), and "
        "move the other away"));
  }
  if (is_among) return KeyPlace{among, beside};
  return KeyPlace{beside, ""};
}

}  // namespace tidemark::storage
