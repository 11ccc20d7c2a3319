#include "client/cli/finding_output.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/short_list.h"
#include "client/cli/table.h"
#include "google/protobuf/struct.pb.h"
#include "tidemark/v1/finding.pb.h"

namespace tidemark::cli {
namespace {

// `7 of pain-6m, pain-12m, at sequences 6 to 20`; empty for none.
std::string InWords(const v1::Finding& finding) {
  if (finding.estimates().empty()) return "";
  std::vector<std::string> analyses;
  int64_t count = 0;
  int64_t first = finding.estimates(0).first_sequence();
  int64_t last = 0;
  for (const v1::ConcernedEstimates& estimates : finding.estimates()) {
    analyses.push_back(estimates.analysis_id());
    count += estimates.count();
    first = std::min(first, estimates.first_sequence());
    last = std::max(last, estimates.last_sequence());
  }
  return absl::StrCat(count, " of ", ShortList(analyses), ", at ",
                      first == last
                          ? absl::StrCat("sequence ", first)
                          : absl::StrCat("sequences ", first, " to ", last));
}

}  // namespace

Table FindingTable(const v1::Finding& finding) {
  Table table = {"", {{"not verified"}, {"finding"}}, {}};
  const auto row = [&table](const std::string& name, const std::string& value) {
    if (!value.empty()) table.rows.push_back({Text(name), Text(value)});
  };
  if (finding.sequence() > 0) row("sequence", absl::StrCat(finding.sequence()));
  if (finding.checkpoint_size() > 0) {
    row("checkpoint", absl::StrCat("of size ", finding.checkpoint_size()));
  }
  row("what", finding.what());
  row("expected", finding.expected());
  row("found", finding.actual());
  row("records",
      ShortList({finding.records().begin(), finding.records().end()}));
  row("estimates", InWords(finding));
  return table;
}

google::protobuf::Struct FindingStruct(const std::string& review,
                                       const v1::Finding& finding) {
  google::protobuf::Struct result;
  auto& fields = *result.mutable_fields();
  fields["review_id"].set_string_value(review);
  fields["verified"].set_bool_value(false);
  if (finding.sequence() > 0) {
    fields["sequence"].set_number_value(
        static_cast<double>(finding.sequence()));
  }
  if (finding.checkpoint_size() > 0) {
    fields["checkpoint_size"].set_number_value(
        static_cast<double>(finding.checkpoint_size()));
  }
  fields["what"].set_string_value(finding.what());
  fields["expected"].set_string_value(finding.expected());
  fields["actual"].set_string_value(finding.actual());
  auto& records = *fields["records"].mutable_list_value();
  for (const std::string& record : finding.records()) {
    records.add_values()->set_string_value(record);
  }
  auto& all = *fields["estimates"].mutable_list_value();
  for (const v1::ConcernedEstimates& estimates : finding.estimates()) {
    auto& of = *all.add_values()->mutable_struct_value()->mutable_fields();
    of["analysis"].set_string_value(estimates.analysis_id());
    of["first_sequence"].set_number_value(
        static_cast<double>(estimates.first_sequence()));
    of["last_sequence"].set_number_value(
        static_cast<double>(estimates.last_sequence()));
    of["count"].set_number_value(static_cast<double>(estimates.count()));
  }
  return result;
}

}  // namespace tidemark::cli
