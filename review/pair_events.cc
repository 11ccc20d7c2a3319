#include "review/pair_events.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "review/compare_estimates.h"
#include "review/conclusion_rules.h"
#include "review/conclusions.h"
#include "review/thresholds.h"

namespace tidemark::review {
namespace {

using Class = v1::ConclusionClass;
using Event = v1::ConclusionEvent;
using Events = std::vector<Event>;

// What all comparisons of two estimates share.
struct Frame {
  bool small_before = false;
  bool small_after = false;
  // Whether effects are of one outcome and measure.
  bool same_scale = false;
  // Thresholds that both sides have, as they were and as they are.
  std::vector<std::pair<v1::Threshold, v1::Threshold>> thresholds;
  // The smallest one now.
  std::optional<v1::Threshold> smallest;
};

// A comparison before and after; null: not estimable.
struct PairChange {
  const v1::RelativeEffect* before = nullptr;
  const v1::RelativeEffect* after = nullptr;
};

bool AreEqual(const v1::Threshold& a, const v1::Threshold& b) {
  return a.value() == b.value() && a.source() == b.source();
}

// The only threshold of this source, or null.
const v1::Threshold* OnlyOf(const std::string& source,
                            const std::vector<v1::Threshold>& thresholds) {
  const v1::Threshold* only = nullptr;
  for (const v1::Threshold& threshold : thresholds) {
    if (threshold.source() != source) continue;
    if (only != nullptr) return nullptr;
    only = &threshold;
  }
  return only;
}

using Thresholds = std::vector<v1::Threshold>;

// Moves the first pair that `are_same` holds of to `pairs`, as often as there
// is one.
template <typename AreSame>
void TakePairs(AreSame are_same, Thresholds& before, Thresholds& after,
               std::vector<std::pair<v1::Threshold, v1::Threshold>>* pairs) {
  for (size_t i = 0; i < after.size();) {
    const auto same =
        std::find_if(before.begin(), before.end(),
                     [&](const auto& was) { return are_same(was, after[i]); });
    if (same == before.end()) {
      ++i;
      continue;
    }
    pairs->emplace_back(*same, after[i]);
    before.erase(same);
    after.erase(after.begin() + static_cast<ptrdiff_t>(i));
  }
}

// Each threshold of now with what it was.
std::vector<std::pair<v1::Threshold, v1::Threshold>> PairThresholds(
    Thresholds before, Thresholds after) {
  std::vector<std::pair<v1::Threshold, v1::Threshold>> pairs;
  TakePairs(AreEqual, before, after, &pairs);
  const Thresholds then = before;
  const Thresholds now = after;
  TakePairs(
      [&](const v1::Threshold& was, const v1::Threshold& is) {
        return was.source() == is.source() &&
               OnlyOf(was.source(), then) != nullptr &&
               OnlyOf(is.source(), now) != nullptr;
      },
      before, after, &pairs);
  const auto by_value = [](const v1::Threshold& a, const v1::Threshold& b) {
    return a.value() < b.value();
  };
  std::sort(before.begin(), before.end(), by_value);
  std::sort(after.begin(), after.end(), by_value);
  TakePairs([](const auto&, const auto&) { return true; }, before, after,
            &pairs);
  return pairs;
}

Frame MakeFrame(const DeclaredEstimate* before, const DeclaredEstimate& after) {
  Frame frame;
  frame.small_after = after.estimate.small_values_desirable();
  const std::vector<v1::Threshold> now =
      ThresholdsOf(*after.analysis, *after.protocol);
  const auto smallest = std::min_element(
      now.begin(), now.end(),
      [](const auto& a, const auto& b) { return a.value() < b.value(); });
  if (smallest != now.end()) frame.smallest = *smallest;
  if (before == nullptr) return frame;
  frame.small_before = before->estimate.small_values_desirable();
  frame.same_scale = SameScale(*before->analysis, *before->protocol,
                               *after.analysis, *after.protocol);
  if (!frame.same_scale) return frame;
  const std::vector<v1::Threshold> then =
      ThresholdsOf(*before->analysis, *before->protocol);
  frame.thresholds = PairThresholds(then, now);
  return frame;
}

void FillSide(const v1::RelativeEffect* effect, bool small_values_desirable,
              std::optional<double> threshold, Event::Side* side) {
  side->set_class_(ClassOf(effect, small_values_desirable, threshold));
  if (effect == nullptr) return;
  side->set_effect(effect->effect());
  if (!effect->has_lower()) return;
  side->set_lower(effect->lower());
  side->set_upper(effect->upper());
}

Event& Add(Event::Kind kind, const PairChange& pair, const Frame& frame,
           Events* events) {
  const v1::RelativeEffect& any = pair.after ? *pair.after : *pair.before;
  Event& event = events->emplace_back();
  event.set_kind(kind);
  event.set_importance(RuleOf(kind).importance);
  event.set_first(any.first());
  event.set_second(any.second());
  FillSide(pair.before, frame.small_before, std::nullopt,
           event.mutable_before());
  FillSide(pair.after, frame.small_after, std::nullopt, event.mutable_after());
  return event;
}

double NoiseOf(const PairChange& pair) {
  return kSameEstimate * std::max(pair.before->se(), pair.after->se());
}

// 1: `first` is better, -1: it is worse, 0: they differ by rounding only.
int SideOf(double effect, bool small_values_desirable, double noise) {
  if (std::abs(effect) <= noise) return 0;
  return (effect > 0) == small_values_desirable ? -1 : 1;
}

void AddDirection(const PairChange& pair, const Frame& frame, Events* events) {
  if (!frame.same_scale) return;
  const double noise = NoiseOf(pair);
  if (SideOf(pair.before->effect(), frame.small_before, noise) *
          SideOf(pair.after->effect(), frame.small_after, noise) !=
      -1) {
    return;
  }
  const bool is_major =
      ExcludesNoDifference(*pair.before) || ExcludesNoDifference(*pair.after);
  Event& event = Add(Event::DIRECTION_FLIPPED, pair, frame, events);
  if (!is_major) event.set_importance(v1::Importance::NOTABLE);
}

void AddSignificance(const PairChange& pair, const Frame& frame,
                     Events* events) {
  const bool was = ExcludesNoDifference(*pair.before);
  const bool is = ExcludesNoDifference(*pair.after);
  if (was == is) return;
  Event& event = Add(is ? Event::SIGNIFICANCE_GAINED : Event::SIGNIFICANCE_LOST,
                     pair, frame, events);
  if (!pair.after->has_lower()) return;
  event.set_distance(
      std::min(std::abs(pair.after->lower()), std::abs(pair.after->upper())));
}

bool SpeaksOfImportance(Class::Code code) {
  return code == Class::IMPORTANT_BENEFIT || code == Class::IMPORTANT_HARM ||
         code == Class::NO_IMPORTANT_DIFFERENCE;
}

// The least distance by which one end of the interval would have to move for
// another class. None if no such move keeps the ends in order.
std::optional<double> LeastShift(double lower, double upper, bool small,
                                 double threshold) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const Class::Code code = ClassOfInterval(lower, upper, small, threshold);
  std::optional<double> least;
  for (const double bound : {-threshold, 0.0, threshold}) {
    for (const double end : {bound, std::nextafter(bound, -kInfinity),
                             std::nextafter(bound, kInfinity)}) {
      const double moves[2][2] = {{end, upper}, {lower, end}};
      for (const auto& [low, high] : moves) {
        if (low > high) continue;
        if (ClassOfInterval(low, high, small, threshold) == code) continue;
        const double shift = std::abs(low - lower) + std::abs(high - upper);
        if (!least.has_value() || shift < *least) least = shift;
      }
    }
  }
  return least;
}

void AddImportance(const PairChange& pair, const Frame& frame, Events* events) {
  for (const auto& [then, now] : frame.thresholds) {
    const Class::Code was =
        ClassOf(pair.before, frame.small_before, then.value());
    const Class::Code is = ClassOf(pair.after, frame.small_after, now.value());
    if (was == is || (!SpeaksOfImportance(was) && !SpeaksOfImportance(is))) {
      continue;
    }
    Event& event = Add(Event::IMPORTANCE_CHANGED, pair, frame, events);
    *event.mutable_threshold() = now;
    event.mutable_before()->set_class_(was);
    event.mutable_after()->set_class_(is);
    if (!pair.after->has_lower()) continue;
    const std::optional<double> shift =
        LeastShift(pair.after->lower(), pair.after->upper(), frame.small_after,
                   now.value());
    if (shift.has_value()) event.set_distance(*shift);
  }
}

void AddShift(const PairChange& pair, const Frame& frame, Events* events) {
  if (!frame.same_scale) return;
  const double noise = NoiseOf(pair);
  const double before = std::abs(pair.before->effect());
  const double move = std::abs(pair.after->effect() - pair.before->effect());
  if (move <= noise) return;
  const double share = RuleOf(Event::EFFECT_SHIFTED).parameter;
  constexpr double kNever = std::numeric_limits<double>::infinity();
  const double of_effect = before > noise ? share * before : kNever;
  const double of_threshold =
      frame.smallest.has_value() ? share * frame.smallest->value() : kNever;
  const double least = std::min(of_effect, of_threshold);
  if (!(move >= least)) return;
  Event& event = Add(Event::EFFECT_SHIFTED, pair, frame, events);
  if (move >= of_threshold) *event.mutable_threshold() = *frame.smallest;
  event.set_distance(move - least);
}

void AddEvents(const PairChange& pair, const Frame& frame, Events* events) {
  if (pair.before == nullptr) {
    Add(Event::BECAME_ESTIMABLE, pair, frame, events);
    return;
  }
  if (pair.after == nullptr) {
    Add(Event::BECAME_NOT_ESTIMABLE, pair, frame, events);
    return;
  }
  AddDirection(pair, frame, events);
  AddSignificance(pair, frame, events);
  AddImportance(pair, frame, events);
  AddShift(pair, frame, events);
}

}  // namespace

std::vector<v1::ConclusionEvent> PairEvents(const DeclaredEstimate* before,
                                            const DeclaredEstimate& after) {
  const v1::ModelEstimate nothing;
  const auto& was = before == nullptr
                        ? nothing.relative_effects()
                        : before->estimate.random().relative_effects();
  const auto& is = after.estimate.random().relative_effects();
  const Frame frame = MakeFrame(before, after);
  const auto name = [](const v1::RelativeEffect& effect) {
    return std::tie(effect.first(), effect.second());
  };
  Events events;
  // Both are in the order of their names.
  auto a = was.begin();
  auto b = is.begin();
  while (a != was.end() || b != is.end()) {
    const bool take_a =
        b == is.end() || (a != was.end() && name(*a) <= name(*b));
    const bool take_b =
        a == was.end() || (b != is.end() && name(*b) <= name(*a));
    AddEvents({take_a ? &*a++ : nullptr, take_b ? &*b++ : nullptr}, frame,
              &events);
  }
  return events;
}

}  // namespace tidemark::review
