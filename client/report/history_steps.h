// What a history figure draws, before it is drawn.
#ifndef TIDEMARK_CLIENT_REPORT_HISTORY_STEPS_H_
#define TIDEMARK_CLIENT_REPORT_HISTORY_STEPS_H_

#include <optional>
#include <string>
#include <vector>

#include "client/report/axis.h"
#include "client/report/effect_axis.h"
#include "client/report/history_figure.h"
#include "tidemark/v1/conclusion.pb.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/read_service.pb.h"
#include "tidemark/v1/release.pb.h"

namespace tidemark::report {

// What holds from one entry to the next.
struct Step {
  const v1::EstimateAt* at = nullptr;
  double x = 0;  // sequence, or seconds since 1970
  // Absent: nothing that could be drawn beside the others.
  std::optional<EffectInterval> effect;
  std::string why_not;
  // What effects were judged by. None without an effect.
  std::vector<double> thresholds;
};

struct PlacedRelease {
  const v1::Release* release = nullptr;
  double x = 0;  // as of a step
};

// A step, or several within one pixel, in pixels across.
struct Stretch {
  double from = 0;
  double to = 0;
  Step step;
};

bool IsMajor(const v1::ConclusionEvent& event);
bool HasMajor(const v1::EstimateAt& at);

// The estimate whose scale and direction effects are drawn on: the last that
// has an effect; if none has, the last.
const v1::Estimate& ScaleOf(const HistoryInput& input);

// One for each estimate. They point into the input.
std::vector<Step> StepsOf(const HistoryInput& input);

// Those of a sequence that has an estimate.
std::vector<PlacedRelease> ReleasesOf(const HistoryInput& input);

// Covers steps and releases, between the pixels.
Axis AxisOfMoments(const std::vector<Step>& steps,
                   const std::vector<PlacedRelease>& releases,
                   HistoryInput::By by, double from, double to);
std::vector<Axis::Tick> MomentTicks(const Axis& axis, HistoryInput::By by);

// Steps that begin within one pixel become one: the last, with the widest
// interval of them. The last stretch ends with the axis.
std::vector<Stretch> StretchesOf(const std::vector<Step>& steps,
                                 const Axis& moments);

// A row a step: all of HistoryTable, and what the figure says beside.
std::string HistoryCsv(const HistoryInput& input,
                       const std::vector<Step>& steps,
                       const std::vector<PlacedRelease>& releases);

}  // namespace tidemark::report

#endif  // TIDEMARK_CLIENT_REPORT_HISTORY_STEPS_H_
