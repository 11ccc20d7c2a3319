#include "review/rare_event_details.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "google/protobuf/repeated_field.h"
#include "nma/binomial_fit.h"
#include "nma/event_parts.h"
#include "nma/mantel_haenszel.h"
#include "nma/network_fit.h"
#include "nma/relative_effect.h"
#include "review/effect_writer.h"
#include "review/errors.h"

namespace tidemark::review {
namespace {

constexpr int kMostTreatments = 500;

v1::LeftOutEvents ToMessage(const nma::LeftOutEvents& left_out) {
  v1::LeftOutEvents message;
  for (const nma::LeftOutTreatment& treatment : left_out.treatments) {
    auto* const added = message.add_treatments();
    added->set_treatment(treatment.treatment);
    added->set_reason(treatment.reason);
  }
  for (const nma::LeftOutStudy& study : left_out.studies) {
    auto* const added = message.add_studies();
    added->set_study(study.study);
    added->set_reason(study.reason);
  }
  for (const nma::LeftOutArm& arm : left_out.arms) {
    auto* const added = message.add_arms();
    added->set_study(arm.study);
    added->set_treatment(arm.treatment);
    added->set_reason(arm.reason);
  }
  return message;
}

void Write(const nma::MantelHaenszelFit& fit, v1::MantelHaenszel* message) {
  *message->mutable_left_out() = ToMessage(fit.left_out);
  if (fit.designs.empty()) {
    message->set_not_estimable(
        "no design has two treatments with events and non-events");
    return;
  }
  const nma::NetworkFit& network = fit.network;
  const auto count = static_cast<int>(network.treatments.size());
  for (int i = 0; i < count; ++i) {
    for (int j = i + 1; j < count; ++j) {
      const auto effect = nma::Relative(network, network.common, i, j);
      if (!effect.has_value()) continue;
      *message->add_relative_effects() = WriteRelativeEffect(
          network.treatments[i], network.treatments[j], *effect, {});
    }
  }
  for (const nma::MantelHaenszelDesign& design : fit.designs) {
    auto* const added = message->add_designs();
    for (const std::string& name : design.treatments) {
      added->add_treatments(name);
    }
    for (const std::string& name : design.pooled.treatments) {
      added->add_pooled(name);
    }
    added->set_studies(design.studies);
  }
  message->set_q(fit.between.q);
  message->set_df(fit.between.df);
  if (fit.between.p.has_value()) message->set_p_q(*fit.between.p);
}

using RelativeEffects = google::protobuf::RepeatedPtrField<v1::RelativeEffect>;

// Every pair of the part under one of its models.
void WritePairs(const nma::BinomialPartFit& part,
                const nma::BinomialModelFit& model,
                const nma::IntervalRule& rule, RelativeEffects* effects) {
  const auto count = static_cast<int>(part.treatments.size());
  for (int i = 0; i < count; ++i) {
    for (int j = i + 1; j < count; ++j) {
      *effects->Add() = WriteRelativeEffect(
          part.treatments[i], part.treatments[j],
          nma::MakeRelativeEffect(model.effects(i) - model.effects(j),
                                  model.pair_variances(i, j), rule),
          {});
    }
  }
}

v1::BinomialModel::Part ToMessage(const nma::BinomialPartFit& part) {
  v1::BinomialModel::Part message;
  for (const std::string& name : part.treatments) message.add_treatments(name);
  message.set_studies(part.studies);
  message.set_df(part.df);
  message.set_log_likelihood_common(part.common.log_likelihood);
  message.set_no_random(part.no_random);
  if (!part.random.has_value()) return message;
  message.set_no_interval(part.no_interval);
  message.set_tau2(part.tau2);
  if (part.tau2_interval.has_value()) {
    message.mutable_tau2_interval()->set_lower(part.tau2_interval->lower);
    message.mutable_tau2_interval()->set_upper(part.tau2_interval->upper);
  }
  message.set_log_likelihood(part.random->log_likelihood);
  message.set_likelihood_ratio(part.likelihood_ratio);
  if (part.p_tau2.has_value()) message.set_p_tau2(*part.p_tau2);
  message.set_searched_tau(part.searched_tau);
  message.set_quadrature_error(part.quadrature_error);
  message.set_nodes(part.most_nodes);
  return message;
}

void Write(const nma::BinomialFit& fit, double level,
           v1::BinomialModel* message) {
  *message->mutable_left_out() = ToMessage(fit.left_out);
  if (fit.parts.empty()) {
    message->set_not_estimable("no odds ratio is finite");
    return;
  }
  for (const nma::BinomialPartFit& part : fit.parts) {
    *message->add_parts() = ToMessage(part);
    WritePairs(part, part.common, nma::CommonEffectIntervals(level),
               message->mutable_relative_effects_common());
    if (!part.random.has_value()) continue;
    const int first = message->relative_effects_size();
    WritePairs(part, *part.random,
               nma::RandomEffectsIntervals({part.tau2, part.df, {}},
                                           nma::IntervalMethod::kNormal, level),
               message->mutable_relative_effects());
    if (part.df >= 2) continue;
    for (int i = first; i < message->relative_effects_size(); ++i) {
      message->mutable_relative_effects(i)->set_no_prediction(
          absl::StrCat("needs 2 degrees of freedom, has ", part.df));
    }
  }
}

// What the data do not allow is an answer, other errors are errors.
template <typename Fit>
absl::StatusOr<std::optional<Fit>> OrReason(absl::StatusOr<Fit> fit,
                                            std::string* reason) {
  if (fit.ok()) return std::optional<Fit>(*std::move(fit));
  if (!absl::IsFailedPrecondition(fit.status())) return fit.status();
  *reason = std::string(fit.status().message());
  return std::optional<Fit>();
}

absl::Status CheckSize(const v1::Estimate& estimate) {
  if (estimate.treatments_size() <= kMostTreatments) return absl::OkStatus();
  return Error(absl::StatusCode::kInvalidArgument, "TOO_MANY_TREATMENTS",
               absl::StrCat("the binomial model is for networks of at most ",
                            kMostTreatments, " treatments, this one has ",
                            estimate.treatments_size()),
               {{"treatments", absl::StrCat(estimate.treatments_size())}});
}

}  // namespace

bool AsksForRareEvents(const v1::RareEventsSpec& spec) {
  return spec.mantel_haenszel() || spec.binomial();
}

absl::Status AddRareEvents(const v1::RareEventsSpec& spec,
                           const DetailInputs& inputs,
                           absl::FunctionRef<bool()> cancelled,
                           v1::Estimate* estimate) {
  v1::RareEvents* const rare = estimate->mutable_rare_events();
  rare->Clear();
  if (estimate->effect_measure() != v1::EffectMeasure::OR) {
    rare->set_not_estimable(absl::StrCat(
        "Mantel-Haenszel and the binomial model are of odds ratios (OR), the "
        "analysis is of ",
        v1::EffectMeasure::Code_Name(estimate->effect_measure())));
    return absl::OkStatus();
  }
  const auto binary = nma::BinaryStudies(inputs.studies);
  if (!binary.ok()) {
    rare->set_not_estimable(std::string(binary.status().message()));
    return absl::OkStatus();
  }
  std::string reason;
  if (spec.mantel_haenszel()) {
    ASSIGN_OR_RETURN(
        const auto fit,
        OrReason(nma::FitMantelHaenszel(inputs.studies, estimate->level()),
                 &reason));
    v1::MantelHaenszel* const message = rare->mutable_mantel_haenszel();
    if (fit.has_value()) {
      Write(*fit, message);
    } else {
      message->set_not_estimable(reason);
    }
  }
  if (spec.binomial()) {
    RETURN_IF_ERROR(CheckSize(*estimate));
    ASSIGN_OR_RETURN(
        const auto fit,
        OrReason(nma::FitBinomial(inputs.studies, estimate->level(), cancelled),
                 &reason));
    v1::BinomialModel* const message = rare->mutable_binomial();
    if (fit.has_value()) {
      Write(*fit, estimate->level(), message);
    } else {
      message->set_not_estimable(reason);
    }
  }
  return absl::OkStatus();
}

}  // namespace tidemark::review
