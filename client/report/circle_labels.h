// Places on a circle, and labels outside it of which none covers another.
#ifndef TIDEMARK_CLIENT_REPORT_CIRCLE_LABELS_H_
#define TIDEMARK_CLIENT_REPORT_CIRCLE_LABELS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "client/report/drawing.h"
#include "client/report/frame.h"

namespace tidemark::report {

// The first place is at the top, the others follow clockwise at equal
// distances. Few labels stand beside their places; many stand in two columns,
// with a line to each place.
class CircleLabels {
 public:
  struct Label {
    std::string name;
    std::string below;  // on a line of its own
  };

  // `marker` is the radius of what may stand at a place.
  CircleLabels(const std::vector<Label>& labels, double radius, double marker);

  // Of the circle with its labels.
  double Height() const { return height_; }
  // Of a picture in which the figure begins at `top`.
  Point PlaceOf(size_t i, double top) const;
  void Draw(double top, Drawing* drawing) const;

 private:
  struct Box {
    Lines lines;
    Point top;  // of the lines' anchor, relative to the figure
    bool has_leader = false;
    Point leader;  // where the line to the place begins
  };

  // Seen from the centre, clockwise from the top.
  double AngleOf(size_t i) const;
  void PlaceBeside(const std::vector<Label>& labels);
  void PlaceInColumns(const std::vector<Label>& labels);
  void PlaceColumn(const std::vector<size_t>& downwards, bool is_right);
  double HeightOf(const std::vector<size_t>& column) const;

  const double radius_;
  const double marker_;
  std::vector<Box> boxes_;
  double height_ = 0;
  double center_y_ = 0;
};

}  // namespace tidemark::report

#endif  // TIDEMARK_CLIENT_REPORT_CIRCLE_LABELS_H_
