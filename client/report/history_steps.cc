#include "client/report/history_steps.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/comparison.h"
#include "client/cli/event_text.h"
#include "client/cli/history_tables.h"
#include "client/cli/number_format.h"
#include "client/cli/table.h"
#include "client/report/cause.h"
#include "client/report/date_ticks.h"

namespace tidemark::report {
namespace {

using By = HistoryInput::By;

double SecondsOf(const google::protobuf::Timestamp& time) {
  return static_cast<double>(time.seconds()) + 1e-9 * time.nanos();
}

}  // namespace

bool IsMajor(const v1::ConclusionEvent& event) {
  return event.importance() == v1::Importance::MAJOR;
}

bool HasMajor(const v1::EstimateAt& at) {
  return std::any_of(at.events().begin(), at.events().end(), IsMajor);
}

const v1::Estimate& ScaleOf(const HistoryInput& input) {
  for (auto at = input.history.rbegin(); at != input.history.rend(); ++at) {
    if (!at->estimate().random().relative_effects().empty()) {
      return at->estimate();
    }
  }
  return input.history.back().estimate();
}

std::vector<Step> StepsOf(const HistoryInput& input) {
  const v1::Estimate& scale = ScaleOf(input);
  std::vector<Step> steps;
  for (const v1::EstimateAt& at : input.history) {
    const v1::Estimate& estimate = at.estimate();
    Step step = {&at, static_cast<double>(estimate.sequence()), {}, "", {}};
    if (input.by == By::kDate) step.x = SecondsOf(at.cause().time());
    const auto& effects = estimate.random().relative_effects();
    if (effects.empty()) {
      step.why_not = "not estimable";
    } else if (estimate.effect_measure() != scale.effect_measure()) {
      step.why_not = absl::StrCat("on the scale ", cli::ScaleName(estimate));
    } else if (estimate.small_values_desirable() !=
               scale.small_values_desirable()) {
      step.why_not = "of the other direction";
    } else {
      step.effect = IntervalOf(effects.Get(0));
    }
    if (step.effect.has_value()) {
      for (const v1::Threshold& by : at.conclusions().thresholds()) {
        step.thresholds.push_back(by.value());
      }
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

std::vector<PlacedRelease> ReleasesOf(const HistoryInput& input) {
  std::vector<PlacedRelease> placed;
  for (const v1::Release& release : input.releases) {
    if (release.sequence() < input.history[0].estimate().sequence()) continue;
    placed.push_back({&release, input.by == By::kDate
                                    ? SecondsOf(release.time())
                                    : static_cast<double>(release.sequence())});
  }
  return placed;
}

Axis AxisOfMoments(const std::vector<Step>& steps,
                   const std::vector<PlacedRelease>& releases, By by,
                   double from, double to) {
  double low = steps[0].x;
  double high = steps.back().x;
  for (const PlacedRelease& release : releases) {
    low = std::min(low, release.x);
    high = std::max(high, release.x);
  }
  if (low == high) {
    // A step of one entry, or of one day, and as much before it.
    const double around = by == By::kDate ? 86400 : 1;
    low -= around;
    high += around;
  }
  return Axis(low, high, from, to);
}

std::vector<Axis::Tick> MomentTicks(const Axis& axis, By by) {
  if (by == By::kDate) return DateTicks(axis.low(), axis.high(), 6);
  std::vector<Axis::Tick> whole;
  for (const Axis::Tick& tick : axis.ticks()) {
    if (tick.value == std::round(tick.value) && tick.value >= 0) {
      whole.push_back(tick);
    }
  }
  return whole;
}

std::vector<Stretch> StretchesOf(const std::vector<Step>& steps,
                                 const Axis& moments) {
  std::vector<Stretch> stretches;
  for (const Step& step : steps) {
    const double from = moments.At(step.x);
    if (stretches.empty() || from - stretches.back().from >= 1) {
      if (!stretches.empty()) stretches.back().to = from;
      stretches.push_back({from, moments.to(), step});
      continue;
    }
    std::optional<EffectInterval> before = stretches.back().step.effect;
    stretches.back().step = step;
    std::optional<EffectInterval>& now = stretches.back().step.effect;
    if (before.has_value() && now.has_value()) {
      now->lower = std::min(now->lower, before->lower);
      now->upper = std::max(now->upper, before->upper);
    }
  }
  return stretches;
}

std::string HistoryCsv(const HistoryInput& input,
                       const std::vector<Step>& steps,
                       const std::vector<PlacedRelease>& releases) {
  v1::ListEstimatesRequest request;
  request.set_analysis_id(input.subject.analysis_id);
  request.set_first(input.first);
  request.set_second(input.second);
  cli::Table table =
      cli::HistoryTable(input.history, cli::Model::kRandom, request);
  for (const char* name :
       {"cause", "major", "class", "thresholds", "measure", "releases"}) {
    table.columns.push_back({name, cli::Column::For::kRows});
  }
  for (size_t i = 0; i < steps.size(); ++i) {
    const v1::EstimateAt& at = *steps[i].at;
    const v1::Estimate& estimate = at.estimate();
    std::vector<std::string> major;
    for (const v1::ConclusionEvent& event : at.events()) {
      if (IsMajor(event)) major.push_back(cli::KindName(event.kind()));
    }
    std::vector<std::string> thresholds;
    for (const v1::Threshold& by : at.conclusions().thresholds()) {
      thresholds.push_back(cli::ExactNumber(by.value()));
    }
    std::vector<std::string> tags;
    for (const PlacedRelease& release : releases) {
      const int64_t sequence = release.release->sequence();
      if (sequence >= estimate.sequence() &&
          (i + 1 == steps.size() ||
           sequence < steps[i + 1].at->estimate().sequence())) {
        tags.push_back(release.release->tag());
      }
    }
    std::vector<cli::Cell>& row = table.rows[i];
    row.push_back(cli::Text(CauseName(CauseOf(at.cause()))));
    row.push_back(cli::Text(absl::StrJoin(major, " ")));
    row.push_back(cli::Text(
        at.conclusions().comparisons().empty()
            ? ""
            : cli::ClassName(at.conclusions().comparisons(0).class_())));
    row.push_back(cli::Text(absl::StrJoin(thresholds, " ")));
    row.push_back(
        cli::Text(v1::EffectMeasure::Code_Name(estimate.effect_measure())));
    row.push_back(cli::Text(absl::StrJoin(tags, " ")));
  }
  return cli::AsCsv(table);
}

}  // namespace tidemark::report
