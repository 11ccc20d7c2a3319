#include "client/cli/moment.h"

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "client/cli/exit_code.h"
#include "google/protobuf/timestamp.pb.h"

namespace tidemark::cli {

namespace {

// What google.protobuf.Timestamp admits: the years 1 to 9999.
bool FitsTimestamp(absl::Time time) {
  return time >= absl::FromUnixSeconds(-62135596800) &&
         time < absl::FromUnixSeconds(253402300800);
}

}  // namespace

absl::StatusOr<v1::AsOf> ParseAsOf(const std::string& text) {
  v1::AsOf as_of;
  if (text.empty()) return as_of;
  absl::string_view tag = text;
  if (absl::ConsumePrefix(&tag, "tag:") && !tag.empty()) {
    as_of.set_release(std::string(tag));
    return as_of;
  }
  int64_t sequence = 0;
  if (absl::SimpleAtoi(text, &sequence) && sequence >= 1) {
    as_of.set_sequence(sequence);
    return as_of;
  }
  absl::Time time;
  std::string error;
  if ((absl::ParseTime(absl::RFC3339_full, text, &time, &error) ||
       absl::ParseTime("%Y-%m-%d", text, &time, &error)) &&
      FitsTimestamp(time)) {
    const int64_t seconds = absl::ToUnixSeconds(time);
    as_of.mutable_time()->set_seconds(seconds);
    as_of.mutable_time()->set_nanos(static_cast<int32_t>(
        (time - absl::FromUnixSeconds(seconds)) / absl::Nanoseconds(1)));
    return as_of;
  }
  return UsageError(absl::StrCat(
      "`", text, "` is no moment: give a sequence (41), a time ",
      "(2026-02-01, 2026-02-01T12:00:00Z) or a release ", "(tag:2026.2)"));
}

std::string ShownTime(const google::protobuf::Timestamp& time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ",
                          absl::FromUnixSeconds(time.seconds()),
                          absl::UTCTimeZone());
}

}  // namespace tidemark::cli
