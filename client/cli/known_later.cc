#include "client/cli/known_later.h"

#include "absl/strings/str_cat.h"
#include "client/cli/output.h"

namespace tidemark::cli {

void TellKnownLater(
    const google::protobuf::RepeatedPtrField<v1::KnownLater>& known_later,
    Output& output) {
  for (const v1::KnownLater& later : known_later) {
    output.Tell(absl::StrCat("Known later: ", later.trial_id(),
                             " is at version ", later.version(), ", ",
                             v1::TrialStatus::Code_Name(later.status()),
                             ", since sequence ", later.sequence(), "."));
  }
}

}  // namespace tidemark::cli
