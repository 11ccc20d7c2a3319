#include "client/report/circle_labels.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "client/report/palette.h"

namespace tidemark::report {
namespace {

constexpr double kSize = 9.5;
constexpr size_t kMostBeside = 8;
// Between a place's marker and its label.
constexpr double kGap = 7;
// Of labels above and below the circle.
constexpr double kMiddleWidth = 240;
constexpr double kColumnWidth = 152;
constexpr double kBetween = 5;
constexpr double kCenterX = kPageWidth / 2;

Lines LinesOf(const CircleLabels::Label& label, double width, Anchor anchor) {
  TextStyle style;
  style.size = kSize;
  style.anchor = anchor;
  Lines lines = Lines::Wrap(label.name, width, style);
  lines.lines.push_back(label.below);
  return lines;
}

}  // namespace

CircleLabels::CircleLabels(const std::vector<Label>& labels, double radius,
                           double marker)
    : radius_(radius), marker_(marker), boxes_(labels.size()) {
  if (labels.size() <= kMostBeside) {
    PlaceBeside(labels);
  } else {
    PlaceInColumns(labels);
  }
}

double CircleLabels::AngleOf(size_t i) const {
  return 2 * std::acos(-1.0) * static_cast<double>(i) /
         static_cast<double>(boxes_.size());
}

Point CircleLabels::PlaceOf(size_t i, double top) const {
  return {kCenterX + radius_ * std::sin(AngleOf(i)),
          top + center_y_ - radius_ * std::cos(AngleOf(i))};
}

void CircleLabels::PlaceBeside(const std::vector<Label>& labels) {
  // Relative to the centre until the height is known.
  double highest = 0;
  double lowest = 0;
  for (size_t i = 0; i < labels.size(); ++i) {
    const double across = std::sin(AngleOf(i));
    const double up = std::cos(AngleOf(i));
    const double away = radius_ + marker_ + kGap;
    Point at = {kCenterX + away * across, -away * up};
    Box& box = boxes_[i];
    if (std::abs(across) < 0.3) {
      box.lines = LinesOf(labels[i], kMiddleWidth, Anchor::kMiddle);
      at.y = up > 0 ? at.y - box.lines.Height() : at.y;
    } else {
      const double room = (across > 0 ? kPageWidth - at.x : at.x) - kPageMargin;
      box.lines =
          LinesOf(labels[i], room, across > 0 ? Anchor::kStart : Anchor::kEnd);
      at.y -= box.lines.Height() / 2;
    }
    box.top = at;
    highest = std::min({highest, at.y, -radius_ * up - marker_});
    lowest =
        std::max({lowest, at.y + box.lines.Height(), -radius_ * up + marker_});
  }
  center_y_ = -highest;
  height_ = lowest - highest;
  for (Box& box : boxes_) box.top.y += center_y_;
}

void CircleLabels::PlaceInColumns(const std::vector<Label>& labels) {
  std::vector<size_t> right;
  std::vector<size_t> left;
  for (size_t i = 0; i < labels.size(); ++i) {
    const bool is_right = 2 * i < labels.size();
    (is_right ? right : left).push_back(i);
    boxes_[i].lines = LinesOf(labels[i], kColumnWidth,
                              is_right ? Anchor::kStart : Anchor::kEnd);
  }
  std::reverse(left.begin(), left.end());
  height_ =
      std::max({2 * (radius_ + marker_), HeightOf(right), HeightOf(left)});
  center_y_ = height_ / 2;
  PlaceColumn(right, true);
  PlaceColumn(left, false);
}

double CircleLabels::HeightOf(const std::vector<size_t>& column) const {
  double height = 0;
  for (const size_t i : column) height += boxes_[i].lines.Height() + kBetween;
  return height;
}

void CircleLabels::PlaceColumn(const std::vector<size_t>& downwards,
                               bool is_right) {
  // As near to its place as those above it, then those below it, allow.
  double free_from = 0;
  for (const size_t i : downwards) {
    const double height = boxes_[i].lines.Height();
    boxes_[i].top.y = std::max(free_from, PlaceOf(i, 0).y - height / 2);
    free_from = boxes_[i].top.y + height + kBetween;
  }
  double free_to = height_;
  for (auto i = downwards.rbegin(); i != downwards.rend(); ++i) {
    Box& box = boxes_[*i];
    const double height = box.lines.Height();
    box.top.y = std::min(box.top.y, free_to - height);
    free_to = box.top.y - kBetween;
    box.top.x = is_right ? kPageWidth - kPageMargin - kColumnWidth
                         : kPageMargin + kColumnWidth;
    box.has_leader = true;
    box.leader = {box.top.x + (is_right ? -3 : 3), box.top.y + height / 2};
  }
}

void CircleLabels::Draw(double top, Drawing* drawing) const {
  for (size_t i = 0; i < boxes_.size(); ++i) {
    const Box& box = boxes_[i];
    box.lines.Draw({box.top.x, top + box.top.y}, drawing);
    if (!box.has_leader) continue;
    drawing->Line({box.leader.x, top + box.leader.y}, PlaceOf(i, top),
                  {kAxisGrey, 0.6, ""});
  }
}

}  // namespace tidemark::report
