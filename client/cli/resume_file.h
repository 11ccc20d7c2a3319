// Where a watch goes on in its next run: a file with the token of the last
// message that is done with.
#ifndef TIDEMARK_CLIENT_CLI_RESUME_FILE_H_
#define TIDEMARK_CLIENT_CLI_RESUME_FILE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/durable_file.h"
#include "tidemark/v1/watch_service.pb.h"

namespace tidemark::cli {

// `sequence 7`, or what of a snapshot the message is.
std::string PlaceOf(const v1::WatchResponse& message);

// The file in `watches` of the state directory for a watch that is told from
// others by these words. Empty if there is no state directory.
std::string DefaultResumeFile(const std::vector<std::string>& words);

// Holds the file for itself while it lives. The file is a WatchResponse as
// JSON: the token, and for people the sequence that it belongs to.
class ResumeFile {
 public:
  // Makes missing directories. FAILED_PRECONDITION: the file cannot be read or
  // written, or another watch holds it. INVALID_ARGUMENT: it holds no token.
  static absl::StatusOr<std::unique_ptr<ResumeFile>> Open(
      const std::string& path);

  const std::string& path() const { return path_; }
  // The last one saved. Empty: none, so far.
  const std::string& token() const { return last_.resume_token(); }
  // PlaceOf the message that carried it.
  std::string place() const { return PlaceOf(last_); }

  // Keeps the place of a message. Once OK, a crash does not take it back.
  absl::Status Save(const v1::WatchResponse& message);

 private:
  explicit ResumeFile(const std::string& path);
  absl::Status Read();

  const std::string path_;
  const client::OpenFile lock_;
  v1::WatchResponse last_;
};

// An error of a watch that went on from the file, with what to do about it if
// the token is to blame.
absl::Status ExplainToken(const absl::Status& status, const std::string& path);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_RESUME_FILE_H_
