#include "client/cli/bundle_entry.h"

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/cli/bundle.pb.h"
#include "client/cli/json_files.h"
#include "client/cli/json_syntax.h"
#include "client/cli/output.h"
#include "nlohmann/json.hpp"
#include "tidemark/v1/log.pb.h"

namespace tidemark::cli {
namespace {

absl::Status NotStoredAs(const std::string& what) {
  return absl::DataLossError(
      absl::StrCat("the stored bytes of ", what, " are damaged"));
}

absl::StatusOr<BundleEntry::Readable> ToBeRead(const v1::Evidence& evidence) {
  BundleEntry::Readable readable;
  if (!readable.mutable_change()->ParseFromString(evidence.change())) {
    return NotStoredAs("the change");
  }
  for (const v1::StoredRecord& stored : evidence.trials()) {
    if (!readable.add_trials()->ParseFromString(stored.bytes())) {
      return NotStoredAs(absl::StrCat("trial ", stored.id()));
    }
  }
  for (const v1::StoredRecord& stored : evidence.estimates()) {
    if (!readable.add_estimates()->ParseFromString(stored.bytes())) {
      return NotStoredAs(absl::StrCat("the estimate of ", stored.id()));
    }
  }
  return readable;
}

// One text for what is the same: with the members of objects in order, as
// protobuf does not give those of maps, and without the sign of -0, which JSON
// libraries lose.
std::string CanonicalJson(const BundleEntry& entry) {
  return nlohmann::json::parse(ToJson(entry, /*indented=*/false)).dump();
}

}  // namespace

absl::StatusOr<std::string> FormatBundleEntry(int64_t sequence,
                                              const v1::Evidence& evidence) {
  BundleEntry entry;
  entry.set_sequence(sequence);
  *entry.mutable_evidence() = evidence;
  ASSIGN_OR_RETURN(*entry.mutable_readable(), ToBeRead(evidence));
  return CanonicalJson(entry);
}

absl::StatusOr<v1::Evidence> ParseBundleEntry(int64_t sequence,
                                              const std::string& line) {
  RETURN_IF_ERROR(CheckJsonSyntax(line));
  BundleEntry entry;
  RETURN_IF_ERROR(ParseJsonObject({line, "the line"}, &entry));
  if (entry.sequence() != sequence) {
    return absl::InvalidArgumentError(absl::StrCat(
        "expected sequence ", sequence, ", found ", entry.sequence()));
  }
  const absl::StatusOr<std::string> expected =
      FormatBundleEntry(sequence, entry.evidence());
  if (!expected.ok()) {
    return absl::InvalidArgumentError(expected.status().message());
  }
  // Another build may have written the same in another way.
  if (line != *expected && CanonicalJson(entry) != *expected) {
    return absl::InvalidArgumentError(
        "what is to be read is not what was stored");
  }
  return std::move(*entry.mutable_evidence());
}

}  // namespace tidemark::cli
