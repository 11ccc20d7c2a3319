#include "client/report/flow_figure.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "client/cli/table.h"
#include "client/report/drawing.h"
#include "client/report/page.h"
#include "client/report/palette.h"
#include "client/report/text_width.h"

namespace tidemark::report {
namespace {

constexpr double kPadding = 7;
constexpr double kTextSize = 10;
constexpr double kLineHeight = 14;
constexpr double kGap = 20;  // between boxes, for an arrow

// The three columns.
struct Column {
  double left;
  double width;
  double middle() const { return left + width / 2; }
  double right() const { return left + width; }
};
constexpr Column kKnown = {kPageMargin, 174};
constexpr Column kNew = {212, 226};
constexpr Column kOut = {464, 204};

// One fact: a line of a box and a row of the data.
struct Item {
  std::string text;
  // None: it is not known.
  std::string count;
  std::vector<std::string> trials;
};

struct Box {
  std::string stage;  // its first line, bold
  std::vector<Item> items;
};

Item Counted(absl::string_view text, int64_t count,
             std::vector<std::string> trials = {}) {
  return {std::string(text), absl::StrCat(count), std::move(trials)};
}

std::vector<Item> StudiesAndReports(int64_t studies, int64_t reports,
                                    std::vector<std::string> trials = {}) {
  return {Counted("Studies", studies, std::move(trials)),
          Counted("Reports", reports)};
}

// An item for each status, e.g. `Retracted`.
void AddByStatus(const std::map<std::string, v1::TrialStatus::Code>& trials,
                 absl::string_view suffix, std::vector<Item>& items) {
  const std::pair<v1::TrialStatus::Code, absl::string_view> statuses[] = {
      {v1::TrialStatus::RETRACTED, "Retracted"},
      {v1::TrialStatus::EXCLUDED, "Excluded"}};
  for (const auto& [status, name] : statuses) {
    std::vector<std::string> ids;
    for (const auto& [id, of_trial] : trials) {
      if (of_trial == status) ids.push_back(id);
    }
    if (ids.empty()) continue;
    const auto count = static_cast<int64_t>(ids.size());
    items.push_back(Counted(absl::StrCat(name, suffix), count, std::move(ids)));
  }
}

// All boxes, in the order in which they are read.
struct Boxes {
  Box previous;
  Box known;  // what became of known studies
  Box identified;
  Box duplicates;
  Box screened;
  Box excluded;
  Box sought;
  Box not_retrieved;
  Box assessed;
  Box reports_excluded;
  Box added;
  Box total;

