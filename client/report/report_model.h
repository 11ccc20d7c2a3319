// A report of a review as plain data: what a page says, not how it looks.
#ifndef TIDEMARK_CLIENT_REPORT_REPORT_MODEL_H_
#define TIDEMARK_CLIENT_REPORT_REPORT_MODEL_H_

#include <string>
#include <variant>
#include <vector>

#include "client/report/figure.h"

namespace tidemark::report {

// All text is as it was recorded: whoever renders it escapes it.

struct Heading {
  std::string text;
};

struct Paragraph {
  std::string text;
};

// Names with values, in order.
struct Facts {
  struct Fact {
    std::string name;
    std::string value;
  };
  std::vector<Fact> facts;
};

struct DataTable {
  // What the rows are; for comparisons the sign rule and direction too.
  std::string caption;
  std::vector<std::string> columns;
  // A cell for each column; the first names the row.
  std::vector<std::vector<std::string>> rows;
};

// Text that is to be copied as it is: a signed note, a proof, commands.
struct Verbatim {
  std::string summary;
  std::string text;
  // Shown at once, not on demand.
  bool is_open = false;
};

using Block =
    std::variant<Heading, Paragraph, Facts, DataTable, Verbatim, Figure>;

struct Section {
  // For anchors: `results`.
  std::string id;
  std::string heading;
  // The item of PRISMA-LSR that it fills, in words.
  std::string item;
  std::vector<Block> blocks;
};

struct Report {
  std::string title;
  std::string subtitle;
  std::vector<Section> sections;
};

}  // namespace tidemark::report

#endif  // TIDEMARK_CLIENT_REPORT_REPORT_MODEL_H_
