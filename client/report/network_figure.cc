#include "client/report/network_figure.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/short_list.h"
#include "client/cli/table.h"
#include "client/report/circle_labels.h"
#include "client/report/drawing.h"
#include "client/report/effect_words.h"
#include "client/report/frame.h"
#include "client/report/palette.h"
#include "client/report/text_width.h"

namespace tidemark::report {
namespace {

constexpr double kRadius = 140;
constexpr double kLargestNode = 18;
constexpr double kSmallestNode = 4;
constexpr double kEmptyNode = 5;
constexpr double kWidestEdge = 7;
constexpr double kThinnestEdge = 1.2;
// Thinner edges and fainter polygons where there are many.
constexpr double kEdgeRoom = 160;
constexpr double kPolygonRoom = 0.8;
constexpr double kLegend = 62;
constexpr double kLegendSize = 9;
// More edges than these have would hide their numbers.
constexpr size_t kMostNumberedNodes = 8;

constexpr double kNumberRadius = 8;

// Of a point from the line between two places.
double DistanceTo(Point from, Point to, Point point) {
  const double x = to.x - from.x;
  const double y = to.y - from.y;
  const double along = std::clamp(
      ((point.x - from.x) * x + (point.y - from.y) * y) / (x * x + y * y), 0.0,
      1.0);
  return std::hypot(point.x - from.x - along * x, point.y - from.y - along * y);
}

// Lines of edges by rounded mean risk of bias; 0: not judged.
struct EdgeStyle {
  const char* color;
  const char* dash;
  const char* meaning;
};
constexpr EdgeStyle kEdgeStyles[] = {{kAxisGrey, "12 3 2 3", "not judged"},
                                     {kGreen, "", "low"},
                                     {kOrange, "9 4", "some concerns"},
                                     {kVermilion, "3 3", "high"}};

struct Edge {
  int studies = 0;
  int judged = 0;
  int risk_of_bias = 0;  // sum of levels
  int by_level[4] = {0, 0, 0, 0};

  std::optional<double> MeanRisk() const {
    if (judged == 0) return std::nullopt;
    return static_cast<double>(risk_of_bias) / judged;
  }
  const EdgeStyle& Style() const {
    return kEdgeStyles[judged == 0 ? 0 : std::lround(*MeanRisk())];
  }
};

class Network {
 public:
  Network(const v1::Estimate& estimate, const Subject& subject,
          const std::vector<NetworkStudy>& studies, std::string counted)
      : estimate_(estimate),
        subject_(subject),
        studies_(studies),
        counted_(std::move(counted)) {
    for (const NetworkStudy& study : studies) Count(study);
    for (const auto& [pair, edge] : edges_) {
      most_studies_ = std::max(most_studies_, edge.studies);
    }
    for (const auto& [node, count] : participants_) {
      most_participants_ = std::max(most_participants_, count);
    }
    labels_.emplace(LabelsOf(), kRadius, LargestNode());
  }

  Figure Draw() const;

 private:
  std::vector<CircleLabels::Label> LabelsOf() const;
  void Count(const NetworkStudy& study);
  double NodeRadius(const std::string& node) const;
  double EdgeWidth(int studies) const {
    const double widest =
        std::clamp(kEdgeRoom / static_cast<double>(edges_.size()),
                   2 * kThinnestEdge, kWidestEdge);
    // One study is a thin edge also where no pair has many.
    return std::max(kThinnestEdge,
                    widest * studies / std::max(most_studies_, 4));
  }
  // So that neighbours do not touch.
  double LargestNode() const {
    const double between =
        2 * kRadius *
        std::sin(std::acos(-1.0) / static_cast<double>(std::max<size_t>(
                                       2, subject_.nodes.size())));
    return std::min(kLargestNode, 0.45 * between);
  }
  void DrawPolygons(double top, Drawing* drawing) const;
  void DrawEdges(double top, Drawing* drawing) const;
  bool IsFree(Point place, const std::pair<size_t, size_t>& of,
              const std::vector<Point>& taken, double top) const;
  void DrawNumbers(double top, Drawing* drawing) const;
  void DrawNodes(double top, Drawing* drawing) const;
  void DrawLegend(double top, Drawing* drawing) const;
  std::vector<std::string> Notes() const;
  std::string Csv() const;

