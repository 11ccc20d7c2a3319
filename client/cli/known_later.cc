#include "client/cli/known_later.h"

#include <string>

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

void TellKnownLater(
    const google::protobuf::RepeatedPtrField<v1::KnownLater>& known_later,
    Output& output) {
  for (const v1::KnownLater& later : known_later) {
    output.Tell(absl::StrCat("Known later: ", later.trial_id(), " ",
                             IsNow(later.status()), " (version ",
                             later.version(), ", at sequence ",
                             later.sequence(), ")."));
  }
}

}  // namespace tidemark::cli
