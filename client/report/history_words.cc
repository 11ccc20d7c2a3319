#include "client/report/history_words.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/comparison.h"
#include "client/cli/conclusion_text.h"
#include "client/cli/event_text.h"
#include "client/cli/moment.h"
#include "client/cli/number_format.h"
#include "client/report/cause.h"
#include "client/report/drawing.h"
#include "client/report/palette.h"

namespace tidemark::report {
namespace {

std::string Shown(const v1::Estimate& estimate) {
  const v1::RelativeEffect& effect = estimate.random().relative_effects(0);
  return absl::StrCat(
      v1::EffectMeasure::Code_Name(estimate.effect_measure()), " ",
      cli::IsRatio(estimate.effect_measure()) ? cli::ShownRatio(effect)
                                              : cli::Shown(effect));
}

}  // namespace

std::string HistoryTitle(const HistoryInput& input) {
  return absl::StrCat(
      input.subject.title, ": ", input.subject.NameOf(input.first), " versus ",
      input.subject.NameOf(input.second), ", history of the estimate");
}

std::string HistoryRule(const HistoryInput& input) {
  const v1::Estimate& scale = ScaleOf(input);
  const v1::EstimateAt& last = input.history.back();
  const v1::Estimate& now = last.estimate();
  std::string rule =
      absl::StrCat(cli::SignRule(scale), "; random effects, ",
                   cli::ShownLevel(scale.level()), " intervals. At sequence ",
                   now.sequence(), ", ",
                   cli::ShownTime(last.cause().time()).substr(0, 10), ": ");
  if (now.random().relative_effects().empty()) {
    return absl::StrCat(rule, "not estimable.");
  }
  absl::StrAppend(&rule, Shown(now));
  if (!last.conclusions().comparisons().empty()) {
    absl::StrAppend(&rule, ", ",
                    cli::ShownConclusion(last.conclusions().comparisons(0),
                                         last.conclusions()));
  }
  return absl::StrCat(rule, ".");
}

std::string NoteOnEvents(const Step& step) {
  const v1::LogEntry& cause = step.at->cause();
  std::vector<std::string> events;
  for (const v1::ConclusionEvent& event : step.at->events()) {
    if (!IsMajor(event)) continue;
    std::string shown = cli::KindName(event.kind());
    const std::string before = cli::ClassName(event.before().class_());
    const std::string after = cli::ClassName(event.after().class_());
    if (before != after) {
      absl::StrAppend(&shown, " (", before.empty() ? "none" : before, " → ",
                      after.empty() ? "none" : after, ")");
    }
    events.push_back(std::move(shown));
  }
  return absl::StrCat("sequence ", step.at->estimate().sequence(), ", ",
                      cli::ShownTime(cause.time()).substr(0, 10), ", ",
                      CauseName(CauseOf(cause)), ": ",
                      absl::StrJoin(events, ", "));
}

std::vector<KeyEntry> HistoryKey(const std::vector<Step>& steps,
                                 const std::vector<PlacedRelease>& releases,
                                 HistoryInput::By by) {
  std::vector<KeyEntry> key;
  std::set<Cause> causes;
  bool has_effect = false;
  bool has_hatch = false;
  bool has_major = false;
  bool has_thresholds = false;
  for (const Step& step : steps) {
    causes.insert(CauseOf(step.at->cause()));
    has_effect |= step.effect.has_value();
    has_hatch |= !step.effect.has_value();
    has_major |= HasMajor(*step.at);
    has_thresholds |= !step.thresholds.empty();
  }
  if (has_effect) {
    key.push_back({[](Point at, Drawing* drawing) {
                     drawing->Polygon({{at.x - 11, at.y - 5},
                                       {at.x + 11, at.y - 5},
                                       {at.x + 11, at.y + 5},
                                       {at.x - 11, at.y + 5}},
                                      kSkyBlue, kNoStroke, 0.35);
                     drawing->Line({at.x - 11, at.y}, {at.x + 11, at.y},
                                   {kBlue, 1.75, ""});
                   },
                   "estimate with interval"});
  }
  for (const Cause cause : kCauses) {
    if (causes.count(cause) == 0) continue;
    key.push_back(
        {[cause](Point at, Drawing* drawing) { DrawCause(cause, at, drawing); },
         CauseName(cause)});
  }
  if (has_major) {
    key.push_back({[](Point at, Drawing* drawing) {
                     drawing->Circle(at, 6, "none", {kInk, 1.25, ""});
                   },
                   "conclusion changed (major event)"});
  }
  key.push_back({[](Point at, Drawing* drawing) {
                   drawing->Line({at.x - 11, at.y}, {at.x + 11, at.y});
                 },
                 "no difference"});
  if (has_thresholds) {
    key.push_back({[](Point at, Drawing* drawing) {
                     drawing->Line({at.x - 11, at.y}, {at.x + 11, at.y},
                                   {kInk, 1, "5 3"});
                   },
                   "minimal important difference (MID)"});
  }
  if (!releases.empty()) {
    key.push_back({[](Point at, Drawing* drawing) {
                     drawing->Line({at.x, at.y - 6}, {at.x, at.y + 6},
                                   {kAxisGrey, 1, "1 2"});
                   },
                   by == HistoryInput::By::kDate ? "release, when it was made"
                                                 : "release"});
  }
  if (has_hatch) {
    key.push_back({[](Point at, Drawing* drawing) {
                     DrawDiagonals({at.x - 11, at.y - 5}, 22, 10, 5,
                                   {kAxisGrey}, drawing);
                   },
                   "no estimate on this scale"});
  }
  return key;
}

}  // namespace tidemark::report
