#include "client/report/testing/check_figure.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "client/report/drawing.h"
#include "client/report/text_width.h"
#include "gtest/gtest.h"
#include "pugixml.hpp"

namespace tidemark::report::testing {
namespace {

// Of a font of Liberation Sans' metrics, as a share of its size. Most text has
// no more above its capitals and below its baseline.
constexpr double kAscent = 0.73;
constexpr double kDescent = 0.21;
// Boxes that touch do not overlap.
constexpr double kTouch = 0.5;

struct TextBox {
  std::string text;
  // Corners, in turn.
  std::vector<Point> corners;
};

TextBox BoxOf(const pugi::xml_node& node) {
  const std::string text = node.text().get();
  const double size = node.attribute("font-size").as_double();
  const std::string anchor = node.attribute("text-anchor").as_string("start");
  const bool bold =
      absl::string_view(node.attribute("font-weight").value()) == "bold";
  const double width =
      TextWidth(text, size, bold ? Weight::kBold : Weight::kRegular);
  const double x = node.attribute("x").as_double();
  const double y = node.attribute("y").as_double();
  const double left = anchor == "middle" ? -width / 2
                      : anchor == "end"  ? -width
                                         : 0;
  double degrees = 0;
  const std::string transform = node.attribute("transform").value();
  if (!transform.empty()) {
    const std::vector<std::string> parts =
        absl::StrSplit(transform, absl::ByAnyChar("( )"));
    EXPECT_EQ(parts[0], "rotate") << transform;
    EXPECT_TRUE(absl::SimpleAtod(parts[1], &degrees)) << transform;
  }
  const double angle = degrees * std::acos(-1.0) / 180;
  TextBox box = {text, {}};
  const double top = -kAscent * size + kTouch;
  const double bottom = kDescent * size - kTouch;
  for (const Point& corner :
       {Point{left + kTouch, top}, Point{left + width - kTouch, top},
        Point{left + width - kTouch, bottom}, Point{left + kTouch, bottom}}) {
    box.corners.push_back(
        {x + corner.x * std::cos(angle) - corner.y * std::sin(angle),
         y + corner.x * std::sin(angle) + corner.y * std::cos(angle)});
  }
  return box;
}

// Whether a line along an edge of `a` parts the two (separating axis theorem).
bool EdgeParts(const TextBox& a, const TextBox& b) {
  for (size_t i = 0; i < a.corners.size(); ++i) {
    const Point& from = a.corners[i];
    const Point& to = a.corners[(i + 1) % a.corners.size()];
    const Point normal = {to.y - from.y, from.x - to.x};
    const auto along = [&](const Point& point) {
      return normal.x * point.x + normal.y * point.y;
    };
    const auto less = [&](const Point& p, const Point& q) {
      return along(p) < along(q);
    };
    const auto [a_low, a_high] =
        std::minmax_element(a.corners.begin(), a.corners.end(), less);
    const auto [b_low, b_high] =
        std::minmax_element(b.corners.begin(), b.corners.end(), less);
    if (along(*a_high) <= along(*b_low) || along(*b_high) <= along(*a_low)) {
      return true;
    }
  }
  return false;
}

void CheckTexts(const pugi::xml_node& root) {
  const double width = root.attribute("width").as_double();
  const double height = root.attribute("height").as_double();
  std::vector<TextBox> boxes;
  for (const pugi::xml_node& node : root.children("text")) {
    EXPECT_GE(node.attribute("font-size").as_double(), kSmallestText)
        << node.text().get();
    boxes.push_back(BoxOf(node));
    const std::vector<Point>& corners = boxes.back().corners;
    EXPECT_TRUE(std::all_of(corners.begin(), corners.end(),
                            [&](const Point& corner) {
                              return corner.x >= 0 && corner.x <= width &&
                                     corner.y >= 0 && corner.y <= height;
                            }))
        << "\"" << boxes.back().text << "\" leaves the picture at "
        << corners[0].x << ", " << corners[0].y;
  }
  for (size_t i = 0; i < boxes.size(); ++i) {
    for (size_t j = i + 1; j < boxes.size(); ++j) {
      EXPECT_TRUE(EdgeParts(boxes[i], boxes[j]) ||
                  EdgeParts(boxes[j], boxes[i]))
          << "\"" << boxes[i].text << "\" overlaps \"" << boxes[j].text
          << "\" at " << boxes[i].corners[0].x << ", " << boxes[i].corners[0].y;
    }
  }
}

void CheckShapes(const pugi::xml_node& root) {
  static const std::set<std::string> kElements = {
      "title", "desc", "text",   "line",   "polyline",
      "rect",  "path", "circle", "polygon"};
  for (const pugi::xml_node& node : root.children()) {
    EXPECT_EQ(kElements.count(node.name()), 1) << node.name();
    for (const pugi::xml_attribute& attribute : node.attributes()) {
      const std::string value = attribute.value();
      EXPECT_EQ(value.find("nan"), std::string::npos) << node.name();
      EXPECT_EQ(value.find("inf"), std::string::npos) << node.name();
    }
  }
}

// Cells of a row without line ends inside cells.
size_t CellsOf(absl::string_view row) {
  size_t cells = 1;
  bool quoted = false;
  for (const char c : row) {
    if (c == '"') quoted = !quoted;
    if (c == ',' && !quoted) ++cells;
  }
  return cells;
}

void CheckCsv(const std::string& csv) {
  const std::vector<std::string> rows =
      absl::StrSplit(csv, '\n', absl::SkipEmpty());
  ASSERT_GE(rows.size(), 2) << csv;
  for (const std::string& row : rows) {
    EXPECT_EQ(CellsOf(row), CellsOf(rows[0])) << row;
  }
}

}  // namespace

std::vector<std::string> TextsOf(const std::string& svg) {
  pugi::xml_document document;
  EXPECT_TRUE(document.load_string(svg.c_str()));
  std::vector<std::string> texts;
  for (const pugi::xml_node& node : document.child("svg").children("text")) {
    texts.emplace_back(node.text().get());
  }
  return texts;
}

void CheckFigure(const Figure& figure) {
  SCOPED_TRACE(figure.name);
  EXPECT_FALSE(figure.name.empty());
  EXPECT_FALSE(figure.title.empty());
  EXPECT_FALSE(figure.description.empty());
  pugi::xml_document document;
  const pugi::xml_parse_result parsed =
      document.load_string(figure.svg.c_str());
  ASSERT_TRUE(parsed) << parsed.description();
  const pugi::xml_node root = document.child("svg");
  EXPECT_EQ(root.attribute("width").as_double(), kPageWidth);
  EXPECT_STREQ(root.child("title").text().get(), figure.title.c_str());
  EXPECT_STREQ(root.child("desc").text().get(), figure.description.c_str());
  CheckShapes(root);
  CheckTexts(root);
  CheckCsv(figure.csv);
}

}  // namespace tidemark::report::testing
