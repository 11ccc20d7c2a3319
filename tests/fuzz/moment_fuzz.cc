// Moments as people type them.
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "client/cli/moment.h"
#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidemark;           // NOLINT
  using namespace tidemark::testing;  // NOLINT
  const auto moment = cli::ParseAsOf(std::string(AsText(data, size)));
  CheckPromised(moment.status(), {absl::StatusCode::kInvalidArgument});
  if (!moment.ok() || moment->moment_case() == v1::AsOf::MOMENT_NOT_SET) {
    return 0;
  }
  if (moment->has_sequence()) {
    const auto again = cli::ParseAsOf(absl::StrCat(moment->sequence()));
    FuzzCheck(moment->sequence() >= 1 && again.ok() &&
                  again->sequence() == moment->sequence(),
              "a sequence is one of a log");
    return 0;
  }
  const auto again = cli::ParseAsOf(cli::ShownTime(moment->time()));
  FuzzCheck(moment->time().nanos() >= 0 && moment->time().nanos() < 1000000000,
            "a time is one that google.protobuf.Timestamp admits");
  FuzzCheck(again.ok() && again->time().seconds() == moment->time().seconds(),
            "a time is read as it is shown");
  return 0;
}
