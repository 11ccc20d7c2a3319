#include "client/import/arm_table.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "base/utf8.h"
#include "client/import/cell.h"
#include "client/import/csv.h"
#include "client/import/problem_report.h"
#include "client/import/study_rows.h"

namespace tidemark::client {
namespace {

constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Collects the rows of a table, and what is wrong with them.
class TableReader {
 public:
  TableReader(absl::string_view file, ColumnMap map, size_t width)
      : map_(std::move(map)), width_(width) {
    table_.file = std::string(file);
    table_.layout = map_.layout;
  }

  void AddRow(const CsvRow& row) {
    if (row.cells.size() != width_) {
      AddProblem(
          row, 0,
          absl::StrCat("the row has ", row.cells.size(), " cells, the header ",
                       width_, "; put cells that hold a comma in quotes"));
      return;
    }
    const size_t problems_before = problems_.size();
    const StudyRow read = ReadRow(row);
    if (problems_.size() == problems_before) CheckRow(row, read);
    if (problems_.size() == problems_before) Keep(row, read);
  }

  // In the order of the file. Rules of whole studies are looked at only if each
  // row is sound: a broken row would break them too.
  std::vector<CsvProblem> Problems() const {
    if (!problems_.empty()) return problems_;
    std::vector<CsvProblem> problems;
    for (const StudyRows& rows : studies_) {
      for (CsvProblem& problem : FindProblems(rows, map_)) {
        problems.push_back(std::move(problem));
      }
    }
    std::stable_sort(problems.begin(), problems.end(),
                     [](const CsvProblem& a, const CsvProblem& b) {
                       return a.line < b.line;
                     });
    return problems;
  }

  ArmTable Finish() && {
    for (const StudyRows& rows : studies_) {
      if (auto reason = LeaveOutReason(rows, map_.layout)) {
        table_.left_out_studies.push_back({rows.id, *std::move(reason)});
      } else {
        table_.studies.push_back(ToStudy(rows, map_.layout));
      }
    }
    return std::move(table_);
  }

 private:
  void AddProblem(const CsvRow& row, int cell, std::string message) {
    problems_.push_back({row.line, cell + 1, std::move(message)});
  }

  StudyRow ReadRow(const CsvRow& row) {
    StudyRow read;
    read.line = row.line;
    const std::vector<ColumnSpec>& columns = ColumnsOf(map_.layout);
    for (size_t i = 0; i < columns.size(); ++i) {
      if (columns[i].rule == CellRule::kName) {
        ReadName(row, columns[i], map_.cells[i], &read);
      } else {
        ReadValue(row, columns[i], map_.cells[i], &read);
      }
    }
    return read;
  }

  void ReadName(const CsvRow& row, const ColumnSpec& column, int cell,
                StudyRow* read) {
    read->names.push_back(row.cells[cell]);
    if (!row.cells[cell].empty()) return;
    AddProblem(row, cell,
               absl::StrCat(column.name,
                            " must not be empty; write a name in every row"));
  }

  void ReadValue(const CsvRow& row, const ColumnSpec& column, int cell,
                 StudyRow* read) {
    const auto value = ReadNumber(column, row.cells[cell]);
    if (const double* number = std::get_if<double>(&value)) {
      read->numbers.emplace_back(*number);
    } else {
      read->numbers.emplace_back(std::nullopt);
    }
    if (const auto* broken = std::get_if<Broken>(&value)) {
      AddProblem(row, cell, broken->message);
    }
  }

  // Rules that concern more than one cell.
  void CheckRow(const CsvRow& row, const StudyRow& read) {
    if (map_.layout == TableLayout::kBinary && read.numbers[0] &&
        read.numbers[1] && *read.numbers[0] > *read.numbers[1]) {
      AddProblem(
          row, map_.cells[2],
          absl::StrCat("event must be at most n, found ", *read.numbers[0],
                       " of ", *read.numbers[1], "; check both numbers"));
    }
    if (map_.layout == TableLayout::kContrast &&
        read.names[1] == read.names[2]) {
      AddProblem(row, map_.cells[2],
                 absl::StrCat("treat1 and treat2 must differ, found \"",
                              read.names[1], "\" twice"));
    }
    CheckIsNew(row, read);
  }

