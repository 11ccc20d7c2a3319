#include "client/report/render_report.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "client/report/report_html.h"
#include "client/report/report_markdown.h"
#include "kainjow/mustache.hpp"

namespace tidemark::report {
namespace {

using kainjow::mustache::data;
using kainjow::mustache::mustache;
using List = kainjow::mustache::list;

constexpr char kReplacement[] = "\xef\xbf\xbd";

// Of C0, DEL, C1 (in UTF-8) or U+FFFE and U+FFFF, which no page can hold, how
// many bytes; 0: none stands here.
size_t ControlAt(absl::string_view text, size_t i) {
  const auto byte = static_cast<unsigned char>(text[i]);
  if (byte < 0x20 || byte == 0x7f) return 1;
  const bool is_c1 = byte == 0xc2 && i + 1 < text.size() &&
                     static_cast<unsigned char>(text[i + 1]) < 0xa0;
  if (is_c1) return 2;
  const absl::string_view three = text.substr(i, 3);
  return three == "\xef\xbf\xbe" || three == "\xef\xbf\xbf" ? 3 : 0;
}

// One line without control characters.
std::string Clean(absl::string_view text) {
  std::string clean;
  for (size_t i = 0; i < text.size(); ++i) {
    const size_t control = ControlAt(text, i);
    if (control == 0) {
      clean += text[i];
    } else {
      const bool is_space = absl::ascii_isspace(text[i]);
      clean += is_space ? " " : kReplacement;
      i += control - 1;
    }
  }
  return clean;
}

std::string HtmlText(const std::string& text) {
  return absl::StrReplaceAll(Clean(text), {{"&", "&amp;"},
                                           {"<", "&lt;"},
                                           {">", "&gt;"},
                                           {"\"", "&quot;"},
                                           {"'", "&#39;"}});
}

// Whether the character at `i` would be markup of Markdown. Text may stand at
// the beginning of a line.
bool IsMarkup(absl::string_view text, size_t i) {
  const char c = text[i];
  if (absl::string_view("\\`*[]~|").find(c) != std::string::npos) return true;
  const char next = i + 1 < text.size() ? text[i + 1] : ' ';
  if (c == '_') {  // Within a word it is none.
    return i == 0 || !absl::ascii_isalnum(text[i - 1]) ||
           !absl::ascii_isalnum(next);
  }
  const absl::string_view before = text.substr(0, i);
  if (c == '#' || c == '=') return before.empty();
  if (c == '+' || c == '-') {  // A list, a line or the end of a heading.
    return before.empty() && (next == ' ' || next == c);
  }
  return (c == '.' || c == ')') && i > 0 && next == ' ' &&
         std::all_of(before.begin(), before.end(), absl::ascii_isdigit);
}

std::string MarkdownText(const std::string& text) {
  // Four spaces at the beginning would be a block of code.
  const std::string clean(absl::StripAsciiWhitespace(Clean(text)));
  std::string escaped;
  for (size_t i = 0; i < clean.size(); ++i) {
    switch (clean[i]) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      default:
        if (IsMarkup(clean, i)) escaped += '\\';
        escaped += clean[i];
    }
  }
  return escaped;
}

// What differs between the two forms.
struct Form {
  const char* page;
  std::string (*escape)(const std::string&);
  // Lines as they are, in a place that nothing in them can end.
  std::string (*lines)(const std::string&);
  std::string (*svg)(const std::string&);
};

std::vector<std::string> LinesOf(const std::string& text) {
  return absl::StrSplit(absl::StripTrailingAsciiWhitespace(text), '\n');
}

std::string HtmlLines(const std::string& text) {
  return absl::StrJoin(LinesOf(text), "\n",
                       [](std::string* out, const std::string& line) {
                         absl::StrAppend(out, HtmlText(line));
                       });
}

std::string MarkdownLines(const std::string& text) {
  return absl::StrJoin(LinesOf(text), "\n",
                       [](std::string* out, const std::string& line) {
                         absl::StrAppend(out, "    ", Clean(line));
                       });
}

// The element without what may stand before it in a document of its own.
std::string HtmlSvg(const std::string& svg) {
  return svg.substr(std::min(svg.find("<svg"), svg.size()));
}

std::string MarkdownSvg(const std::string& svg) {
  return absl::Base64Escape(svg);
}

data CellsOf(const std::vector<std::string>& cells, size_t from) {
  List list;
  for (size_t i = from; i < cells.size(); ++i) {
    list.push_back(data("cell", cells[i]));
  }
  return data(list);
}

// What the template knows of a block: an object under the name of its kind.
class BlockData {
 public:
  BlockData(const Form& form, std::string anchor)
      : form_(form), anchor_(std::move(anchor)) {}

