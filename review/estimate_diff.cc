#include "review/estimate_diff.h"

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

void AddUnlessSame(const v1::RelativeEffect* before,
                   const v1::RelativeEffect* after, v1::EstimateDiff& diff) {
  if (before != nullptr && after != nullptr &&
      SameComparison(*before, *after)) {
    return;
  }
  v1::ComparisonDiff* comparison = diff.add_comparisons();
  if (before != nullptr) *comparison->mutable_before() = *before;
  if (after != nullptr) *comparison->mutable_after() = *after;
}

void AddComparisons(const v1::ModelEstimate& before,
                    const v1::ModelEstimate& after, v1::EstimateDiff& diff) {
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
    AddUnlessSame(take_a ? &*a : nullptr, take_b ? &*b : nullptr, diff);
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
  AddComparisons(before == nullptr ? v1::ModelEstimate::default_instance()
                                   : before->estimate.random(),
                 after.estimate.random(), diff);
  for (v1::ConclusionEvent& event : ConclusionEvents(before, after)) {
    *diff.add_events() = std::move(event);
  }
  return diff;
}

}  // namespace tidemark::review
