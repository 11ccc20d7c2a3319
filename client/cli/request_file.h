// Request ids that outlive a command which never heard an answer.
#ifndef TIDEMARK_CLIENT_CLI_REQUEST_FILE_H_
#define TIDEMARK_CLIENT_CLI_REQUEST_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tidemark/v1/change.pb.h"

namespace tidemark::cli {

// Whether an answer says if the change is stored: yes, or a refusal that a
// server makes before it commits. Anything else may be a stored change whose
// answer was lost on its way.
bool IsDefinite(const absl::Status& answer);

inline constexpr absl::Duration kRequestLifetime = absl::Hours(24);

// The request id of one write, kept in a small file named after a digest of
// what is written and why. The same command, typed again after a time-out,
// finds the file and repeats the request instead of making a second one. After
// kRequestLifetime that is taken for a new intention: the file is ignored.
// Where no file can be written the id lives as long as the command.
class RequestFile {
 public:
  // Takes the id from the file, or makes an id and the file.
  RequestFile(const std::string& directory, const std::string& review_id,
              const v1::Change& change, const std::string& reason,
              absl::Time now = absl::Now());

  const std::string& request_id() const { return request_id_; }

  // Whether the same command, typed again, will find the id.
  bool is_kept() const { return is_kept_; }

  // The write got a definite answer: the same command would be a new request.
  void Answered();

 private:
  std::string path_;
  std::string request_id_;
  bool is_kept_ = false;
};

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_REQUEST_FILE_H_