  std::vector<const Box*> All() const {
    return {&previous, &known,  &identified,    &duplicates, &screened,
            &excluded, &sought, &not_retrieved, &assessed,   &reports_excluded,
            &added,    &total};
  }
};

void AddSearches(const Flow& flow, Boxes& boxes) {
  boxes.identified.stage = "Records identified";
  boxes.duplicates.stage = "Removed before screening";
  if (flow.sources.empty()) {
    boxes.identified.items = {{"No search is recorded", "", {}}};
    boxes.duplicates.items = {{"No search is recorded", "", {}}};
    return;
  }
  int64_t duplicates = 0;
  for (const auto& [source, counts] : flow.sources) {
    boxes.identified.items.push_back(
        Counted(absl::StrCat(source, " (", counts.searches,
                             counts.searches == 1 ? " search)" : " searches)"),
                counts.identified));
    duplicates += counts.duplicates;
  }
  boxes.duplicates.items = {Counted("Duplicates or known before", duplicates)};
}

void AddScreening(const ScreeningFlow& flow, Boxes& boxes) {
  boxes.screened.stage = "Records screened";
  boxes.excluded.stage = "Records excluded";
  boxes.sought.stage = "Reports sought for retrieval";
  boxes.not_retrieved.stage = "Reports not retrieved";
  boxes.assessed.stage = "Reports assessed in full";
  boxes.reports_excluded.stage = "Reports excluded";
  const std::vector<Box*> all = {&boxes.screened, &boxes.excluded,
                                 &boxes.sought,   &boxes.not_retrieved,
                                 &boxes.assessed, &boxes.reports_excluded};
  if (flow.runs == 0) {
    for (Box* box : all) box->items = {{"No screening is recorded", "", {}}};
    return;
  }
  const int64_t sought = flow.screened - flow.excluded;
  boxes.screened.items = {Counted("Records", flow.screened)};
  boxes.excluded.items = {Counted("Records", flow.excluded)};
  boxes.sought.items = {Counted("Reports", sought)};
  boxes.not_retrieved.items = {Counted("Reports", flow.not_retrieved)};
  boxes.assessed.items = {Counted("Reports", sought - flow.not_retrieved),
                          Counted("Of these included", flow.reports_included)};
  int64_t excluded = 0;
  for (const auto& [reason, count] : flow.reports_excluded) excluded += count;
  boxes.reports_excluded.items = {Counted("Reports", excluded)};
  for (const auto& [reason, count] : flow.reports_excluded) {
    boxes.reports_excluded.items.push_back(Counted(reason, count));
  }
}

void AddStudies(const Flow& flow, absl::string_view from, absl::string_view to,
                Boxes& boxes) {
  boxes.previous.stage = from.empty() ? "Before the first version"
                                      : absl::StrCat("Version ", from);
  boxes.previous.items =
      StudiesAndReports(flow.previous.studies, flow.previous.reports);
  const auto size = [](const auto& trials) {
    return static_cast<int64_t>(trials.size());
  };
  boxes.known.stage = "Of these studies";
  std::vector<Item>& known = boxes.known.items;
  known = {Counted("No longer used", size(flow.no_longer_used))};
  AddByStatus(flow.no_longer_used, "", known);
  if (!flow.no_longer_used.empty()) {
    known.push_back(Counted("Reports of these", flow.no_longer_used_reports));
  }
  known.push_back(Counted("Data changed", size(flow.changed), flow.changed));
  known.push_back(Counted("New concern, still used", size(flow.new_concern),
                          flow.new_concern));
  known.push_back(Counted("Further reports", flow.further_reports));

  boxes.added.stage = "New in this version";
  boxes.added.items =
      StudiesAndReports(size(flow.added), flow.added_reports, flow.added);
  if (!flow.used_again.empty()) {
    boxes.added.items.push_back(
        Counted("Studies used again", size(flow.used_again), flow.used_again));
    boxes.added.items.push_back(
        Counted("Reports of these", flow.used_again_reports));
  }
  AddByStatus(flow.came_and_went, " since they came", boxes.added.items);
  boxes.total.stage = absl::StrCat("Version ", to);
  boxes.total.items = StudiesAndReports(flow.total.studies, flow.total.reports);
}

struct TextLine {
  std::string text;
  bool bold = false;
};

std::vector<TextLine> LinesOf(const Box& box, const Column& column) {
  const double width = column.width - 2 * kPadding;
  std::vector<TextLine> lines;
  for (std::string& line :
       WrapText(box.stage, width, kTextSize, Weight::kBold)) {
    lines.push_back({std::move(line), true});
  }
  for (const Item& item : box.items) {
    std::string text = item.text;
    if (!item.count.empty()) absl::StrAppend(&text, ": ", item.count);
    if (!item.trials.empty()) {
      absl::StrAppend(&text, " (", absl::StrJoin(item.trials, ", "), ")");
    }
    for (std::string& line : WrapText(text, width, kTextSize)) {
      lines.push_back({std::move(line), false});
    }
  }
  return lines;
}

double HeightOf(const Box& box, const Column& column) {
  return 2 * kPadding +
         kLineHeight * static_cast<double>(LinesOf(box, column).size());
}

void DrawBox(const Box& box, const Column& column, double top, double height,
             absl::string_view fill, Drawing& drawing) {
  drawing.Rectangle({column.left, top}, column.width, height, fill,
                    {kAxisGrey, 1, ""});
  double baseline = top + kPadding + kTextSize;
  for (const TextLine& line : LinesOf(box, column)) {
    TextStyle style;
    style.size = kTextSize;
    style.weight = line.bold ? Weight::kBold : Weight::kRegular;
    drawing.Text({column.left + kPadding, baseline}, line.text, style);
    baseline += kLineHeight;
  }
}

// A line that ends in an arrow head, straight down or to the right.
void DrawArrow(Point from, Point to, Drawing& drawing) {
  constexpr double kHead = 5;
  drawing.Line(from, to, {kInk, 1, ""});
  const bool is_down = from.x == to.x;
  const Point a = is_down ? Point{to.x - kHead / 2, to.y - kHead}
                          : Point{to.x - kHead, to.y - kHead / 2};
  const Point b = is_down ? Point{to.x + kHead / 2, to.y - kHead}
                          : Point{to.x - kHead, to.y + kHead / 2};
  drawing.Polygon({to, a, b}, kInk);
}

// A box on the way of records, and what is left out there; null if nothing is.
struct Stage {
  const Box* box;
  const Box* out;
  double top = 0;
  double height = 0;
};

// Where all boxes stand.
struct Layout {
  std::vector<Stage> stages;
  double top = 0;
  double known_top = 0;
  double known_height = 0;
  double total_top = 0;
  double total_height = 0;
  double height = 0;
};

// From `top` on.
Layout LayOut(const Boxes& boxes, double top) {
  Layout layout;
  layout.top = top;
  layout.stages = {{&boxes.identified, &boxes.duplicates},
                   {&boxes.screened, &boxes.excluded},
                   {&boxes.sought, &boxes.not_retrieved},
                   {&boxes.assessed, &boxes.reports_excluded},
                   {&boxes.added, nullptr}};
  for (Stage& stage : layout.stages) {
    stage.top = top;
    stage.height = HeightOf(*stage.box, kNew);
    if (stage.out != nullptr) {
      stage.height = std::max(stage.height, HeightOf(*stage.out, kOut));
    }
    top += stage.height + kGap;
  }
  Stage& first = layout.stages.front();
  const double previous = HeightOf(boxes.previous, kKnown);
  layout.known_top = layout.top + std::max(previous, first.height) + kGap;
  layout.known_height = HeightOf(boxes.known, kKnown);
  layout.total_top =
      std::max(top, layout.known_top + layout.known_height + kGap);
  layout.total_height = HeightOf(boxes.total, kNew);
  layout.height = layout.total_top + layout.total_height + kPageMargin;
  return layout;
}

void DrawNew(const Layout& layout, Drawing& drawing) {
  for (size_t i = 0; i < layout.stages.size(); ++i) {
    const Stage& stage = layout.stages[i];
    const double middle = stage.top + stage.height / 2;
    DrawBox(*stage.box, kNew, stage.top, stage.height, kPaper, drawing);
    if (stage.out != nullptr) {
      DrawBox(*stage.out, kOut, stage.top, stage.height, kBandGrey, drawing);
      DrawArrow({kNew.right(), middle}, {kOut.left, middle}, drawing);
    }
    const double next = i + 1 < layout.stages.size() ? layout.stages[i + 1].top
                                                     : layout.total_top;
    DrawArrow({kNew.middle(), stage.top + stage.height}, {kNew.middle(), next},
              drawing);
  }
}

void DrawKnown(const Boxes& boxes, const Layout& layout, Drawing& drawing) {
  const double previous_height = layout.known_top - kGap - layout.top;
  DrawBox(boxes.previous, kKnown, layout.top, previous_height, kPaper, drawing);
  DrawArrow({kKnown.middle(), layout.known_top - kGap},
            {kKnown.middle(), layout.known_top}, drawing);
  DrawBox(boxes.known, kKnown, layout.known_top, layout.known_height, kBandGrey,
          drawing);
  // Down and into the total.
  const double middle = layout.total_top + layout.total_height / 2;
  drawing.Line({kKnown.middle(), layout.known_top + layout.known_height},
               {kKnown.middle(), middle});
  DrawArrow({kKnown.middle(), middle}, {kNew.left, middle}, drawing);
  DrawBox(boxes.total, kNew, layout.total_top, layout.total_height, kPaper,
          drawing);
}

std::string Csv(const Boxes& boxes) {
  cli::Table table = {"", {{"stage"}, {"item"}, {"count"}, {"trials"}}, {}};
  for (const Box* box : boxes.All()) {
    for (const Item& item : box->items) {
      table.rows.push_back({cli::Text(box->stage), cli::Text(item.text),
                            cli::Text(item.count),
                            cli::Text(absl::StrJoin(item.trials, "; "))});
    }
  }
  return cli::AsCsv(table);
}

}  // namespace

Figure DrawFlow(const Flow& flow, absl::string_view from,
                absl::string_view to) {
  Boxes boxes;
  AddStudies(flow, from, to, boxes);
  AddSearches(flow, boxes);
  AddScreening(flow.screening, boxes);
  Figure figure;
  figure.name = "flow";
  figure.title =
      absl::StrCat("Flow of studies ",
                   from.empty() ? "" : absl::StrCat("from version ", from, " "),
                   "to version ", to);
  figure.description = absl::StrCat(
      "PRISMA-LSR flow diagram. Left: the studies of the previous version, ",
      flow.previous.studies, ", and what of them changed. Middle: records ",
      "found, screened and assessed, and the studies that are new, ",
      flow.added.size(), ". Right: what was left out on the way, and why. ",
      "Bottom: the ", flow.total.studies, " studies of this version.");
  Drawing drawing(kPageWidth, 0, figure.title, figure.description);
  const double top = DrawParagraph(8, figure.title, kTitleStyle, &drawing) + 8;
  const Layout layout = LayOut(boxes, top);
  drawing.SetHeight(layout.height);
  DrawNew(layout, drawing);
  DrawKnown(boxes, layout, drawing);
  figure.svg = drawing.ToSvg();
  figure.csv = Csv(boxes);
  return figure;
}

}  // namespace tidemark::report
