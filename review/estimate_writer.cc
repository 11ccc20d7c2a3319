#include "review/estimate_writer.h"

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/sha256.h"
#include "base/status_macros.h"
#include "base/version.h"
#include "google/protobuf/struct.pb.h"
#include "nma/coherence.h"
#include "nma/heterogeneity.h"
#include "nma/interval.h"
#include "nma/network_fit.h"
#include "review/review_state.h"
#include "review/selection.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {
namespace {

void WriteModel(const nma::ModelFit& fit, v1::ModelEstimate& model) {
  const int size = static_cast<int>(fit.effects.size());
  for (int i = 0; i < size; ++i) {
    model.add_effects(fit.effects[i]);
    for (int j = 0; j < i; ++j) {
      model.add_pair_variances(fit.pair_variances(i, j));
    }
  }
}

void WriteInterval(const std::optional<nma::Interval>& from,
                   v1::Interval* (v1::Heterogeneity::*mutable_interval)(),
                   v1::Heterogeneity& to) {
  if (!from.has_value()) return;
  v1::Interval* interval = (to.*mutable_interval)();
  interval->set_lower(from->lower);
  interval->set_upper(from->upper);
}

void WriteHeterogeneity(const nma::Heterogeneity& from, v1::Heterogeneity& to) {
  to.set_q(from.q);
  to.set_df(from.df);
  if (from.p_q.has_value()) to.set_p_q(*from.p_q);
  to.set_i2(from.i2);
  WriteInterval(from.i2_interval, &v1::Heterogeneity::mutable_i2_interval, to);
  if (from.h.has_value()) to.set_h(*from.h);
  WriteInterval(from.h_interval, &v1::Heterogeneity::mutable_h_interval, to);
  to.set_tau2(from.tau2);
  WriteInterval(from.q_profile, &v1::Heterogeneity::mutable_tau2_q_profile, to);
  WriteInterval(from.profile_likelihood,
                &v1::Heterogeneity::mutable_tau2_profile_likelihood, to);
  if (from.residual_scale.has_value()) {
    to.set_residual_scale(*from.residual_scale);
  }
}

void WriteCoherence(const nma::ComponentCoherence& from,
                    v1::Heterogeneity& to) {
  to.set_q_within(from.common.within.q);
  to.set_df_within(from.common.within.df);
  if (from.common.within.p.has_value()) {
    to.set_p_within(*from.common.within.p);
  }
  to.set_q_between(from.common.between.q);
  to.set_df_between(from.common.between.df);
  if (from.common.between.p.has_value()) {
    to.set_p_between(*from.common.between.p);
  }
  to.set_tau2_within(from.tau2_within);
  to.set_q_between_random(from.random.between.q);
}

void WriteComponents(const nma::NetworkFit& fit,
                     const nma::Coherence& coherence, v1::Estimate& estimate) {
  for (size_t c = 0; c < fit.heterogeneity.size(); ++c) {
    google::protobuf::ListValue* component = estimate.add_components();
    for (size_t t = 0; t < fit.treatments.size(); ++t) {
      if (fit.component[t] != static_cast<int>(c)) continue;
      component->add_values()->set_string_value(fit.treatments[t]);
    }
    v1::Heterogeneity* to = estimate.add_component_heterogeneity();
    to->set_reference(fit.treatments[fit.reference[c]]);
    WriteHeterogeneity(fit.heterogeneity[c], *to);
    WriteCoherence(coherence.components[c], *to);
  }
}

// Q and df add up over components, which are independent.
void WriteTotalQ(const nma::NetworkFit& fit, v1::Estimate& estimate) {
  double q = 0;
  int df = 0;
  for (const nma::Heterogeneity& component : fit.heterogeneity) {
    q += component.q;
    df += component.df;
  }
  v1::Heterogeneity total;
  WriteHeterogeneity(nma::HeterogeneityOfQ(q, df, estimate.level()), total);
  estimate.set_q(total.q());
  estimate.set_df(total.df());
  if (total.has_p_q()) estimate.set_p_q(total.p_q());
  estimate.set_i2(total.i2());
  if (total.has_i2_interval()) {
    *estimate.mutable_i2_interval() = total.i2_interval();
  }
  if (total.has_h()) estimate.set_h(total.h());
  if (total.has_h_interval()) {
    *estimate.mutable_h_interval() = total.h_interval();
  }
  if (fit.heterogeneity.size() == 1) {
    estimate.set_tau2(fit.heterogeneity[0].tau2);
  }
}

void WriteTotalCoherence(const nma::Coherence& coherence,
                         v1::Estimate& estimate) {
  const nma::QDecomposition& common = coherence.common;
  estimate.set_q_within(common.within.q);
  estimate.set_df_within(common.within.df);
  if (common.within.p.has_value()) estimate.set_p_within(*common.within.p);
  estimate.set_q_between(common.between.q);
  estimate.set_df_between(common.between.df);
  if (common.between.p.has_value()) estimate.set_p_between(*common.between.p);
  const nma::QTest& random = coherence.random.between;
  estimate.set_q_between_random(random.q);
  if (random.p.has_value()) estimate.set_p_between_random(*random.p);
}

void WriteFit(const nma::NetworkFit& fit, const nma::Coherence& coherence,
              v1::Estimate& estimate) {
  for (size_t t = 0; t < fit.treatments.size(); ++t) {
    estimate.add_treatments(fit.treatments[t]);
    v1::PScore* score = estimate.add_p_scores();
    score->set_treatment(fit.treatments[t]);
    score->set_common(fit.common.p_scores[t]);
    score->set_random(fit.random.p_scores[t]);
  }
  WriteTotalQ(fit, estimate);
  WriteTotalCoherence(coherence, estimate);
  WriteModel(fit.common, *estimate.mutable_common());
  WriteModel(fit.random, *estimate.mutable_random());
  WriteComponents(fit, coherence, estimate);
}

}  // namespace

