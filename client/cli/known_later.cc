#include "client/cli/known_later.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/output.h"

namespace tidemark::cli {
namespace {

std::string IsNow(v1::TrialStatus::Code status) {
  switch (status) {
    case v1::TrialStatus::RETRACTED:
      return "is retracted now";
    case v1::TrialStatus::EXCLUDED:
      return "is excluded now";
    case v1::TrialStatus::CONCERN:
      return "is under an expression of concern now";
    case v1::TrialStatus::REINSTATED:
      return "is reinstated now";
    default:
      return "has changed";
  }
}

}  // namespace

std::vector<std::string> KnownLaterLines(
    const google::protobuf::RepeatedPtrField<v1::KnownLater>& known_later) {
  std::vector<std::string> lines;
  for (const v1::KnownLater& later : known_later) {
    lines.push_back(absl::StrCat("Known later: ", later.trial_id(), " ",
                                 IsNow(later.status()), " (version ",
                                 later.version(), ", at sequence ",
                                 later.sequence(), ")."));
  }
  return lines;
}

void TellKnownLater(
    const google::protobuf::RepeatedPtrField<v1::KnownLater>& known_later,
    Output& output) {
  for (const std::string& line : KnownLaterLines(known_later)) {
    output.Tell(line);
  }
}

}  // namespace tidemark::cli