  const v1::Estimate& estimate_;
  const Subject& subject_;
  const std::vector<NetworkStudy>& studies_;
  const std::string counted_;
  // By index of their nodes, the smaller first.
  std::map<std::pair<size_t, size_t>, Edge> edges_;
  // Nodes of studies with three or more.
  std::set<std::set<size_t>> polygons_;
  std::map<std::string, int64_t> participants_;
  int most_studies_ = 1;
  int64_t most_participants_ = 1;
  // Once participants are counted.
  std::optional<CircleLabels> labels_;
};

void Network::Count(const NetworkStudy& study) {
  std::set<size_t> nodes;
  for (const auto& [node, count] : study.participants) {
    const auto at =
        std::find(subject_.nodes.begin(), subject_.nodes.end(), node);
    nodes.insert(static_cast<size_t>(at - subject_.nodes.begin()));
    participants_[node] += count;
  }
  if (nodes.size() > 2) polygons_.insert(nodes);
  for (auto a = nodes.begin(); a != nodes.end(); ++a) {
    for (auto b = std::next(a); b != nodes.end(); ++b) {
      Edge& edge = edges_[{*a, *b}];
      const int level = study.risk_of_bias;
      ++edge.studies;
      ++edge.by_level[level];
      edge.judged += level > 0 ? 1 : 0;
      edge.risk_of_bias += level;
    }
  }
}

std::vector<CircleLabels::Label> Network::LabelsOf() const {
  std::vector<CircleLabels::Label> labels;
  for (const std::string& node : subject_.nodes) {
    const auto count = participants_.find(node);
    labels.push_back(
        {subject_.NameOf(node), count == participants_.end() ? "no data"
                                : count->second == 0
                                    ? "n not known"
                                    : absl::StrCat("n = ", count->second)});
  }
  return labels;
}

double Network::NodeRadius(const std::string& node) const {
  const double share =
      static_cast<double>(participants_.at(node)) / most_participants_;
  return std::max(kSmallestNode, LargestNode() * std::sqrt(share));
}

void Network::DrawPolygons(double top, Drawing* drawing) const {
  int n = 0;
  const double opacity = std::clamp(
      kPolygonRoom / static_cast<double>(polygons_.size()), 0.05, 0.15);
  for (const std::set<size_t>& nodes : polygons_) {
    std::vector<Point> corners;
    for (const size_t node : nodes) {
      corners.push_back(labels_->PlaceOf(node, top));
    }
    drawing->Polygon(corners, CategoryColor(n++), {kAxisGrey, 0.5, ""},
                     opacity);
  }
}

void Network::DrawEdges(double top, Drawing* drawing) const {
  for (const auto& [pair, edge] : edges_) {
    drawing->Line(
        labels_->PlaceOf(pair.first, top), labels_->PlaceOf(pair.second, top),
        {edge.Style().color, EdgeWidth(edge.studies), edge.Style().dash});
  }
}

// Whether the number of an edge may stand at `place`: beside all others, and on
// no other edge.
bool Network::IsFree(Point place, const std::pair<size_t, size_t>& of,
                     const std::vector<Point>& taken, double top) const {
  for (const Point& other : taken) {
    if (std::hypot(other.x - place.x, other.y - place.y) < 18) return false;
  }
  return std::all_of(edges_.begin(), edges_.end(), [&](const auto& entry) {
    return entry.first == of ||
           DistanceTo(labels_->PlaceOf(entry.first.first, top),
                      labels_->PlaceOf(entry.first.second, top),
                      place) > kNumberRadius + 2;
  });
}

// Numbers of studies, where few edges leave room for them.
void Network::DrawNumbers(double top, Drawing* drawing) const {
  if (subject_.nodes.size() > kMostNumberedNodes) return;
  TextStyle style;
  style.size = kLegendSize;
  style.anchor = Anchor::kMiddle;
  std::vector<Point> taken;
  for (const auto& [pair, edge] : edges_) {
    const Point a = labels_->PlaceOf(pair.first, top);
    const Point b = labels_->PlaceOf(pair.second, top);
    // The first place from the middle that is free.
    for (const double share : {0.5, 0.42, 0.58, 0.35, 0.65, 0.28, 0.72, 0.22}) {
      const Point at = {a.x + share * (b.x - a.x), a.y + share * (b.y - a.y)};
      if (!IsFree(at, pair, taken, top)) continue;
      taken.push_back(at);
      drawing->Circle(at, kNumberRadius, kPaper, {kAxisGrey, 0.5, ""});
      drawing->Text({at.x, at.y + 3}, absl::StrCat(edge.studies), style);
      break;
    }
  }
}

void Network::DrawNodes(double top, Drawing* drawing) const {
  for (size_t i = 0; i < subject_.nodes.size(); ++i) {
    const Point place = labels_->PlaceOf(i, top);
    if (participants_.count(subject_.nodes[i]) == 0) {
      drawing->Circle(place, kEmptyNode, kPaper, {kAxisGrey, 1, "2 2"});
    } else {
      drawing->Circle(place, NodeRadius(subject_.nodes[i]), kBlue,
                      {kPaper, 1, ""});
    }
  }
}

void Network::DrawLegend(double top, Drawing* drawing) const {
  TextStyle style;
  style.size = kLegendSize;
  double x = kPageMargin;
  const auto say = [&](double y, const std::string& text) {
    drawing->Text({x, y + 3}, text, style);
    x += TextWidth(text, kLegendSize) + 14;
  };
  double y = top + 8;
  say(y, "Mean risk of bias:");
  for (const int level : {1, 2, 3, 0}) {
    const EdgeStyle& edge = kEdgeStyles[level];
    drawing->Line({x, y}, {x + 44, y}, {edge.color, 4, edge.dash});
    x += 50;
    say(y, edge.meaning);
  }
  y += 22;
  x = kPageMargin;
  say(y, "Edges:");
  for (const int studies : {1, most_studies_}) {
    drawing->Line({x, y}, {x + 30, y}, {kInk, EdgeWidth(studies), ""});
    x += 36;
    say(y, absl::StrCat(studies, studies == 1 ? " study" : " studies"));
    if (most_studies_ == 1) break;
  }
  if (!polygons_.empty()) {
    drawing->Rectangle({x, y - 6}, 24, 12, kGridGrey, {kAxisGrey, 0.5, ""});
    x += 30;
    say(y, "shaded: studies of three or more treatments");
  }
  y += 22;
  x = kPageMargin;
  say(y, "Nodes:");
  // Smaller than in the picture: the row is low.
  drawing->Circle({x + 6, y}, 6, kBlue);
  x += 16;
  say(y, absl::StrCat("area by participants ", counted_, ", the largest ",
                      most_participants_));
  drawing->Circle({x + 5, y}, kEmptyNode, kPaper, {kAxisGrey, 1, "2 2"});
  x += 15;
  say(y, "hollow: no data");
}

std::vector<std::string> Network::Notes() const {
  std::vector<std::string> notes = {absl::StrCat(
      subject_.nodes.size() > kMostNumberedNodes
          ? "Numbers of studies are in the data of this figure. "
          : "Numbers on edges: studies; all are in the data of this figure. ",
      "Risk of bias: overall judgements (RoB 2), the mean of those studies of "
      "an edge that are judged, rounded. The places of nodes are those of the "
      "node map.")};
  std::vector<std::string> multi_arm;
  for (const NetworkStudy& study : studies_) {
    if (study.participants.size() > 2) multi_arm.push_back(study.id);
  }
  if (!multi_arm.empty()) {
    notes.push_back(absl::StrCat("Studies of three or more treatments: ",
                                 cli::ShortList(multi_arm), "."));
  }
  if (!estimate_.not_estimable().empty()) {
    notes.push_back(
        absl::StrCat("Not estimable: ", estimate_.not_estimable(), "."));
  }
  if (estimate_.components_size() > 1) {
    notes.push_back(absl::StrCat(
        "The network has ", estimate_.components_size(),
        " parts that no study connects; treatments of different parts cannot "
        "be compared."));
  }
  notes.push_back(SourceOf(estimate_, subject_));
  notes.insert(notes.end(), subject_.remarks.begin(), subject_.remarks.end());
  return notes;
}

// A row for each node, then one for each edge.
std::string Network::Csv() const {
  cli::Table table = {"",
                      {{"kind"},
                       {"first"},
                       {"second"},
                       {"first_name"},
                       {"second_name"},
                       {"participants"},
                       {"studies"},
                       {"low"},
                       {"some_concerns"},
                       {"high"},
                       {"not_judged"},
                       {"mean_risk_of_bias"}},
                      {}};
  for (const std::string& node : subject_.nodes) {
    const auto count = participants_.find(node);
    std::vector<cli::Cell> row(table.columns.size(), cli::Text(""));
    row[0] = cli::Text("node");
    row[1] = cli::Text(node);
    row[3] = cli::Text(subject_.NameOf(node));
    if (count != participants_.end()) row[5] = cli::Integer(count->second);
    int64_t studies = 0;
    for (const NetworkStudy& study : studies_) {
      studies += static_cast<int64_t>(study.participants.count(node));
    }
    row[6] = cli::Integer(studies);
    table.rows.push_back(std::move(row));
  }
  for (const auto& [pair, edge] : edges_) {
    const std::string& first = subject_.nodes[pair.first];
    const std::string& second = subject_.nodes[pair.second];
    table.rows.push_back(
        {cli::Text("edge"), cli::Text(first), cli::Text(second),
         cli::Text(subject_.NameOf(first)), cli::Text(subject_.NameOf(second)),
         cli::Text(""), cli::Integer(edge.studies),
         cli::Integer(edge.by_level[1]), cli::Integer(edge.by_level[2]),
         cli::Integer(edge.by_level[3]), cli::Integer(edge.by_level[0]),
         cli::OptionalNumber(edge.MeanRisk().has_value(),
                             edge.MeanRisk().value_or(0))});
  }
  return cli::AsCsv(table);
}

Figure Network::Draw() const {
  Figure figure = {
      "network", absl::StrCat(subject_.title, ": network of treatments"),
      absl::StrCat("Network graph: ", subject_.nodes.size(), " nodes, ",
                   participants_.size(), " of them with data, ", edges_.size(),
                   " comparisons, ", studies_.size(),
                   " studies. An edge says who was compared with whom, not "
                   "which is better."),
      "", Csv()};
  const Frame frame(
      figure.title,
      {absl::StrCat(studies_.size(), " studies; area of nodes: participants ",
                    counted_,
                    "; width of edges: studies; colour and dash of edges: "
                    "mean risk of bias.")},
      Notes());
  const double height = labels_->Height() + 14 + kLegend;
  Drawing drawing(kPageWidth, frame.HeightWith(height), figure.title,
                  figure.description);
  frame.Draw(height, &drawing);
  DrawPolygons(frame.top(), &drawing);
  DrawEdges(frame.top(), &drawing);
  labels_->Draw(frame.top(), &drawing);
  DrawNumbers(frame.top(), &drawing);
  DrawNodes(frame.top(), &drawing);
  DrawLegend(frame.top() + labels_->Height() + 14, &drawing);
  figure.svg = drawing.ToSvg();
  return figure;
}

}  // namespace

Figure DrawNetwork(const v1::Estimate& estimate, const Subject& subject,
                   const std::vector<NetworkStudy>& studies,
                   const std::string& counted) {
  return Network(estimate, subject, studies, counted).Draw();
}

}  // namespace tidemark::report
