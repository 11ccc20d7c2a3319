// Follows a review, and goes on where it stopped when it is started again: each
// entry is processed, though the server or this program stops in between.
//
//   watch_with_resume HOST:PORT REVIEW TOKEN_FILE [COUNT]
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/status_macros.h"
#include "client/client.h"
#include "client/watch.h"

namespace {

using tidemark::client::Client;
using tidemark::client::Watch;
namespace v1 = tidemark::v1;

// Empty if there is none yet.
std::string ReadToken(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// By renaming: whoever stops in between finds the old token or the new one.
absl::Status WriteToken(const std::string& path, const std::string& token) {
  const std::string next = path + ".next";
  std::ofstream file(next, std::ios::binary | std::ios::trunc);
  file << token;
  file.close();
  if (file.good() && std::rename(next.c_str(), path.c_str()) == 0) {
    return absl::OkStatus();
  }
  return absl::UnavailableError(absl::StrCat("cannot write ", path));
}

// What to do with an entry. It may come twice, if this program stops before the
// token is written: let it do no harm.
void Process(const v1::WatchEntry& entry) {
  std::cout << entry.entry().sequence() << " " << entry.entry().action() << " "
            << entry.entry().resource() << std::endl;
}

absl::Status Follow(const std::string& target, const std::string& review,
                    const std::string& token_file, int count) {
  tidemark::client::ConnectOptions options;
  options.target = target;
  options.trust.directory = "known-logs";
  ASSIGN_OR_RETURN(const std::unique_ptr<Client> client,
                   Client::Connect(options));
  tidemark::client::WatchOptions watch_options;
  watch_options.resume_token = ReadToken(token_file);
  // The first time: from the first entry on.
  if (watch_options.resume_token.empty()) watch_options.from_sequence = 1;
  watch_options.on_retry = [](const absl::Status& failure,
                              absl::Duration wait) {
    std::cerr << failure.message() << "; again in "
              << absl::FormatDuration(wait) << "\n";
  };
  // It reconnects and resumes by itself; the token is for the next start.
  Watch watch(*client, review, watch_options);
  for (int seen = 0; count == 0 || seen < count; ++seen) {
    ASSIGN_OR_RETURN(const v1::WatchResponse message, watch.Next());
    Process(message.entry());
    RETURN_IF_ERROR(WriteToken(token_file, message.resume_token()));
  }
  return absl::OkStatus();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4 && argc != 5) {
    std::cerr << "usage: watch_with_resume HOST:PORT REVIEW TOKEN_FILE "
                 "[COUNT]\n";
    return 2;
  }
  const int count = argc == 5 ? std::atoi(argv[4]) : 0;
  const absl::Status status = Follow(argv[1], argv[2], argv[3], count);
  if (status.ok()) return 0;
  std::cerr << status.message() << "\n";
  return 1;
}
