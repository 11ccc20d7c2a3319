#include "review/estimate_details.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "nma/network_fit.h"
#include "nma/study_effects.h"
#include "review/asked_comparisons.h"
#include "review/check.h"
#include "review/cinema_details.h"
#include "review/coherence_details.h"
#include "review/component_details.h"
#include "review/covariate.h"
#include "review/engine_options.h"
#include "review/errors.h"
#include "review/flow_details.h"
#include "review/leave_one_out_details.h"
#include "review/rankings.h"
#include "review/rare_event_details.h"
#include "review/regression_details.h"
#include "review/relative_effects.h"
#include "review/small_study_details.h"
#include "review/subgroup_details.h"
#include "review/threshold_details.h"

namespace tidemark::review {
namespace {

constexpr int64_t kMostRankPoints = int64_t{1} << 22;
constexpr int kMostRankedTreatments = 500;

// Rank probabilities take memory and time with the square of the treatments.
absl::Status CheckSize(const v1::EstimateDetails& details,
                       const v1::Estimate& estimate) {
  if (!details.rank_probabilities() ||
      estimate.treatments_size() <= kMostRankedTreatments) {
    return absl::OkStatus();
  }
  return Error(absl::StatusCode::kInvalidArgument, "TOO_MANY_TREATMENTS",
               absl::StrCat("rank probabilities are for networks of at most ",
                            kMostRankedTreatments, " treatments, this one has ",
                            estimate.treatments_size()),
               {{"treatments", absl::StrCat(estimate.treatments_size())}});
}

// What follows from the stored numbers at once, ranks as `details` asks.
void FillFromNumbers(const v1::EstimateDetails& details,
                     v1::Estimate* estimate) {
  if (!estimate->not_estimable().empty()) return;
  FillRelativeEffects(estimate);
  FillRankings(details, estimate);
  estimate->clear_tau2_q_profile();
  estimate->clear_tau2_profile_likelihood();
  if (estimate->component_heterogeneity_size() != 1) return;
  const v1::Heterogeneity& only = estimate->component_heterogeneity(0);
  if (only.has_tau2_q_profile()) {
    *estimate->mutable_tau2_q_profile() = only.tau2_q_profile();
  }
  if (only.has_tau2_profile_likelihood()) {
    *estimate->mutable_tau2_profile_likelihood() =
        only.tau2_profile_likelihood();
  }
}

absl::StatusOr<FittedStudies> Refit(const DetailInputs& inputs,
                                    bool small_values_desirable) {
  FittedStudies fitted;
  ASSIGN_OR_RETURN(
      fitted.effects,
      nma::ComputeEffects(inputs.studies, EffectOptionsOf(inputs.analysis)));
  fitted.options = FitOptionsOf(inputs.analysis, fitted.effects.studies,
                                small_values_desirable);
  ASSIGN_OR_RETURN(fitted.fit,
                   nma::FitNetwork(fitted.effects.studies, fitted.options));
  return fitted;
}

// What details are made of.
struct Studies {
  const DetailInputs& inputs;
  const FittedStudies& fitted;
  absl::FunctionRef<bool()> cancelled;
};

absl::Status AddCoherence(const v1::EstimateDetails& details,
                          const Studies& studies, v1::Estimate* estimate) {
  const FittedStudies& fitted = studies.fitted;
  if (details.designs()) RETURN_IF_ERROR(AddDesigns(fitted, estimate));
  if (details.splits()) RETURN_IF_ERROR(AddSplits(fitted, estimate));
  if (!details.node_splits()) return absl::OkStatus();
  return AddNodeSplits(fitted, studies.cancelled, estimate);
}

absl::Status AddEvidenceFlow(const v1::EstimateDetails& details,
                             const Studies& studies, v1::Estimate* estimate) {
  if (details.has_contributions()) {
    RETURN_IF_ERROR(AddContributions(details.contributions(), studies.fitted,
                                     studies.inputs.facts, studies.cancelled,
                                     estimate));
  }
  if (!details.has_cinema()) return absl::OkStatus();
  return AddCinema(details.cinema(), studies.fitted, studies.inputs,
                   studies.cancelled, estimate);
}

absl::Status AddRobustness(const v1::EstimateDetails& details,
                           const Studies& studies, v1::Estimate* estimate) {
  const std::vector<v1::Threshold>& thresholds = studies.inputs.thresholds;
  if (details.has_leave_one_out()) {
    RETURN_IF_ERROR(AddLeaveOneOut(details.leave_one_out(), studies.fitted,
                                   thresholds, studies.cancelled, estimate));
  }
  if (details.has_threshold_analysis()) {
    RETURN_IF_ERROR(AddThresholdAnalysis(details.threshold_analysis(),
                                         studies.fitted, thresholds, estimate));
  }
  if (!details.has_funnel()) return absl::OkStatus();
  return AddFunnel(details.funnel(), studies.fitted, estimate);
}

absl::Status AddOtherModels(const v1::EstimateDetails& details,
                            const Studies& studies, v1::Estimate* estimate) {
  const DetailInputs& inputs = studies.inputs;
  if (details.has_component_model()) {
    RETURN_IF_ERROR(AddComponentModel(details.component_model(), inputs,
                                      studies.fitted, estimate));
  }
  if (details.has_meta_regression()) {
    RETURN_IF_ERROR(AddMetaRegression(details.meta_regression(), inputs,
                                      studies.fitted, estimate));
  }
  if (details.has_subgroups()) {
    RETURN_IF_ERROR(AddSubgroups(details.subgroups(), inputs, studies.fitted,
                                 studies.cancelled, estimate));
  }
  if (!details.has_rare_events()) return absl::OkStatus();
  return AddRareEvents(details.rare_events(), inputs, studies.cancelled,
                       estimate);
}

}  // namespace

void FillDerived(v1::Estimate* estimate) {
  FillFromNumbers(v1::EstimateDetails(), estimate);
}

bool NeedsStudies(const v1::EstimateDetails& details) {
  v1::EstimateDetails rest = details;
  rest.clear_rank_probabilities();
  rest.clear_rank_points();
  rest.clear_minimal_important_difference();
  return rest.ByteSizeLong() > 0;
}

absl::Status CheckDetails(const std::string& path,
                          const v1::EstimateDetails& details) {
  Violations violations;
  if (details.rank_points() < 0 || details.rank_points() > kMostRankPoints) {
    violations.Add(absl::StrCat(path, ".rank_points"),
                   absl::StrCat("must be in 0-", kMostRankPoints, ", found ",
                                details.rank_points()));
  }
  if (details.has_minimal_important_difference()) {
    CheckPositive(absl::StrCat(path, ".minimal_important_difference"),
                  details.minimal_important_difference(), violations);
  }
  CheckAskedComparison(absl::StrCat(path, ".contributions"),
                       details.contributions().first(),
                       details.contributions().second(), violations);
  CheckCinema(absl::StrCat(path, ".cinema"), details.cinema(), violations);
  if (details.has_subgroups()) {
    CheckCovariate(absl::StrCat(path, ".subgroups.covariate"),
                   details.subgroups().covariate(), violations);
  }
  CheckAskedComparison(absl::StrCat(path, ".leave_one_out"),
                       details.leave_one_out().first(),
                       details.leave_one_out().second(), violations);
  CheckThresholdAnalysis(absl::StrCat(path, ".threshold_analysis"),
                         details.threshold_analysis(), violations);
  if (details.has_rare_events() && !AsksForRareEvents(details.rare_events())) {
    violations.Add(absl::StrCat(path, ".rare_events"),
                   "must ask for mantel_haenszel, binomial or both");
  }
  if (details.has_component_model()) {
    CheckComponentModel(absl::StrCat(path, ".component_model"),
                        details.component_model(), violations);
  }
  if (details.has_meta_regression()) {
    CheckMetaRegression(absl::StrCat(path, ".meta_regression"),
                        details.meta_regression(), violations);
  }
  return violations.ToStatus();
}

absl::Status AddDetails(const v1::EstimateDetails& details,
                        const DetailInputs& inputs,
                        absl::FunctionRef<bool()> cancelled,
                        v1::Estimate* estimate) {
  RETURN_IF_ERROR(CheckDetails("details", details));
  RETURN_IF_ERROR(CheckSize(details, *estimate));
  FillFromNumbers(details, estimate);
  if (!estimate->not_estimable().empty()) return absl::OkStatus();
  if (details.rank_probabilities()) {
    RETURN_IF_ERROR(AddRankProbabilities(details, cancelled, estimate));
  }
  if (!NeedsStudies(details)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const FittedStudies fitted,
                   Refit(inputs, estimate->small_values_desirable()));
  const Studies studies = {inputs, fitted, cancelled};
  RETURN_IF_ERROR(AddCoherence(details, studies, estimate));
  RETURN_IF_ERROR(AddEvidenceFlow(details, studies, estimate));
  RETURN_IF_ERROR(AddRobustness(details, studies, estimate));
  return AddOtherModels(details, studies, estimate);
}

}  // namespace tidemark::review
