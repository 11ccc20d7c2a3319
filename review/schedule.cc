#include "review/schedule.h"

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace tidemark::review {
namespace {

constexpr int kFirstYear = 1900;
constexpr int kLastYear = 2999;

// ParseCivilTime takes `2026-2-1`, blanks and years of any length too.
bool LooksLikeDay(absl::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  return std::count_if(text.begin(), text.end(), [](char c) {
           return absl::ascii_isdigit(static_cast<unsigned char>(c));
         }) == 8;
}

}  // namespace

std::optional<absl::CivilDay> ParseDay(absl::string_view text) {
  absl::CivilDay day;
  if (!LooksLikeDay(text) || !absl::ParseCivilTime(std::string(text), &day) ||
      day.year() < kFirstYear || day.year() > kLastYear) {
    return std::nullopt;
  }
  return day;
}

std::string FormatDay(absl::CivilDay day) { return absl::FormatCivilTime(day); }

absl::CivilDay DayOf(absl::Time time) {
  return absl::ToCivilDay(time, absl::UTCTimeZone());
}

void NoteRun(const v1::StepRun& run, LastRuns& last) {
  const absl::CivilDay day = ParseDay(run.performed_on()).value();
  const auto [at, is_new] =
      last.emplace(StepKey(run.step(), run.source()), day);
  if (!is_new) at->second = std::max(at->second, day);
}

std::vector<v1::DueStep> DueSteps(const v1::LivingMode& mode,
                                  const LastRuns& last) {
  std::vector<v1::DueStep> due;
  if (mode.status() != v1::LivingMode::ACTIVE) return due;
  for (const v1::Schedule& schedule : mode.schedules()) {
    v1::DueStep step;
    step.set_step(schedule.step());
    step.set_source(schedule.source());
    step.set_due_on(schedule.first_due());
    const auto done = last.find({schedule.step(), schedule.source()});
    if (done != last.end()) {
      step.set_due_on(FormatDay(done->second + schedule.every_days()));
      step.set_last_performed_on(FormatDay(done->second));
    }
    due.push_back(std::move(step));
  }
  if (!mode.next_planned_update().empty()) {
    v1::DueStep update;
    update.set_step(v1::Step::UPDATE);
    update.set_due_on(mode.next_planned_update());
    due.push_back(std::move(update));
  }
  std::sort(due.begin(), due.end(),
            [](const v1::DueStep& a, const v1::DueStep& b) {
              return std::make_tuple(a.due_on(), a.step(), a.source()) <
                     std::make_tuple(b.due_on(), b.step(), b.source());
            });
  return due;
}

bool IsOverdue(const v1::DueStep& step, absl::CivilDay today) {
  return step.due_on() < FormatDay(today);
}

DueKey KeyOf(const v1::DueStep& step) {
  return {step.step(), step.source(), step.due_on()};
}

}  // namespace tidemark::review
