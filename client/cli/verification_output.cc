#include "client/cli/verification_output.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "audit/sha256.h"
#include "client/cli/table.h"
#include "client/cli/verification.h"
#include "client/cli/witness_quorum.h"
#include "google/protobuf/struct.pb.h"

namespace tidemark::cli {
namespace {

// `2026-11-23T08:00:00Z, 5 s ago`.
std::string ShownWhen(int64_t unix_seconds, absl::Time now) {
  const absl::Time time = absl::FromUnixSeconds(unix_seconds);
  const int64_t age = absl::ToInt64Seconds(now - time);
  return absl::StrCat(
      absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone()), ", ",
      age < 0 ? absl::StrCat(-age, " s in the future")
              : absl::StrCat(age, " s ago"));
}

void AddQuorum(const WitnessQuorum& quorum, google::protobuf::Struct& result) {
  auto& fields = *(*result.mutable_fields())["quorum"]
                      .mutable_struct_value()
                      ->mutable_fields();
  fields["size"].set_number_value(static_cast<double>(quorum.checkpoint.size));
  fields["root"].set_string_value(audit::ToHex(quorum.checkpoint.root));
  auto& witnesses = *fields["witnesses"].mutable_list_value();
  for (const WitnessQuorum::Cosigned& witness : quorum.witnesses) {
    auto& one =
        *witnesses.add_values()->mutable_struct_value()->mutable_fields();
    one["name"].set_string_value(witness.name);
    one["vkey"].set_string_value(witness.vkey);
    one["time"].set_string_value(absl::FormatTime(
        "%Y-%m-%dT%H:%M:%SZ", absl::FromUnixSeconds(witness.unix_seconds),
        absl::UTCTimeZone()));
    one["age_seconds"].set_number_value(static_cast<double>(
        absl::ToUnixSeconds(absl::Now()) - witness.unix_seconds));
  }
}

// `2 (3, 7 by entry 9): ...`.
std::string Redacted(const Verification& done) {
  std::map<int64_t, std::vector<int64_t>> by_entry;
  for (const auto& [sequence, by] : done.redactions) {
    by_entry[by].push_back(sequence);
  }
  return absl::StrCat(
      done.redactions.size(), " (",
      absl::StrJoin(by_entry, "; ",
                    [](std::string* out, const auto& redaction) {
                      absl::StrAppend(out,
                                      absl::StrJoin(redaction.second, ", "),
                                      " by entry ", redaction.first);
                    }),
      "): what stays of each change is what that entry put in its place");
}

}  // namespace

google::protobuf::Struct VerificationStruct(const std::string& review,
                                            const Verification& done) {
  google::protobuf::Struct result;
  auto& fields = *result.mutable_fields();
  fields["review_id"].set_string_value(review);
  fields["verified"].set_bool_value(true);
  fields["deep"].set_bool_value(done.deep);
  if (done.deep) {
    fields["entries"].set_number_value(static_cast<double>(done.entries));
    fields["estimates"].set_number_value(static_cast<double>(done.estimates));
    fields["largest_deviation"].set_number_value(done.largest_deviation);
    auto& redacted = *fields["redacted"].mutable_list_value();
    for (const auto& [sequence, by] : done.redactions) {
      auto& entry = *redacted.add_values()->mutable_struct_value();
      (*entry.mutable_fields())["sequence"].set_number_value(
          static_cast<double>(sequence));
      (*entry.mutable_fields())["by"].set_number_value(static_cast<double>(by));
    }
  }
  fields["checkpoints"].set_number_value(static_cast<double>(done.checkpoints));
  fields["root"].set_string_value(audit::ToHex(done.head.root));
  fields["checkpoint"].set_string_value(done.checkpoint);
  fields["vkey"].set_string_value(done.vkey);
  fields["key_was_trusted"].set_bool_value(done.key_was_trusted);
  if (done.quorum.has_value()) AddQuorum(*done.quorum, result);
  return result;
}

Table VerificationTable(const Verification& done) {
  Table table = {"", {{"check"}, {"result"}}, {}};
  const auto row = [&table](const std::string& check,
                            const std::string& result) {
    table.rows.push_back({Text(check), Text(result)});
  };
  if (done.deep) {
    row("entries", absl::StrCat(done.entries,
                                ": each change allowed, committed to by its "
                                "leaf, and what it wrote is what is stored"));
    row("estimates",
        absl::StrCat(done.estimates, ": recomputed, largest deviation ",
                     done.largest_deviation));
    if (!done.redactions.empty()) row("redacted", Redacted(done));
  }
  row("checkpoints",
      absl::StrCat(done.checkpoints,
                   done.deep ? ": signed, and of these entries" : ": signed"));
  row("head", absl::StrCat("size ", done.head.size, ", root ",
                           audit::ToHex(done.head.root)));
  row("key", done.vkey);
  if (done.quorum.has_value()) {
    for (const WitnessQuorum::Cosigned& witness : done.quorum->witnesses) {
      row(absl::StrCat("witness ", witness.name),
          absl::StrCat("size ", done.quorum->checkpoint.size, ", ",
                       ShownWhen(witness.unix_seconds, absl::Now())));
    }
  }
  return table;
}

}  // namespace tidemark::cli
