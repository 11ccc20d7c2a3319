#include "client/cli/output.h"

#include <ostream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "client/cli/exit_code.h"
#include "client/cli/table.h"
#include "google/protobuf/message.h"
#include "google/protobuf/util/json_util.h"

namespace tidemark::cli {

absl::StatusOr<OutputFormat> OutputFormatOf(absl::string_view choice,
                                            bool is_terminal) {
  if (choice.empty()) {
    return is_terminal ? OutputFormat::kTable : OutputFormat::kPlainRows;
  }
  if (choice == "json") return OutputFormat::kJson;
  if (choice == "csv") return OutputFormat::kCsv;
  if (choice == "table") return OutputFormat::kTable;
  return UsageError(
      absl::StrCat("--output is json, csv or table, not `", choice, "`"));
}

std::string ToJson(const google::protobuf::Message& message, bool indented) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = indented;
  options.always_print_primitive_fields = true;
  options.preserve_proto_field_names = true;
  std::string json;
  // Fails only for messages that hold an Any, which no message of ours does.
  const auto status =
      google::protobuf::util::MessageToJsonString(message, &json, options);
  return status.ok() ? json : "{}";
}

Output::Output(OutputFormat format, bool color, std::ostream* data,
               std::ostream* messages)
    : format_(format), color_(color), data_(data), messages_(messages) {}

void Output::Print(const Table& table) {
  switch (format_) {
    case OutputFormat::kTable:
      *data_ << AsTable(table, color_);
      break;
    case OutputFormat::kPlainRows:
      *data_ << AsPlainRows(table);
      break;
    case OutputFormat::kCsv:
      *data_ << AsCsv(table);
      break;
    case OutputFormat::kJson:
      break;
  }
}

void Output::Print(const std::vector<Table>& tables) {
  for (const Table& table : tables) {
    const bool first = &table == &tables.front();
    if (first || is_table()) {
      if (!first) *data_ << "\n";
      Print(table);
    } else {
      PrintRows(table);
    }
  }
}

void Output::PrintRows(const Table& table) {
  *data_ << (format_ == OutputFormat::kTable ? AsTableRows(table)
             : format_ == OutputFormat::kCsv ? AsCsvRows(table)
                                             : AsPlainRows(table));
  data_->flush();
}

void Output::PrintJson(const google::protobuf::Message& message) {
  std::string json = ToJson(message, /*indented=*/true);
  if (json.empty() || json.back() != '\n') json += '\n';
  *data_ << json;
}

void Output::PrintJsonLine(const google::protobuf::Message& message) {
  *data_ << ToJson(message, /*indented=*/false) << "\n";
  data_->flush();
}

void Output::PrintText(absl::string_view text) { *data_ << text; }

void Output::Remark(absl::string_view line) {
  if (is_table()) *data_ << WithoutControls(line) << "\n";
}

void Output::Tell(absl::string_view line) {
  // Data first: on a terminal the two streams meet.
  data_->flush();
  for (absl::string_view part : absl::StrSplit(line, '\n')) {
    *messages_ << WithoutControls(part) << "\n";
  }
  messages_->flush();
}

bool Output::Flush() {
  data_->flush();
  return data_->good();
}

}  // namespace tidemark::cli
