#include "review/validate_baselines.h"

#include <map>
#include <string>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "review/check.h"

namespace tidemark::review {
namespace {

void ValidateValue(const std::string& field, const v1::Contrast& contrast,
                   Violations& violations) {
  const std::string baseline_se = absl::StrCat(field, ".baseline_se");
  const double value = contrast.baseline_se();
  if (!CheckFinite(baseline_se, value, violations)) return;
  if (value <= 0) {
    violations.Add(baseline_se,
                   absl::StrCat("must be > 0, found ", Number(value),
                                "; leave it out if it was not reported"));
  } else if (value >= contrast.se()) {
    violations.Add(
        baseline_se,
        absl::StrCat("must be < se = ", Number(contrast.se()), ", found ",
                     Number(value),
                     ": a difference is less certain than one of its arms"));
  }
}

// `first` is the first contrast of the same outcome, time point and measure.
void ValidateTogether(const std::string& field, const v1::Contrast& first,
                      const v1::Contrast& contrast, Violations& violations) {
  if (contrast.has_baseline_se() != first.has_baseline_se()) {
    violations.Add(absl::StrCat(field, ".baseline_se"),
                   "all contrasts of an outcome at a time point on one measure "
                   "have it, or none has");
    return;
  }
  if (!contrast.has_baseline_se()) return;
  if (contrast.second() != first.second()) {
    violations.Add(
        absl::StrCat(field, ".second"),
        absl::StrCat("contrasts with baseline_se are all to one arm, here \"",
                     first.second(), "\", found \"", contrast.second(), "\""));
  } else if (contrast.baseline_se() != first.baseline_se()) {
    violations.Add(absl::StrCat(field, ".baseline_se"),
                   absl::StrCat("must be the same in all contrasts to arm \"",
                                first.second(), "\", found ",
                                Number(contrast.baseline_se()), " and ",
                                Number(first.baseline_se())));
  }
}

}  // namespace

void ValidateBaselines(absl::string_view path, const v1::Trial& trial,
                       Violations& violations) {
  std::map<std::tuple<std::string, std::string, int>, const v1::Contrast*>
      firsts;
  for (int i = 0; i < trial.contrasts_size(); ++i) {
    const v1::Contrast& contrast = trial.contrasts(i);
    const std::string field = Element(absl::StrCat(path, ".contrasts"), i);
    if (contrast.has_baseline_se()) ValidateValue(field, contrast, violations);
    const auto [at, is_first] = firsts.emplace(
        std::make_tuple(contrast.outcome(), contrast.time_point(),
                        contrast.effect_measure()),
        &contrast);
    if (!is_first) ValidateTogether(field, *at->second, contrast, violations);
  }
}

}  // namespace tidemark::review
