#include "client/cli/event_text.h"

#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "client/cli/number_format.h"
#include "client/cli/table.h"

namespace tidemark::cli {
namespace {

using Event = v1::ConclusionEvent;

// `before -> after`; empty if neither says anything.
std::string Arrow(const std::string& before, const std::string& after) {
  if (before.empty() && after.empty()) return "";
  return absl::StrCat(before.empty() ? "none" : before, " -> ",
                      after.empty() ? "none" : after);
}

std::string InWords(const std::string& constant) {
  return absl::StrReplaceAll(absl::AsciiStrToLower(constant), {{"_", " "}});
}

bool IsOfBestRanked(const Event& event) {
  return event.kind() == Event::RANK_CHANGED;
}

// What a side says about the kind: an effect with its interval, a number, a set
// of treatments, or words.
std::string ShownSide(const Event& event, const Event::Side& side) {
  if (side.has_effect()) {
    return side.has_lower()
               ? ShownInterval(side.effect(), side.lower(), side.upper())
               : ShownNumber(side.effect());
  }
  if (side.has_value()) {
    return event.kind() == Event::HETEROGENEITY_JUMPED
               ? absl::StrCat("I2 ", ShownNumber(side.value()))
               : absl::StrCat("p ", ShownPValue(side.value()));
  }
  if (IsOfBestRanked(event)) return absl::StrJoin(side.treatments(), ", ");
  return side.text();
}

// `benefit -> inconclusive`, or the one class of both; empty if there is none.
std::string ShownClasses(const Event& event) {
  const auto before = event.before().class_();
  const auto after = event.after().class_();
  if (before == after) return ClassName(before);
  return Arrow(ClassName(before), ClassName(after));
}

std::string ShownThreshold(const Event& event) {
  return event.has_threshold()
             ? absl::StrCat("threshold ",
                            ExactNumber(event.threshold().value()))
             : "";
}

void AddSide(const Event& event, const Event::Side& side,
             std::vector<Cell>& cells) {
  cells.push_back(OptionalNumber(side.has_effect(), side.effect()));
  cells.push_back(OptionalNumber(side.has_lower(), side.lower()));
  cells.push_back(OptionalNumber(side.has_upper(), side.upper()));
  cells.push_back(Text(ClassName(side.class_())));
  cells.push_back(OptionalNumber(side.has_value(), side.value()));
  cells.push_back(Text(IsOfBestRanked(event)
                           ? absl::StrJoin(side.treatments(), ",")
                           : side.text()));
}

}  // namespace

std::string KindName(Event::Kind kind) { return Event::Kind_Name(kind); }

std::string ImportanceName(v1::Importance::Level importance) {
  return importance == v1::Importance::LEVEL_UNSPECIFIED
             ? ""
             : InWords(v1::Importance::Level_Name(importance));
}

std::string ClassName(v1::ConclusionClass::Code code) {
  return code == v1::ConclusionClass::UNSPECIFIED
             ? ""
             : InWords(v1::ConclusionClass::Code_Name(code));
}

std::string SubjectOf(const Event& event) {
  if (!event.first().empty()) {
    return absl::StrCat(event.first(), " versus ", event.second());
  }
  return event.treatment().empty() ? "whole network" : event.treatment();
}

std::string ShownEvent(const Event& event) {
  std::vector<std::string> parts = {
      KindName(event.kind()), SubjectOf(event),
      Arrow(ShownSide(event, event.before()), ShownSide(event, event.after())),
      ShownClasses(event), ShownThreshold(event)};
  const std::string importance = ImportanceName(event.importance());
  if (!importance.empty()) parts.push_back(absl::StrCat("(", importance, ")"));
  std::string line;
  for (const std::string& part : parts) {
    if (!part.empty()) absl::StrAppend(&line, line.empty() ? "" : "  ", part);
  }
  return line;
}

std::vector<Column> EventColumns() {
  using For = Column::For;
  std::vector<Column> columns = {{"sequence"},
                                 {"analysis"},
                                 {"event"},
                                 {"importance"},
                                 {"of", For::kTables},
                                 {"change", For::kTables},
                                 {"class", For::kTables},
                                 {"first", For::kRows},
                                 {"second", For::kRows},
                                 {"treatment", For::kRows}};
  for (const char* side : {"before", "after"}) {
    for (const char* name :
         {"effect", "lower", "upper", "class", "value", "text"}) {
      columns.push_back({absl::StrCat(side, "_", name), For::kRows});
    }
  }
  columns.push_back({"threshold"});
  columns.push_back({"distance"});
  return columns;
}

std::vector<Cell> EventCells(const Event& event) {
  std::vector<Cell> cells = {Integer(event.sequence()),
                             Text(event.analysis_id()),
                             Text(KindName(event.kind())),
                             Text(ImportanceName(event.importance())),
                             Text(SubjectOf(event)),
                             Text(Arrow(ShownSide(event, event.before()),
                                        ShownSide(event, event.after()))),
                             Text(ShownClasses(event)),
                             Text(event.first()),
                             Text(event.second()),
                             Text(event.treatment())};
  AddSide(event, event.before(), cells);
  AddSide(event, event.after(), cells);
  cells.push_back(
      OptionalNumber(event.has_threshold(), event.threshold().value()));
  cells.push_back(OptionalNumber(event.has_distance(), event.distance()));
  return cells;
}

}  // namespace tidemark::cli
