#include "client/cli/request_file.h"

#include <openssl/sha.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/deterministic_bytes.h"
#include "client/request_id.h"

namespace tidemark::cli {
namespace {

std::string HexSha256(const std::string& bytes) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         digest);
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest), sizeof(digest)));
}

// The request id of a file: one line, and one with the time it was made. Empty
// if there is none, or it is too old or from the future to be of this
// intention.
std::string ReadFresh(const std::string& path, absl::Time now) {
  std::ifstream file(path);
  std::string request_id;
  int64_t made = 0;
  if (!(file >> request_id >> made)) return "";
  const absl::Duration age = now - absl::FromUnixSeconds(made);
  return absl::AbsDuration(age) < kRequestLifetime ? request_id : "";
}

}  // namespace

bool IsDefinite(const absl::Status& answer) {
  switch (answer.code()) {
    case absl::StatusCode::kOk:
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kOutOfRange:
      return true;
    default:
      return false;
  }
}

RequestFile::RequestFile(const std::string& directory,
                         const std::string& review_id, const v1::Change& change,
                         const std::string& reason, absl::Time now) {
  if (!directory.empty()) {
    // Lengths in front: no two different writes have the same bytes here.
    path_ = absl::StrCat(
        directory, "/request-",
        HexSha256(absl::StrCat(review_id.size(), ":", review_id, reason.size(),
                               ":", reason, DeterministicBytes(change))));
    request_id_ = ReadFresh(path_, now);
  }
  is_kept_ = !request_id_.empty();
  if (is_kept_) return;
  request_id_ = client::NewRequestId();
  if (directory.empty()) return;
  std::error_code ignored;
  std::filesystem::create_directories(directory, ignored);
  std::ofstream file(path_);
  file << request_id_ << "\n" << absl::ToUnixSeconds(now) << "\n";
  file.close();
  is_kept_ = file.good();
}

void RequestFile::Answered() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove(path_, ignored);
}

}  // namespace tidemark::cli
