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

namespace tidemark::client {
namespace {

constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

// A row with the values of its layout's columns.
struct Record {
  int line = 0;
  std::vector<std::string> names;  // the study, then one or two treatments
  std::vector<double> numbers;
  std::vector<std::string> not_reported;  // columns
};

struct StudyRecords {
  std::string id;
  std::vector<Record> reported;
  int left_out = 0;
};

nma::BinaryArm ToRow(const Record& r, nma::BinaryArm*) {
  return {r.names[1], r.numbers[0], r.numbers[1]};
}
nma::ContinuousArm ToRow(const Record& r, nma::ContinuousArm*) {
  return {r.names[1], r.numbers[0], r.numbers[1], r.numbers[2]};
}
nma::RateArm ToRow(const Record& r, nma::RateArm*) {
  return {r.names[1], r.numbers[0], r.numbers[1]};
}
nma::Contrast ToRow(const Record& r, nma::Contrast*) {
  return {r.names[1], r.names[2], r.numbers[0], r.numbers[1]};
}

template <typename Row>
nma::Study ToStudy(const StudyRecords& records) {
  std::vector<Row> rows;
  for (const Record& record : records.reported) {
    rows.push_back(ToRow(record, static_cast<Row*>(nullptr)));
  }
  return {records.id, std::move(rows)};
}

nma::Study ToStudy(const StudyRecords& records, TableLayout layout) {
  switch (layout) {
    case TableLayout::kBinary:
      return ToStudy<nma::BinaryArm>(records);
    case TableLayout::kContinuous:
      return ToStudy<nma::ContinuousArm>(records);
    case TableLayout::kRate:
      return ToStudy<nma::RateArm>(records);
    case TableLayout::kContrast:
      return ToStudy<nma::Contrast>(records);
  }
  return {};
}

// Why a study cannot be compared, if so.
std::optional<std::string> LeaveOutReason(const StudyRecords& records,
                                          TableLayout layout) {
  if (layout == TableLayout::kContrast) {
    if (records.left_out == 0) return std::nullopt;
    return "a contrast was not reported";
  }
  if (records.reported.size() >= 2) return std::nullopt;
  if (records.left_out == 0) return "it has one arm only";
  return absl::StrCat(
      "fewer than two arms were reported: ", records.reported.size(), " of ",
      records.reported.size() + records.left_out);
}

// Collects the rows of a table, and what is wrong with them.
class TableReader {
 public:
  TableReader(ColumnMap map, size_t width)
      : map_(std::move(map)), width_(width) {}

  void AddRow(const CsvRow& row) {
    if (row.cells.size() != width_) {
      AddProblem(
          row, 0,
          absl::StrCat("the row has ", row.cells.size(), " cells, the header ",
                       width_, "; put cells that hold a comma in quotes"));
      return;
    }
    const size_t problems_before = problems_.size();
    const Record record = ReadRecord(row);
    if (problems_.size() == problems_before) CheckRecord(row, record);
    if (problems_.size() == problems_before) Keep(record);
  }

  const std::vector<CsvProblem>& problems() const { return problems_; }

  ArmTable Finish() && {
    table_.layout = map_.layout;
    for (const StudyRecords& records : studies_) {
      if (auto reason = LeaveOutReason(records, map_.layout)) {
        table_.left_out_studies.push_back({records.id, *std::move(reason)});
      } else {
        table_.studies.push_back(ToStudy(records, map_.layout));
      }
    }
    return std::move(table_);
  }

 private:
  void AddProblem(const CsvRow& row, int cell, std::string message) {
    problems_.push_back({row.line, cell + 1, std::move(message)});
  }

  Record ReadRecord(const CsvRow& row) {
    Record record;
    record.line = row.line;
    const std::vector<ColumnSpec>& columns = ColumnsOf(map_.layout);
    for (size_t i = 0; i < columns.size(); ++i) {
      if (columns[i].rule == CellRule::kName) {
        ReadName(row, columns[i], map_.cells[i], &record);
      } else {
        ReadValue(row, columns[i], map_.cells[i], &record);
      }
    }
    return record;
  }

  void ReadName(const CsvRow& row, const ColumnSpec& column, int cell,
                Record* record) {
    record->names.push_back(row.cells[cell]);
    if (!row.cells[cell].empty()) return;
    AddProblem(row, cell,
               absl::StrCat(column.name,
                            " must not be empty; write a name in every row"));
  }

  void ReadValue(const CsvRow& row, const ColumnSpec& column, int cell,
                 Record* record) {
    const auto value = ReadNumber(column, row.cells[cell]);
    if (const double* number = std::get_if<double>(&value)) {
      record->numbers.push_back(*number);
    } else if (const auto* broken = std::get_if<Broken>(&value)) {
      AddProblem(row, cell, broken->message);
    } else {
      record->not_reported.emplace_back(column.name);
    }
  }

  // Rules that concern more than one cell.
  void CheckRecord(const CsvRow& row, const Record& record) {
    if (map_.layout == TableLayout::kBinary && record.numbers.size() == 2 &&
        record.numbers[0] > record.numbers[1]) {
      AddProblem(
          row, map_.cells[2],
          absl::StrCat("event must be at most n, found ", record.numbers[0],
                       " of ", record.numbers[1], "; check both numbers"));
    }
    if (map_.layout == TableLayout::kContrast &&
        record.names[1] == record.names[2]) {
      AddProblem(row, map_.cells[2],
                 absl::StrCat("treat1 and treat2 must differ, found \"",
                              record.names[1], "\" twice"));
    }
    CheckIsNew(row, record);
  }

  void CheckIsNew(const CsvRow& row, const Record& record) {
    std::vector<std::string> key = record.names;
    std::sort(key.begin() + 1, key.end());  // A-B is B-A
    const auto [it, is_new] = lines_.emplace(std::move(key), row.line);
    if (is_new) return;
    AddProblem(
        row, map_.cells[1],
        absl::StrCat("study \"", record.names[0], "\" has ",
                     TreatmentsOf(record), " in line ", it->second,
                     " already; pool arms of one treatment into one row"));
  }

  static std::string TreatmentsOf(const Record& record) {
    return absl::StrJoin(record.names.begin() + 1, record.names.end(),
                         " versus ");
  }

  void Keep(const Record& record) {
    StudyRecords& study = FindStudy(record.names[0]);
    if (record.not_reported.empty()) {
      study.reported.push_back(record);
      return;
    }
    ++study.left_out;
    table_.left_out_arms.push_back(
        {study.id, TreatmentsOf(record), record.line,
         absl::StrCat(absl::StrJoin(record.not_reported, ", "),
                      " not reported")});
  }

  StudyRecords& FindStudy(const std::string& id) {
    const auto [it, is_new] = index_.emplace(id, studies_.size());
    if (is_new) studies_.push_back({id, {}, 0});
    return studies_[it->second];
  }

  const ColumnMap map_;
  const size_t width_;
  std::vector<CsvProblem> problems_;
  std::map<std::vector<std::string>, int> lines_;  // of studies' treatments
  std::map<std::string, size_t> index_;            // into studies_
  std::vector<StudyRecords> studies_;
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
  TableReader reader(std::get<ColumnMap>(map), header.cells.size());
  for (size_t i = 1; i < file.rows.size(); ++i) reader.AddRow(file.rows[i]);
  RETURN_IF_ERROR(ReportProblems(file_name, reader.problems()));
  return std::move(reader).Finish();
}

}  // namespace tidemark::client
