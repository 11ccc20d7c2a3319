#include "review/regression_details.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "nma/meta_regression.h"
#include "review/check.h"
#include "review/covariate.h"
#include "review/effect_writer.h"
#include "review/linear_model_writer.h"

namespace tidemark::review {
namespace {

// The covariate as the model has it, and back.
double Scaled(const v1::MetaRegressionSpec& spec, double value) {
  return spec.log10() ? std::log10(value) : value;
}
double InOwnUnit(const v1::MetaRegressionSpec& spec, double scaled) {
  return spec.log10() ? std::pow(10, scaled) : scaled;
}

CovariateValue<double> ValueOf(const v1::MetaRegressionSpec& spec,
                               const std::string& study,
                               const FactsByStudy& facts) {
  CovariateValue<double> value = NumberOf(spec.covariate(), study, facts);
  if (spec.log10() && value.value.has_value() && !(*value.value > 0)) {
    return {std::nullopt,
            absl::StrCat(spec.covariate().name(), " is ", Number(*value.value),
                         ", which has no logarithm")};
  }
  return value;
}

// Studies with the covariate; lists them, and those without it, in the message.
std::vector<nma::CovariateStudy> StudiesWith(const v1::MetaRegressionSpec& spec,
                                             const DetailInputs& inputs,
                                             const FittedStudies& fitted,
                                             v1::MetaRegression* message) {
  std::vector<nma::CovariateStudy> studies;
  for (const nma::StudyEffects& study : fitted.effects.studies) {
    const CovariateValue<double> value =
        ValueOf(spec, study.study, inputs.facts);
    if (!value.value.has_value()) {
      v1::StudyWithoutCovariate* without = message->add_left_out();
      without->set_study(study.study);
      without->set_reason(value.no_value);
      continue;
    }
    v1::StudyCovariate* with = message->add_studies();
    with->set_study(study.study);
    with->set_value(*value.value);
    studies.push_back({study, Scaled(spec, *value.value)});
  }
  const auto by_id = [](const auto& a, const auto& b) {
    return a.study() < b.study();
  };
  const auto by_value = [](const auto& a, const auto& b) {
    return a.value() < b.value();
  };
  const auto [smallest, largest] = std::minmax_element(
      message->studies().begin(), message->studies().end(), by_value);
  if (!studies.empty()) {
    message->set_smallest(smallest->value());
    message->set_largest(largest->value());
  }
  std::sort(message->mutable_studies()->begin(),
            message->mutable_studies()->end(), by_id);
  std::sort(message->mutable_left_out()->begin(),
            message->mutable_left_out()->end(), by_id);
  return studies;
}

// Why there is no regression. Empty: nothing is in the way.
std::string WhyNone(const v1::MetaRegressionSpec& spec,
                    const std::string& reference,
                    const std::set<std::string>& treatments) {
  if (treatments.empty()) {
    return absl::StrCat("no study has a number for ", spec.covariate().name(),
                        ", only words; subgroups can be formed by it");
  }
  if (treatments.count(reference) == 0) {
    return absl::StrCat("slopes are versus the reference ", reference,
                        ", which no study with ", spec.covariate().name(),
                        " has");
  }
  return "";
}

bool VariesIn(const nma::MetaRegressionFit& fit,
              const std::vector<nma::CovariateStudy>& studies, int treatment) {
  std::set<double> values;
  for (const nma::CovariateStudy& study : studies) {
    const auto& has = study.effects.treatments;
    if (treatment < 0 || std::find(has.begin(), has.end(),
                                   fit.treatments[treatment]) != has.end()) {
      values.insert(study.value);
    }
  }
  return values.size() > 1;
}

// Of a slope that the studies do not identify; -1 is the common one.
std::string WhyNotIdentified(const nma::MetaRegressionFit& fit,
                             const std::vector<nma::CovariateStudy>& studies,
                             int treatment) {
  if (!VariesIn(fit, studies, treatment)) {
    return treatment < 0
               ? "all studies have the same value"
               : absl::StrCat("all studies of ", fit.treatments[treatment],
                              " have the same value");
  }
  return "the studies do not tell it apart from the effects: along what links "
         "the treatments to the reference the covariate does not vary";
}

template <typename Message>
bool IsFinite(const Message& estimate) {
  return std::isfinite(estimate.effect()) && std::isfinite(estimate.se());
}

void WriteTest(const nma::QTest& test, v1::RegressionEstimates* estimates) {
  if (!test.p.has_value()) return;
  v1::SlopesTest* message = estimates->mutable_slopes_test();
  message->set_q(test.q);
  message->set_df(test.df);
  message->set_p(*test.p);
}

// Straight lines leave the range of double far enough out.
absl::Status CheckRange(const v1::MetaRegression& message) {
  for (const auto* estimates : {&message.common(), &message.random()}) {
    for (const v1::RelativeEffect& effect : estimates->relative_effects()) {
      if (IsFinite(effect)) continue;
      Violations violations;
      violations.Add(
          "details.meta_regression.at",
          absl::StrCat("effects at ", Number(message.at()),
                       " are beyond the range of double precision; the studies "
                       "have values of ",
                       Number(message.smallest()), " to ",
                       Number(message.largest())));
      return violations.ToStatus();
    }
  }
  return absl::OkStatus();
}

void WriteSlopes(const nma::MetaRegressionFit& fit,
                 const std::vector<nma::CovariateStudy>& studies,
                 const LinearModelWriter& writer, Model model,
                 v1::RegressionEstimates* estimates) {
  const bool common = fit.slopes == nma::SlopeKind::kCommon;
  for (int t = 0; t < static_cast<int>(fit.treatments.size()); ++t) {
    if (t == fit.reference) continue;
    v1::Slope* slope = estimates->add_slopes();
    if (!common) slope->set_first(fit.treatments[t]);
    slope->set_second(fit.treatments[fit.reference]);
    auto estimate =
        writer.WriteCombination(fit.SlopeOf(t, fit.reference), model);
    if (estimate.has_value() && !IsFinite(*estimate)) {
      slope->set_not_identified("beyond the range of double precision");
    } else if (estimate.has_value()) {
      *slope->mutable_estimate() = *std::move(estimate);
    } else {
      slope->set_not_identified(
          WhyNotIdentified(fit, studies, common ? -1 : t));
    }
    if (common) return;
  }
}

void WriteRegression(const nma::MetaRegressionFit& fit,
                     const std::vector<nma::CovariateStudy>& studies, double at,
                     v1::IntervalMethod::Code method,
                     v1::MetaRegression* message) {
  *message->mutable_heterogeneity() =
      WriteResidualHeterogeneity(fit.fit.heterogeneity);
  *message->mutable_without_covariate() =
      WriteResidualHeterogeneity(fit.without_covariate);
  if (fit.without_covariate.tau2 > 0) {
    message->set_explained(std::max(
        0.0, 1 - fit.fit.heterogeneity.tau2 / fit.without_covariate.tau2));
  }
  const LinearModelWriter writer(fit.model, fit.fit, fit.treatments, method);
  const auto difference = [&fit, at](int i, int j) {
    return fit.DifferenceAt(i, j, at);
  };
  writer.WriteComparable(difference, message->mutable_comparable());
  WriteTest(fit.slopes_common, message->mutable_common());
  WriteTest(fit.slopes_random, message->mutable_random());
  for (const auto& [model, estimates] :
       {std::pair(Model::kCommon, message->mutable_common()),
        std::pair(Model::kRandom, message->mutable_random())}) {
    WriteSlopes(fit, studies, writer, model, estimates);
    writer.WriteEffects(difference, model,
                        estimates->mutable_relative_effects());
  }
}

}  // namespace

void CheckMetaRegression(const std::string& path,
                         const v1::MetaRegressionSpec& spec,
                         Violations& violations) {
  CheckCovariate(absl::StrCat(path, ".covariate"), spec.covariate(),
                 violations);
  if (spec.slopes() != v1::MetaRegressionSpec::SLOPES_UNSPECIFIED &&
      !IsSpecified(spec.slopes())) {
    violations.Add(absl::StrCat(path, ".slopes"),
                   "must be COMMON or INDEPENDENT");
  }
  if (!spec.has_at()) return;
  const std::string at = absl::StrCat(path, ".at");
  if (CheckFinite(at, spec.at(), violations) && spec.log10() &&
      !(spec.at() > 0)) {
    violations.Add(at, absl::StrCat("must be > 0 to have a logarithm, found ",
                                    Number(spec.at())));
  }
}

absl::Status AddMetaRegression(const v1::MetaRegressionSpec& spec,
                               const DetailInputs& inputs,
                               const FittedStudies& fitted,
                               v1::Estimate* estimate) {
  RETURN_IF_ERROR(CheckKnown("details.meta_regression.covariate",
                             spec.covariate(), inputs.facts));
  const bool independent = spec.slopes() == v1::MetaRegressionSpec::INDEPENDENT;
  v1::MetaRegression* message = estimate->mutable_meta_regression();
  message->Clear();
  *message->mutable_covariate() = spec.covariate();
  message->set_log10(spec.log10());
  message->set_slopes(independent ? v1::MetaRegressionSpec::INDEPENDENT
                                  : v1::MetaRegressionSpec::COMMON);
  const std::vector<nma::CovariateStudy> studies =
      StudiesWith(spec, inputs, fitted, message);
  std::set<std::string> treatments;
  for (const nma::CovariateStudy& study : studies) {
    treatments.insert(study.effects.treatments.begin(),
                      study.effects.treatments.end());
  }
  // That of the estimate, as far as it has one.
  const std::string& reference = fitted.fit.treatments[fitted.fit.reference[0]];
  message->set_reference(
      fitted.options.reference.empty() ? reference : fitted.options.reference);
  message->set_not_estimable(WhyNone(spec, message->reference(), treatments));
  if (!message->not_estimable().empty()) return absl::OkStatus();
  const int size = static_cast<int>(treatments.size());
  RETURN_IF_ERROR(CheckModelSize(independent ? 2 * size : size + 1, size,
                                 fitted.effects.studies));
  ASSIGN_OR_RETURN(
      const nma::MetaRegressionFit fit,
      nma::FitMetaRegression(
          studies,
          independent ? nma::SlopeKind::kIndependent : nma::SlopeKind::kCommon,
          message->reference(), fitted.options));
  message->set_centre(InOwnUnit(spec, fit.centre));
  message->set_at(spec.has_at() ? spec.at() : message->centre());
  WriteRegression(fit, studies,
                  spec.has_at() ? Scaled(spec, spec.at()) : fit.centre,
                  estimate->interval_method(), message);
  return CheckRange(*message);
}

}  // namespace tidemark::review