  void CheckIsNew(const CsvRow& row, const StudyRow& read) {
    std::vector<std::string> key = read.names;
    std::sort(key.begin() + 1, key.end());  // A-B is B-A
    const auto [it, is_new] = lines_.emplace(std::move(key), row.line);
    if (is_new) return;
    AddProblem(
        row, map_.cells[1],
        absl::StrCat("study \"", read.names[0], "\" has ", TreatmentsOf(read),
                     " in line ", it->second,
                     " already; pool arms of one treatment into one row"));
  }

  void Keep(const CsvRow& row, const StudyRow& read) {
    StudyRows& study = FindStudy(read);
    const std::vector<std::string> missing = MissingColumns(read, map_.layout);
    if (missing.empty()) {
      study.reported.push_back(read);
      KeepAttributes(row, read);
      return;
    }
    ++study.left_out;
    table_.left_out_arms.push_back(
        {table_.file, read.line, study.id, TreatmentsOf(read),
         absl::StrCat(absl::StrJoin(missing, ", "), " not reported")});
  }

  void KeepAttributes(const CsvRow& row, const StudyRow& read) {
    RowAttributes attributes = {table_.file,
                                row.line,
                                read.names[0],
                                {read.names.begin() + 1, read.names.end()},
                                {}};
    for (const auto& [cell, name] : map_.further) {
      const std::string& value = row.cells[cell];
      if (!value.empty() && value != "NA") attributes.values[name] = value;
    }
    table_.attributes.push_back(std::move(attributes));
  }

  StudyRows& FindStudy(const StudyRow& read) {
    const auto [it, is_new] = index_.emplace(read.names[0], studies_.size());
    if (is_new) studies_.push_back({read.names[0], read.line, {}, 0});
    return studies_[it->second];
  }

  const ColumnMap map_;
  const size_t width_;
  std::vector<CsvProblem> problems_;
  std::map<std::vector<std::string>, int> lines_;  // of studies' treatments
  std::map<std::string, size_t> index_;            // into studies_
  std::vector<StudyRows> studies_;
  ArmTable table_;
};

absl::Status CheckEncoding(absl::string_view file_name,
                           absl::string_view contents) {
  const std::optional<size_t> offset = FirstInvalidUtf8(contents);
  if (!offset.has_value()) return absl::OkStatus();
  const absl::string_view before = contents.substr(0, *offset);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  return absl::InvalidArgumentError(absl::StrCat(
      file_name, ":", line, ":1: the text must be UTF-8, found byte 0x",
      absl::Hex(static_cast<unsigned char>(contents[*offset])), " at offset ",
      *offset, "; save the file as UTF-8"));
}

}  // namespace

absl::StatusOr<ArmTable> ReadArmTable(absl::string_view file_name,
                                      absl::string_view contents,
                                      std::optional<TableLayout> wanted) {
  RETURN_IF_ERROR(CheckEncoding(file_name, contents));
  const CsvFile file = ParseCsv(absl::StripPrefix(contents, kByteOrderMark));
  RETURN_IF_ERROR(ReportProblems(file_name, file.problems));
  if (file.rows.empty()) {
    return ReportProblems(file_name,
                          {{1, 1, "the file is empty; begin with a header"}});
  }
  const CsvRow& header = file.rows[0];
  const std::variant<ColumnMap, CsvProblem> map = MapColumns(header, wanted);
  if (const auto* problem = std::get_if<CsvProblem>(&map)) {
    return ReportProblems(file_name, {*problem});
  }
  if (file.rows.size() == 1) {
    return ReportProblems(
        file_name,
        {{header.line, 1, "there is no row below the header; add the data"}});
  }
  TableReader reader(file_name, std::get<ColumnMap>(map), header.cells.size());
  for (size_t i = 1; i < file.rows.size(); ++i) reader.AddRow(file.rows[i]);
  RETURN_IF_ERROR(ReportProblems(file_name, reader.Problems()));
  return std::move(reader).Finish();
}

}  // namespace tidemark::client
