#include "client/import/csv.h"

#include <cstddef>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace tidemark::client {
namespace {

bool IsBlank(const CsvRow& row) {
  return row.cells.size() == 1 && row.cells[0].empty();
}

class Parser {
 public:
  explicit Parser(absl::string_view text) : text_(text) {}

  CsvFile Parse() {
    while (!AtEnd() && file_.problems.empty()) ReadRow();
    return std::move(file_);
  }

 private:
  bool AtEnd() const { return position_ >= text_.size(); }
  char Peek() const { return text_[position_]; }
  bool AtLineBreak() const { return Peek() == '\n' || Peek() == '\r'; }
  bool AtCellEnd() const { return AtEnd() || Peek() == ',' || AtLineBreak(); }

  // A line break of either kind is one.
  void SkipLineBreak() {
    const bool is_pair = Peek() == '\r' && position_ + 1 < text_.size() &&
                         text_[position_ + 1] == '\n';
    position_ += is_pair ? 2 : 1;
    ++line_;
  }

  void SkipSpaces() {
    while (!AtEnd() && (Peek() == ' ' || Peek() == '\t')) ++position_;
  }

  void AddProblem(int line, absl::string_view message) {
    file_.problems.push_back(
        {line, static_cast<int>(row_.cells.size()) + 1, absl::StrCat(message)});
  }

  void ReadRow() {
    row_ = CsvRow{line_, {}};
    ReadCell();
    while (file_.problems.empty() && !AtEnd() && Peek() == ',') {
      ++position_;
      ReadCell();
    }
    if (!AtEnd() && file_.problems.empty()) SkipLineBreak();
    if (!IsBlank(row_)) file_.rows.push_back(std::move(row_));
  }

  void ReadCell() {
    SkipSpaces();
    if (!AtEnd() && Peek() == '"') {
      ReadQuotedCell();
    } else {
      ReadPlainCell();
    }
  }

  void ReadPlainCell() {
    const size_t begin = position_;
    while (!AtCellEnd()) {
      if (Peek() == '"') {
        AddProblem(line_,
                   "a quote inside a cell; put the whole cell in quotes and "
                   "double the quotes in it");
        return;
      }
      ++position_;
    }
    AddCell(text_.substr(begin, position_ - begin));
  }

  void ReadQuotedCell() {
    const int first_line = line_;
    std::string cell;
    ++position_;
    while (!AtEnd()) {
      if (Peek() == '"' && !IsDoubledQuote()) break;
      if (Peek() == '"') ++position_;  // keep one of two
      AppendCharacter(&cell);
    }
    if (AtEnd()) {
      AddProblem(first_line, "the quote that opens this cell is never closed");
      return;
    }
    ++position_;
    SkipSpaces();
    if (!AtCellEnd()) {
      AddProblem(line_, absl::StrCat("text after the closing quote of \"", cell,
                                     "\""));
      return;
    }
    AddCell(cell);
  }

  bool IsDoubledQuote() const {
    return position_ + 1 < text_.size() && text_[position_ + 1] == '"';
  }

  void AppendCharacter(std::string* cell) {
    if (!AtLineBreak()) {
      cell->push_back(text_[position_++]);
      return;
    }
    SkipLineBreak();
    cell->push_back('\n');
  }

  void AddCell(absl::string_view cell) {
    row_.cells.emplace_back(absl::StripAsciiWhitespace(cell));
  }

  const absl::string_view text_;
  size_t position_ = 0;
  int line_ = 1;
  CsvRow row_;
  CsvFile file_;
};

}  // namespace

CsvFile ParseCsv(absl::string_view text) { return Parser(text).Parse(); }

}  // namespace tidemark::client
