// An SVG picture: lines, shapes and text at given places.
#ifndef TIDEMARK_CLIENT_REPORT_DRAWING_H_
#define TIDEMARK_CLIENT_REPORT_DRAWING_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "client/report/palette.h"
#include "client/report/text_width.h"
#include "pugixml.hpp"

namespace tidemark::report {

// Width of a figure in pixels: the 180 mm between the margins of a page A4 at
// 96 pixels an inch, so that sizes of text are what print shows.
inline constexpr double kPageWidth = 680;
// The smallest size of text, in pixels: 6 points in print.
inline constexpr double kSmallestText = 8;

// In pixels; y grows downwards.
struct Point {
  double x = 0;
  double y = 0;
};

struct Stroke {
  std::string color = kInk;
  double width = 1;
  // As stroke-dasharray, e.g. `4 3`. Empty: solid.
  std::string dash = "";
};

// No line at all.
inline const Stroke kNoStroke = {"none", 0, ""};

enum class Anchor { kStart, kMiddle, kEnd };

struct TextStyle {
  double size = 11;
  Anchor anchor = Anchor::kStart;
  Weight weight = Weight::kRegular;
  std::string color = kInk;
  // Degrees clockwise around the point.
  double rotation = 0;
};

enum class Marker { kSquare, kCircle, kDiamond, kTriangle, kCross, kPlus };

class Drawing {
 public:
  // `title` and `description` are what a screen reader says.
  Drawing(double width, double height, absl::string_view title,
          absl::string_view description);

  // For pictures whose height shows only once their text is laid out.
  void SetHeight(double height);

  void Line(Point from, Point to, const Stroke& stroke = {});
  // Through all points; `fill` is a colour or `none`.
  void Polyline(absl::Span<const Point> points, const Stroke& stroke = {});
  void Polygon(absl::Span<const Point> points, absl::string_view fill,
               const Stroke& stroke = kNoStroke, double opacity = 1);
  void Rectangle(Point corner, double width, double height,
                 absl::string_view fill, const Stroke& stroke = kNoStroke);
  void Circle(Point center, double radius, absl::string_view fill,
              const Stroke& stroke = kNoStroke);
  // A quadratic curve from `from` to `to` that `control` pulls.
  void Curve(Point from, Point control, Point to, const Stroke& stroke = {});
  // Of `size` pixels across; crosses and pluses are lines of `color`.
  void Mark(Marker marker, Point center, double size, absl::string_view color);
  // On the baseline at `point`; nothing if it is empty. Size at least
  // kSmallestText.
  void Text(Point point, absl::string_view text, const TextStyle& style = {});

  // A standalone document, indented: the same calls give the same bytes.
  std::string ToSvg() const;

 private:
  pugi::xml_node Append(const char* element, const Stroke& stroke,
                        absl::string_view fill);

  pugi::xml_document document_;
  pugi::xml_node root_;
  const double width_;
};

}  // namespace tidemark::report

#endif  // TIDEMARK_CLIENT_REPORT_DRAWING_H_