  data operator()(const Heading& heading) const {
    return data("heading", DataOf(heading));
  }

  data DataOf(const Heading& heading) const {
    data fields("text", heading.text);
    fields.set("anchor", anchor_);
    return fields;
  }

  data operator()(const Paragraph& paragraph) const {
    return data("paragraph", data("text", paragraph.text));
  }

  data operator()(const Facts& facts) const {
    List list;
    for (const Facts::Fact& fact : facts.facts) {
      data item("name", fact.name);
      item.set("value", fact.value);
      list.push_back(item);
    }
    return data("facts", data("list", data(list)));
  }

  data operator()(const DataTable& table) const {
    data fields("caption", table.caption);
    fields.set("columns", CellsOf(table.columns, 0));
    List rows;
    for (const std::vector<std::string>& row : table.rows) {
      data fields_of_row("first", row[0]);
      fields_of_row.set("others", CellsOf(row, 1));
      rows.push_back(fields_of_row);
    }
    fields.set("rows", data(rows));
    return data("table", fields);
  }

  data operator()(const Verbatim& verbatim) const {
    data fields("summary", verbatim.summary);
    fields.set("lines", form_.lines(verbatim.text));
    fields.set("is_open", data(verbatim.is_open));
    return data("verbatim", fields);
  }

  data operator()(const Figure& figure) const {
    data fields("title", figure.title);
    fields.set("description", figure.description);
    fields.set("anchor", absl::StrCat(anchor_, "-", figure.name));
    fields.set("svg", form_.svg(figure.svg));
    fields.set("csv", form_.lines(figure.csv));
    return data("figure", fields);
  }

 private:
  const Form& form_;
  const std::string anchor_;
};

data DataOf(const Section& section, const Form& form) {
  data fields("section_id", section.id);
  fields.set("section_heading", section.heading);
  fields.set("section_item", section.item);
  List blocks;
  List headings;
  for (size_t i = 0; i < section.blocks.size(); ++i) {
    const BlockData visitor(form, absl::StrCat(section.id, "-", i + 1));
    blocks.push_back(std::visit(visitor, section.blocks[i]));
    const auto* const heading = std::get_if<Heading>(&section.blocks[i]);
    if (heading != nullptr) headings.push_back(visitor.DataOf(*heading));
  }
  fields.set("has_headings", data(!headings.empty()));
  fields.set("headings", data(headings));
  fields.set("blocks", data(blocks));
  return fields;
}

std::string Render(const Report& report, const Form& form) {
  data fields("report_title", report.title);
  fields.set("report_subtitle", report.subtitle);
  List sections;
  for (const Section& section : report.sections) {
    sections.push_back(DataOf(section, form));
  }
  fields.set("sections", data(sections));
  mustache page{std::string(form.page)};
  page.set_custom_escape(form.escape);
  return page.render(fields);
}

}  // namespace

std::string RenderHtml(const Report& report) {
  return Render(report, {kReportHtml, HtmlText, HtmlLines, HtmlSvg});
}

std::string RenderMarkdown(const Report& report) {
  std::string page = Render(
      report, {kReportMarkdown, MarkdownText, MarkdownLines, MarkdownSvg});
  // Blocks of other kinds leave blank lines. Lines to be copied are indented.
  while (absl::StrContains(page, "\n\n\n")) {
    page = absl::StrReplaceAll(page, {{"\n\n\n", "\n\n"}});
  }
  return page;
}

}  // namespace tidemark::report
