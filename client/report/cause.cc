#include "client/report/cause.h"

#include <map>
#include <string>

#include "client/report/palette.h"

namespace tidemark::report {

Cause CauseOf(const v1::LogEntry& entry) {
  static const auto* const by_action = new std::map<std::string, Cause>{
      {"trials.submit", Cause::kNewTrial},
      {"trials.approve", Cause::kNewTrial},
      {"trials.adjudicate", Cause::kNewTrial},
      {"trials.correct", Cause::kCorrection},
      {"trials.concern", Cause::kConcern},
      {"trials.retract", Cause::kOut},
      {"trials.exclude", Cause::kOut},
      {"trials.reinstate", Cause::kReinstatement},
      {"analyses.put", Cause::kModel},
      {"review.create", Cause::kModel},
      {"review.update", Cause::kModel}};
  const auto known = by_action->find(entry.action());
  if (known == by_action->end()) return Cause::kOther;
  if (known->second == Cause::kNewTrial && entry.version_before() > 0) {
    return Cause::kCorrection;
  }
  return known->second;
}

const char* CauseName(Cause cause) {
  switch (cause) {
    case Cause::kNewTrial:
      return "new trial";
    case Cause::kCorrection:
      return "correction";
    case Cause::kConcern:
      return "concern";
    case Cause::kOut:
      return "retraction or exclusion";
    case Cause::kReinstatement:
      return "reinstatement";
    case Cause::kModel:
      return "model or protocol";
    case Cause::kOther:
      break;
  }
  return "other";
}

void DrawCause(Cause cause, Point center, Drawing* drawing) {
  constexpr double kSize = 9;
  switch (cause) {
    case Cause::kNewTrial:
      return drawing->Mark(Marker::kTriangle, center, kSize, kBlue);
    case Cause::kCorrection:
      return drawing->Mark(Marker::kDiamond, center, kSize, kGreen);
    case Cause::kConcern:
      return drawing->Circle(center, kSize / 2, kOrange, {kInk, 0.75});
    case Cause::kOut:
      return drawing->Mark(Marker::kCross, center, kSize, kVermilion);
    case Cause::kReinstatement:
      return drawing->Mark(Marker::kPlus, center, kSize, kBlue);
    case Cause::kModel:
      return drawing->Mark(Marker::kSquare, center, kSize - 1, kBlack);
    case Cause::kOther:
      return drawing->Circle(center, kSize / 2 - 0.5, kPaper, {kInk, 1.25, ""});
  }
}

}  // namespace tidemark::report
