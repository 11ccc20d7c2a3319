// Where a command writes: data to one stream, messages to another.
#ifndef TIDEMARK_CLIENT_CLI_OUTPUT_H_
#define TIDEMARK_CLIENT_CLI_OUTPUT_H_

#include <ostream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/cli/table.h"
#include "google/protobuf/message.h"

namespace tidemark::cli {

enum class OutputFormat { kTable, kPlainRows, kCsv, kJson };

// `choice` is `json`, `csv`, `table`, or empty for a table on a terminal and
// plain rows elsewhere.
absl::StatusOr<OutputFormat> OutputFormatOf(absl::string_view choice,
                                            bool is_terminal);

// Protobuf JSON with the proto's own field names, defaults included.
std::string ToJson(const google::protobuf::Message& message, bool indented);

class Output {
 public:
  // The streams must outlive it.
  Output(OutputFormat format, bool color, std::ostream* data,
         std::ostream* messages);

  OutputFormat format() const { return format_; }
  bool is_json() const { return format_ == OutputFormat::kJson; }
  bool is_table() const { return format_ == OutputFormat::kTable; }

  // In any format but JSON.
  void Print(const Table& table);

  // Tables with the same columns: one after another for people, else as one.
  void Print(const std::vector<Table>& tables);

  // The rows alone, at once: for tables that come row by row.
  void PrintRows(const Table& table);

  // As a JSON document; `Print(Table)` is for the other formats.
  void PrintJson(const google::protobuf::Message& message);

  // On one line, at once: for streams of documents.
  void PrintJsonLine(const google::protobuf::Message& message);

  // Text that is a format of its own, whatever the format.
  void PrintText(absl::string_view text);

  // A line that belongs to tables for people only.
  void Remark(absl::string_view line);

  // A line about the data, not of it.
  void Tell(absl::string_view line);

  // Whether all data went out.
  bool Flush();

 private:
  const OutputFormat format_;
  const bool color_;
  std::ostream* const data_;
  std::ostream* const messages_;
};

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_OUTPUT_H_
