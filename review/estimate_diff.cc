#include "review/estimate_diff.h"

#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "review/compare_estimates.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::review {
namespace {

v1::Estimate WithoutEffects(v1::Estimate estimate) {
  estimate.clear_common();
  estimate.clear_random();
  estimate.clear_p_scores();
  return estimate;
}

using Pair = std::pair<std::string, std::string>;

// Comparisons that are to be shown though their numbers are the same.
struct Shown {
  bool all = false;
  std::set<Pair> pairs;
};

Shown ShownOf(const DeclaredEstimate* before, const DeclaredEstimate& after,
              const v1::EstimateDiff& diff) {
  Shown shown;
  shown.all =
      before != nullptr && !SameScale(*before->analysis, *before->protocol,
                                      *after.analysis, *after.protocol);
  for (const v1::ConclusionEvent& event : diff.events()) {
    if (!event.first().empty()) {
      shown.pairs.emplace(event.first(), event.second());
    }
  }
  return shown;
}

void AddUnlessSame(const v1::RelativeEffect* before,
                   const v1::RelativeEffect* after, const Shown& shown,
                   v1::EstimateDiff& diff) {
  if (before != nullptr && after != nullptr && !shown.all &&
      shown.pairs.count({after->first(), after->second()}) == 0 &&
      SameComparison(*before, *after)) {
    return;
  }
  v1::ComparisonDiff* comparison = diff.add_comparisons();
  if (before != nullptr) *comparison->mutable_before() = *before;
  if (after != nullptr) *comparison->mutable_after() = *after;
}

void AddComparisons(const v1::ModelEstimate& before,
                    const v1::ModelEstimate& after, const Shown& shown,
                    v1::EstimateDiff& diff) {
  const auto name = [](const v1::RelativeEffect& effect) {
    return std::tie(effect.first(), effect.second());
  };
  // Both are in the order of their names.
  auto a = before.relative_effects().begin();
  auto b = after.relative_effects().begin();
  const auto a_end = before.relative_effects().end();
  const auto b_end = after.relative_effects().end();
  while (a != a_end || b != b_end) {
    const bool take_a = b == b_end || (a != a_end && name(*a) <= name(*b));
    const bool take_b = a == a_end || (b != b_end && name(*b) <= name(*a));
    AddUnlessSame(take_a ? &*a : nullptr, take_b ? &*b : nullptr, shown, diff);
    if (take_a) ++a;
    if (take_b) ++b;
  }
}

}  // namespace

v1::EstimateDiff DiffEstimates(const DeclaredEstimate* before,
                               const DeclaredEstimate& after) {
  v1::EstimateDiff diff;
  diff.set_analysis_id(after.estimate.analysis_id());
  if (before != nullptr) {
    diff.set_sequence_before(before->estimate.sequence());
    *diff.mutable_before() = WithoutEffects(before->estimate);
  }
  diff.set_sequence_after(after.estimate.sequence());
  *diff.mutable_after() = WithoutEffects(after.estimate);
  for (v1::ConclusionEvent& event : ConclusionEvents(before, after)) {
    *diff.add_events() = std::move(event);
  }
  AddComparisons(before == nullptr ? v1::ModelEstimate::default_instance()
                                   : before->estimate.random(),
                 after.estimate.random(), ShownOf(before, after, diff), diff);
  return diff;
}

}  // namespace tidemark::review
