#include "client/report/drawing.h"

#include <cmath>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "pugixml.hpp"

namespace tidemark::report {
namespace {

// A hundredth of a pixel is less than anybody sees.
std::string Pixels(double value) {
  const double rounded = std::round(value * 100) / 100;
  return absl::StrCat(rounded == 0 ? 0 : rounded);
}

std::string ViewBox(double width, double height) {
  return absl::StrCat("0 0 ", Pixels(width), " ", Pixels(height));
}

std::string PointsText(absl::Span<const Point> points) {
  return absl::StrJoin(points, " ", [](std::string* out, const Point& point) {
    absl::StrAppend(out, Pixels(point.x), ",", Pixels(point.y));
  });
}

void Set(pugi::xml_node node, const char* name, absl::string_view value) {
  node.append_attribute(name).set_value(std::string(value).c_str());
}

void SetNumber(pugi::xml_node node, const char* name, double value) {
  Set(node, name, Pixels(value));
}

// Without what XML 1.0 cannot hold: controls, and U+FFFE and U+FFFF.
std::string XmlText(absl::string_view text) {
  std::string clean;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    clean.push_back(byte < 0x20 || byte == 0x7f ? ' ' : c);
  }
  return absl::StrReplaceAll(clean,
                             {{"\xef\xbf\xbe", " "}, {"\xef\xbf\xbf", " "}});
}

void AppendText(pugi::xml_node parent, const char* element,
                absl::string_view text) {
  parent.append_child(element).text().set(XmlText(text).c_str());
}

const char* AnchorText(Anchor anchor) {
  switch (anchor) {
    case Anchor::kMiddle:
      return "middle";
    case Anchor::kEnd:
      return "end";
    case Anchor::kStart:
      break;
  }
  return "start";
}

}  // namespace

Drawing::Drawing(double width, double height, absl::string_view title,
                 absl::string_view description)
    : root_(document_.append_child("svg")), width_(width) {
  Set(root_, "xmlns", "http://www.w3.org/2000/svg");
  SetNumber(root_, "width", width);
  SetNumber(root_, "height", height);
  Set(root_, "viewBox", ViewBox(width, height));
  Set(root_, "role", "img");
  Set(root_, "font-family", kFontFamily);
  AppendText(root_, "title", title);
  AppendText(root_, "desc", description);
  Rectangle({0, 0}, width, height, kPaper);
}

void Drawing::SetHeight(double height) {
  const std::string pixels = Pixels(height);
  root_.attribute("height").set_value(pixels.c_str());
  root_.attribute("viewBox").set_value(ViewBox(width_, height).c_str());
  root_.child("rect").attribute("height").set_value(pixels.c_str());
}

pugi::xml_node Drawing::Append(const char* element, const Stroke& stroke,
                               absl::string_view fill) {
  pugi::xml_node node = root_.append_child(element);
  Set(node, "fill", fill);
  if (stroke.width > 0) {
    Set(node, "stroke", stroke.color);
    SetNumber(node, "stroke-width", stroke.width);
    if (!stroke.dash.empty()) Set(node, "stroke-dasharray", stroke.dash);
  }
  return node;
}

void Drawing::Line(Point from, Point to, const Stroke& stroke) {
  pugi::xml_node node = Append("line", stroke, "none");
  SetNumber(node, "x1", from.x);
  SetNumber(node, "y1", from.y);
  SetNumber(node, "x2", to.x);
  SetNumber(node, "y2", to.y);
}

void Drawing::Polyline(absl::Span<const Point> points, const Stroke& stroke) {
  Set(Append("polyline", stroke, "none"), "points", PointsText(points));
}

void Drawing::Polygon(absl::Span<const Point> points, absl::string_view fill,
                      const Stroke& stroke, double opacity) {
  pugi::xml_node node = Append("polygon", stroke, fill);
  Set(node, "points", PointsText(points));
  if (opacity < 1) SetNumber(node, "fill-opacity", opacity);
}

void Drawing::Rectangle(Point corner, double width, double height,
                        absl::string_view fill, const Stroke& stroke) {
  pugi::xml_node node = Append("rect", stroke, fill);
  SetNumber(node, "x", corner.x);
  SetNumber(node, "y", corner.y);
  SetNumber(node, "width", width);
  SetNumber(node, "height", height);
}

void Drawing::Circle(Point center, double radius, absl::string_view fill,
                     const Stroke& stroke) {
  pugi::xml_node node = Append("circle", stroke, fill);
  SetNumber(node, "cx", center.x);
  SetNumber(node, "cy", center.y);
  SetNumber(node, "r", radius);
}

void Drawing::Curve(Point from, Point control, Point to, const Stroke& stroke) {
  Set(Append("path", stroke, "none"), "d",
      absl::StrCat("M", PointsText({from}), " Q", PointsText({control}), " ",
                   PointsText({to})));
}

void Drawing::Mark(Marker marker, Point center, double size,
                   absl::string_view color) {
  const double r = size / 2;
  const auto [x, y] = center;
  const Stroke line = {std::string(color), 2, ""};
  switch (marker) {
    case Marker::kSquare:
      Rectangle({x - r, y - r}, size, size, color);
      break;
    case Marker::kCircle:
      Circle(center, r, color);
      break;
    case Marker::kDiamond:
      Polygon({{x, y - r}, {x + r, y}, {x, y + r}, {x - r, y}}, color);
      break;
    case Marker::kTriangle:
      Polygon({{x, y - r}, {x + r, y + r}, {x - r, y + r}}, color);
      break;
    case Marker::kCross:
      Line({x - r, y - r}, {x + r, y + r}, line);
      Line({x - r, y + r}, {x + r, y - r}, line);
      break;
    case Marker::kPlus:
      Line({x - r, y}, {x + r, y}, line);
      Line({x, y - r}, {x, y + r}, line);
      break;
  }
}

void Drawing::Text(Point point, absl::string_view text,
                   const TextStyle& style) {
  if (text.empty()) return;
  pugi::xml_node node = root_.append_child("text");
  SetNumber(node, "x", point.x);
  SetNumber(node, "y", point.y);
  SetNumber(node, "font-size", style.size);
  if (style.anchor != Anchor::kStart) {
    Set(node, "text-anchor", AnchorText(style.anchor));
  }
  if (style.weight == Weight::kBold) Set(node, "font-weight", "bold");
  Set(node, "fill", style.color);
  if (style.rotation != 0) {
    Set(node, "transform",
        absl::StrCat("rotate(", Pixels(style.rotation), " ", Pixels(point.x),
                     " ", Pixels(point.y), ")"));
  }
  node.text().set(XmlText(text).c_str());
}

std::string Drawing::ToSvg() const {
  std::ostringstream out;
  document_.save(out, "  ", pugi::format_indent, pugi::encoding_utf8);
  return out.str();
}

}  // namespace tidemark::report
