#include "client/report/effect_words.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/comparison.h"
#include "client/cli/estimate_tables.h"
#include "client/cli/number_format.h"

namespace tidemark::report {

std::string NumbersOf(const v1::Estimate& estimate,
                      const v1::RelativeEffect& effect) {
  return cli::IsRatio(estimate.effect_measure()) ? cli::ShownRatio(effect)
                                                 : cli::Shown(effect);
}

std::string PredictionOf(const v1::Estimate& estimate,
                         const v1::RelativeEffect& effect) {
  if (!effect.has_predict_lower()) return "";
  const bool is_ratio = cli::IsRatio(estimate.effect_measure());
  const auto shown = [is_ratio](double bound) {
    return cli::ShownNumber(is_ratio ? std::exp(bound) : bound);
  };
  return absl::StrCat("prediction [", shown(effect.predict_lower()), ", ",
                      shown(effect.predict_upper()), "]");
}

std::string MeasureOf(const v1::Estimate& estimate, const Subject& subject) {
  const std::string measure =
      v1::EffectMeasure::Code_Name(estimate.effect_measure());
  const bool has_unit = estimate.effect_measure() == v1::EffectMeasure::MD;
  return has_unit && !subject.unit.empty()
             ? absl::StrCat(measure, " (", subject.unit, ")")
             : measure;
}

std::string SourceOf(const v1::Estimate& estimate, const Subject& subject) {
  return absl::StrCat(
      subject.review_id, ", ", subject.analysis_id, " at sequence ",
      estimate.sequence(), "; ", estimate.studies_used(), " studies",
      estimate.studies_left_out().empty()
          ? "."
          : absl::StrCat(", ", estimate.studies_left_out_size(), " left out."));
}

std::vector<std::string> NotesOf(const v1::Estimate& estimate,
                                 const Subject& subject) {
  std::vector<std::string> notes = {SourceOf(estimate, subject)};
  for (const std::string& line : cli::HeterogeneityLines(estimate)) {
    notes.push_back(absl::StrCat(line, "."));
  }
  notes.insert(notes.end(), subject.remarks.begin(), subject.remarks.end());
  return notes;
}

double PScoreOf(const v1::Estimate& estimate, const std::string& treatment) {
  for (const v1::PScore& score : estimate.p_scores()) {
    if (score.treatment() == treatment) return score.random();
  }
  return 0;
}

std::vector<std::string> ByPScore(const v1::Estimate& estimate) {
  std::vector<std::string> treatments(estimate.treatments().begin(),
                                      estimate.treatments().end());
  std::stable_sort(treatments.begin(), treatments.end(),
                   [&](const std::string& a, const std::string& b) {
                     return PScoreOf(estimate, a) > PScoreOf(estimate, b);
                   });
  return treatments;
}

}  // namespace tidemark::report
