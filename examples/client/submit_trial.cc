// Submits a trial: first tries it, and says what would change, then does it.
//
//   submit_trial HOST:PORT REVIEW TRIAL.json REASON
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/client.h"
#include "google/protobuf/util/json_util.h"

namespace {

using tidemark::client::ApplyOptions;
using tidemark::client::Client;
namespace v1 = tidemark::v1;

absl::StatusOr<v1::Trial> ReadTrial(const std::string& path) {
  std::ifstream file(path);
  const std::string json{std::istreambuf_iterator<char>(file), {}};
  v1::Trial trial;
  const auto parsed = google::protobuf::util::JsonStringToMessage(json, &trial);
  if (file && parsed.ok()) return trial;
  return absl::InvalidArgumentError(
      absl::StrCat(path, " holds no trial: ", parsed.ToString()));
}

// Every conclusion that the trial would change. Nothing is stored.
absl::Status Try(Client& client, const std::string& review,
                 const v1::Change& change) {
  ApplyOptions dry_run;
  dry_run.validate_only = true;
  ASSIGN_OR_RETURN(const v1::ApplyResponse tried,
                   client.Apply(review, change, dry_run));
  for (const v1::ConclusionEvent& event : tried.events()) {
    if (event.importance() != v1::Importance::MAJOR) continue;
    std::cout << "would cause " << v1::ConclusionEvent::Kind_Name(event.kind())
              << " in " << event.analysis_id() << ": " << event.first()
              << " versus " << event.second() << "\n";
  }
  return absl::OkStatus();
}

absl::Status Submit(const std::string& target, const std::string& review,
                    const std::string& path, const std::string& reason) {
  tidemark::client::ConnectOptions options;
  options.target = target;
  // What is known of the log: this program notices if history was rewritten
  // since it ran last.
  options.trust.directory = "known-logs";
  ASSIGN_OR_RETURN(const std::unique_ptr<Client> client,
                   Client::Connect(options));
  v1::Change change;
  v1::SubmittedTrial* const submitted =
      change.mutable_submit_trials()->add_trials();
  ASSIGN_OR_RETURN(*submitted->mutable_trial(), ReadTrial(path));
  RETURN_IF_ERROR(Try(*client, review, change));

  // Only a new trial: a version that somebody else submitted is not replaced.
  submitted->set_expected_version(0);
  ApplyOptions write;
  write.reason = reason;
  // Names the request: run again after a time-out, it is written once.
  write.request_id =
      absl::StrCat("submit/", submitted->trial().trial_id(), "/", reason);
  ASSIGN_OR_RETURN(const v1::ApplyResponse written,
                   client->Apply(review, change, write));
  // The library has verified the receipt: it is in the log, and stays there.
  std::cout << (written.repeated_request() ? "was stored" : "stored")
            << " as sequence " << written.sequence() << ", moved "
            << written.moved_size() << " estimates\n";
  return absl::OkStatus();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::cerr << "usage: submit_trial HOST:PORT REVIEW TRIAL.json REASON\n";
    return 2;
  }
  const absl::Status status = Submit(argv[1], argv[2], argv[3], argv[4]);
  if (status.ok()) return 0;
  std::cerr << status.message() << "\n";
  return 1;
}
