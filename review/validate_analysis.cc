#include "review/validate_analysis.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "review/check.h"
#include "review/errors.h"
#include "review/measures.h"
#include "review/protocol.h"
#include "review/thresholds.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/review.pb.h"

namespace tidemark::review {
namespace {

// Unknown methods would silently be taken for the default ones.
void ValidateMethods(absl::string_view path, const v1::Analysis& analysis,
                     Violations& violations) {
  const bool is_smd = analysis.effect_measure() == v1::EffectMeasure::SMD;
  if (is_smd && !IsSpecified(analysis.smd_method())) {
    violations.Add(absl::StrCat(path, ".smd_method"),
                   "must be HEDGES or COHEN");
  }
  if (!is_smd && analysis.smd_method() != v1::SmdMethod::UNSPECIFIED) {
    violations.Add(absl::StrCat(path, ".smd_method"), "is for SMD only");
  }
  if (!IsSpecified(analysis.tau2_method())) {
    violations.Add(absl::StrCat(path, ".tau2_method"),
                   "must be DL, REML, ML or PM");
  }
  if (analysis.interval_method() != v1::IntervalMethod::UNSPECIFIED &&
      !IsSpecified(analysis.interval_method())) {
    violations.Add(absl::StrCat(path, ".interval_method"),
                   "must be NORMAL, T or HK");
  }
  if (!IsSpecified(analysis.zero_cells())) {
    violations.Add(absl::StrCat(path, ".zero_cells"),
                   "must be ONLY0, IF0ALL, ALL or NONE");
  }
}

void ValidateFilters(const std::string& path, const v1::Filters& filters,
                     Violations& violations) {
  for (int i = 0; i < filters.exclude_designs_size(); ++i) {
    if (IsSpecified(filters.exclude_designs(i))) continue;
    violations.Add(Element(absl::StrCat(path, ".exclude_designs"), i),
                   "must be PARALLEL, CROSSOVER or CLUSTER");
  }
  for (int i = 0; i < filters.exclude_risk_of_bias_size(); ++i) {
    if (IsSpecified(filters.exclude_risk_of_bias(i))) continue;
    violations.Add(Element(absl::StrCat(path, ".exclude_risk_of_bias"), i),
                   "must be LOW, SOME_CONCERNS or HIGH");
  }
}

void ValidateReferences(absl::string_view path, const v1::Analysis& analysis,
                        const v1::Review& review, Violations& violations) {
  const v1::Outcome* outcome = FindById(review.outcomes(), analysis.outcome());
  if (outcome == nullptr) {
    violations.Add(absl::StrCat(path, ".outcome"),
                   absl::StrCat("\"", analysis.outcome(),
                                "\" is no outcome of the review"));
  } else if (!Suits(analysis.effect_measure(), outcome->kind())) {
    violations.Add(
        absl::StrCat(path, ".effect_measure"),
        absl::StrCat(
            v1::EffectMeasure::Code_Name(analysis.effect_measure()),
            " does not suit the ", v1::Outcome::Kind_Name(outcome->kind()),
            " outcome \"", outcome->id(),
            "\": OR, RR, RD, ASD, PETO are for BINARY, MD, SMD, ROM for "
            "CONTINUOUS, IRR, IRD, IRSD for RATE, HR for TIME_TO_EVENT, "
            "GENERIC for each"));
  }
  if (analysis.time_point() != kAnyTimePoint &&
      FindById(review.time_points(), analysis.time_point()) == nullptr) {
    violations.Add(absl::StrCat(path, ".time_point"),
                   absl::StrCat("\"", analysis.time_point(),
                                "\" is no time point of the review"));
  }
  const v1::NodeMap* map = FindById(review.node_maps(), analysis.node_map());
  if (map == nullptr) {
    violations.Add(absl::StrCat(path, ".node_map"),
                   absl::StrCat("\"", analysis.node_map(),
                                "\" is no node map of the review"));
  } else if (!analysis.reference().empty() &&
             FindById(map->nodes(), analysis.reference()) == nullptr) {
    violations.Add(absl::StrCat(path, ".reference"),
                   absl::StrCat("\"", analysis.reference(),
                                "\" is no node of map \"", map->id(), "\""));
  }
}

// Those of the analysis are what effects are judged by, and nothing else.
void ValidateOwnThresholds(const std::string& path,
                           const v1::Analysis& analysis,
                           Violations& violations) {
  if (analysis.thresholds_size() > kMostThresholds) {
    violations.Add(path, absl::StrCat("must be at most ", kMostThresholds,
                                      ", found ", analysis.thresholds_size()));
  }
  ValidateThresholds(path, analysis.thresholds(), violations);
  for (int i = 0; i < analysis.thresholds_size(); ++i) {
    if (analysis.thresholds(i).kind() != v1::Threshold::WITHIN_PERSON) continue;
    violations.Add(absl::StrCat(Element(path, i), ".kind"),
                   "must be BETWEEN_GROUPS: effects are differences between "
                   "groups, not changes within a person");
  }
}

}  // namespace

void FillDefaults(v1::Analysis* analysis) {
  if (analysis->effect_measure() == v1::EffectMeasure::SMD &&
      analysis->smd_method() == v1::SmdMethod::UNSPECIFIED) {
    analysis->set_smd_method(v1::SmdMethod::HEDGES);
  }
  if (analysis->tau2_method() == v1::Tau2Method::UNSPECIFIED) {
    analysis->set_tau2_method(v1::Tau2Method::REML);
  }
  if (analysis->zero_cells() == v1::ZeroCellRule::UNSPECIFIED) {
    analysis->set_zero_cells(v1::ZeroCellRule::ONLY0);
  }
  if (analysis->level() == 0) analysis->set_level(0.95);
  if (analysis->increment() == 0) analysis->set_increment(0.5);
}

void ValidateAnalysis(absl::string_view path, const v1::Analysis& analysis,
                      const v1::Review& review, Violations& violations) {
  if (!IsIdentifier(analysis.analysis_id())) {
    violations.Add(absl::StrCat(path, ".analysis_id"),
                   absl::StrCat("must be 1-64 characters of a-z 0-9 _ . -, "
                                "found \"",
                                analysis.analysis_id(), "\""));
  }
  ValidateReferences(path, analysis, review, violations);
  if (!(analysis.level() >= 0.5 && analysis.level() <= 0.9999)) {
    violations.Add(absl::StrCat(path, ".level"),
                   absl::StrCat("must be in 0.5-0.9999, found ",
                                Number(analysis.level())));
  }
  if (!(analysis.increment() > 0 && analysis.increment() <= 1)) {
    violations.Add(absl::StrCat(path, ".increment"),
                   absl::StrCat("must be in (0, 1], found ",
                                Number(analysis.increment())));
  }
  ValidateMethods(path, analysis, violations);
  ValidateFilters(absl::StrCat(path, ".filters"), analysis.filters(),
                  violations);
  ValidateOwnThresholds(absl::StrCat(path, ".thresholds"), analysis,
                        violations);
}

}  // namespace tidemark::review
