#include "review/select_results.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "review/measures.h"
#include "review/select_arms.h"
#include "review/select_contrasts.h"
#include "tidemark/v1/effect_measure.pb.h"

namespace tidemark::review {
namespace {

template <typename List>
bool AnyIsFor(const List& list, const v1::Analysis& analysis) {
  return std::any_of(list.begin(), list.end(),
                     [&](const auto& item) { return IsFor(item, analysis); });
}

}  // namespace

bool HasData(const v1::Trial& trial, const v1::Analysis& analysis) {
  return AnyIsFor(trial.results(), analysis) ||
         AnyIsFor(trial.contrasts(), analysis);
}

SelectedStudy SelectResults(const v1::Trial& trial,
                            const AnalysisFrame& frame) {
  Selection selection(trial, frame);
  const v1::EffectMeasure::Code measure = frame.analysis->effect_measure();
  if (NeedsContrasts(measure)) {
    if (AnyIsFor(trial.results(), *frame.analysis)) {
      selection.LeaveOut(absl::StrCat("results of arms do not give ",
                                      v1::EffectMeasure::Code_Name(measure)));
    }
    SelectContrasts(selection);
  } else if (!SelectArms(selection)) {
    SelectContrasts(selection);
  }
  return std::move(selection).Finish();
}

}  // namespace tidemark::review