void WriteMethod(const v1::Analysis& analysis, bool small_values_desirable,
                 v1::Estimate* estimate) {
  estimate->set_effect_measure(analysis.effect_measure());
  estimate->set_tau2_method(analysis.tau2_method());
  estimate->set_interval_method(analysis.interval_method() ==
                                        v1::IntervalMethod::UNSPECIFIED
                                    ? v1::IntervalMethod::NORMAL
                                    : analysis.interval_method());
  estimate->set_level(analysis.level());
  estimate->set_small_values_desirable(small_values_desirable);
  estimate->set_engine_build(kEngineBuild);
}

void WriteUsed(const nma::StudyEffects& study, v1::StudyUse* use) {
  use->set_study(study.study);
  use->mutable_treatments()->Assign(study.treatments.begin(),
                                    study.treatments.end());
}

void WriteLeftOut(absl::string_view study, absl::string_view reason,
                  v1::StudyLeftOut* left_out) {
  left_out->set_study(std::string(study));
  left_out->set_reason(std::string(reason));
}

void WriteUse(const v1::TrialRecord& record, const SelectedStudy& selected,
              v1::StudyUse* use) {
  use->set_version(record.version());
  use->mutable_notes()->Assign(selected.notes.begin(), selected.notes.end());
}

void WriteIdentity(const ReviewState& state, const AnalysisVersion& analysis,
                   const audit::Digest& inputs, v1::Estimate* estimate) {
  estimate->set_review_id(state.protocol()->review.review_id());
  estimate->set_analysis_id(analysis.record.analysis().analysis_id());
  estimate->set_sequence(state.sequence());
  estimate->set_analysis_version(analysis.record.version());
  estimate->set_inputs_digest(std::string(audit::AsBytes(inputs)));
}

absl::Status InAnalysis(const v1::Analysis& analysis,
                        const absl::Status& status) {
  if (status.ok()) return status;
  return absl::Status(status.code(),
                      absl::StrCat("analysis \"", analysis.analysis_id(),
                                   "\": ", status.message()));
}

absl::Status WriteNumbers(
    absl::FunctionRef<absl::StatusOr<nma::NetworkFit>()> fit,
    absl::FunctionRef<absl::StatusOr<nma::Coherence>()> decompose,
    v1::Estimate* estimate) {
  estimate->set_studies_used(estimate->studies_size());
  if (estimate->studies().empty()) {
    estimate->set_not_estimable("no study can be used");
    return absl::OkStatus();
  }
  const absl::StatusOr<nma::NetworkFit> fitted = fit();
  if (absl::IsFailedPrecondition(fitted.status())) {
    estimate->set_not_estimable(std::string(fitted.status().message()));
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(fitted.status());
  ASSIGN_OR_RETURN(const nma::Coherence coherence, decompose());
  WriteFit(*fitted, coherence, *estimate);
  return absl::OkStatus();
}

}  // namespace tidemark::review
