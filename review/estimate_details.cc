#include "review/estimate_details.h"

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "nma/coherence.h"
#include "nma/network_fit.h"
#include "nma/node_splits.h"
#include "nma/relative_effect.h"
#include "nma/splits.h"
#include "nma/study_effects.h"
#include "review/check.h"
#include "review/engine_options.h"
#include "review/errors.h"
#include "review/rankings.h"
#include "review/relative_effects.h"

namespace tidemark::review {
namespace {

constexpr int64_t kMostRankPoints = int64_t{1} << 22;
constexpr int kMostRankedTreatments = 500;

// Writes splits of one estimate, whose intervals are normal.
class SplitWriter {
 public:
  SplitWriter(const nma::NetworkFit& fit, double level)
      : fit_(fit), intervals_(nma::CommonEffectIntervals(level)) {}

  v1::Split Write(int first, int second, int studies,
                  const nma::PairEstimate& direct,
                  const std::optional<nma::IndirectEvidence>& indirect) const {
    v1::Split split;
    split.set_first(fit_.treatments[first]);
    split.set_second(fit_.treatments[second]);
    split.set_studies(studies);
    WritePart(direct.effect, direct.se, split.mutable_direct());
    if (indirect.has_value()) {
      WritePart(indirect->estimate.effect, indirect->estimate.se,
                split.mutable_indirect());
      WritePart(indirect->difference.effect, indirect->difference.se,
                split.mutable_difference());
    }
    return split;
  }

 private:
  void WritePart(double effect, double se, v1::Split::Part* part) const {
    const nma::RelativeEffect numbers =
        nma::MakeRelativeEffect(effect, se * se, intervals_);
    part->set_effect(effect);
    part->set_se(se);
    if (numbers.test.has_value()) {
      part->set_z(numbers.test->statistic);
      part->set_p(numbers.test->p);
    }
    if (numbers.confidence.has_value()) {
      part->set_lower(numbers.confidence->lower);
      part->set_upper(numbers.confidence->upper);
    }
  }

  const nma::NetworkFit& fit_;
  const nma::IntervalRule intervals_;
};

absl::Status AddSplits(absl::Span<const nma::StudyEffects> studies,
                       const nma::NetworkFit& fit, v1::Estimate* estimate) {
  ASSIGN_OR_RETURN(const std::vector<nma::PairSplit> pairs,
                   nma::SplitEvidence(studies, fit));
  const SplitWriter writer(fit, estimate->level());
  const auto write = [&](const nma::PairSplit& pair,
                         const nma::EvidenceSplit& evidence) {
    v1::Split split = writer.Write(pair.first, pair.second, pair.studies,
                                   evidence.direct, evidence.indirect);
    split.set_direct_share(evidence.direct_share);
    if (!evidence.indirect.has_value()) {
      split.set_no_indirect("direct evidence is all there is on the pair");
    }
    return split;
  };
  estimate->clear_splits();
  estimate->clear_splits_common();
  for (const nma::PairSplit& pair : pairs) {
    *estimate->add_splits() = write(pair, pair.random);
    *estimate->add_splits_common() = write(pair, pair.common);
  }
  return absl::OkStatus();
}

std::string NoIndirectReason(nma::RestOfNetwork rest) {
  switch (rest) {
    case nma::RestOfNetwork::kConnectsPair:
      return "";
    case nma::RestOfNetwork::kDoesNotConnectPair:
      return "without the studies of the pair nothing connects it";
    case nma::RestOfNetwork::kCannotBeSolved:
      return "without the studies of the pair the network cannot be solved";
  }
  return "";
}

absl::Status AddNodeSplits(absl::Span<const nma::StudyEffects> studies,
                           const nma::NetworkFit& fit,
                           const nma::FitOptions& options,
                           absl::FunctionRef<bool()> cancelled,
                           v1::Estimate* estimate) {
  ASSIGN_OR_RETURN(const std::vector<nma::NodeSplit> pairs,
                   nma::SplitNodes(studies, fit, options, cancelled));
  const SplitWriter writer(fit, estimate->level());
  const auto write = [&](const nma::NodeSplit& pair,
                         const nma::NodeSplitEvidence& evidence) {
    v1::Split split = writer.Write(pair.first, pair.second, pair.studies,
                                   evidence.direct, evidence.indirect);
    split.set_no_indirect(NoIndirectReason(pair.rest));
    return split;
  };
  estimate->clear_node_splits();
  estimate->clear_node_splits_common();
  for (const nma::NodeSplit& pair : pairs) {
    v1::Split* random = estimate->add_node_splits();
    *random = write(pair, pair.random);
    if (pair.rest_tau2.has_value()) random->set_refit_tau2(*pair.rest_tau2);
    *estimate->add_node_splits_common() = write(pair, pair.common);
  }
  return absl::OkStatus();
}

v1::Design ToDesign(const nma::DesignCoherence& design,
                    const nma::DesignQ& numbers) {
  v1::Design message;
  for (const std::string& treatment : design.treatments) {
    message.add_treatments(treatment);
  }
  message.set_studies(design.studies);
  message.set_q_within(numbers.within.q);
  message.set_df_within(numbers.within.df);
  if (numbers.within.p.has_value()) message.set_p_within(*numbers.within.p);
  message.set_q_between(numbers.between);
  message.set_q_between_detached(numbers.between_detached.q);
  message.set_df_between_detached(numbers.between_detached.df);
  if (numbers.between_detached.p.has_value()) {
    message.set_p_between_detached(*numbers.between_detached.p);
  }
  return message;
}

absl::Status AddDesigns(absl::Span<const nma::StudyEffects> studies,
                        v1::Estimate* estimate) {
  ASSIGN_OR_RETURN(const std::vector<nma::DesignCoherence> designs,
                   nma::DecomposeQByDesign(studies));
  estimate->clear_designs();
  estimate->clear_designs_random();
  for (const nma::DesignCoherence& design : designs) {
    *estimate->add_designs() = ToDesign(design, design.common);
    *estimate->add_designs_random() = ToDesign(design, design.random);
  }
  return absl::OkStatus();
}

// Rank probabilities take memory and time with the square of the treatments.
absl::Status CheckSize(const v1::EstimateDetails& details,
                       const v1::Estimate& estimate) {
  if (!details.rank_probabilities() ||
      estimate.treatments_size() <= kMostRankedTreatments) {
    return absl::OkStatus();
  }
  return Error(absl::StatusCode::kResourceExhausted, "TOO_MANY_TREATMENTS",
               absl::StrCat("rank probabilities are for networks of at most ",
                            kMostRankedTreatments, " treatments, this one has ",
                            estimate.treatments_size()),
               {{"treatments", absl::StrCat(estimate.treatments_size())}});
}

// What follows from the stored numbers, ranks as `details` asks.
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

}  // namespace

void FillDerived(v1::Estimate* estimate) {
  FillFromNumbers(v1::EstimateDetails(), estimate);
}

bool NeedsStudies(const v1::EstimateDetails& details) {
  return details.splits() || details.node_splits() || details.designs();
}

absl::Status CheckDetails(const std::string& path,
                          const v1::EstimateDetails& details) {
  Violations violations;
  if (details.rank_points() < 0 || details.rank_points() > kMostRankPoints) {
    violations.Add(absl::StrCat(path, ".rank_points"),
                   absl::StrCat("must be in 0-", kMostRankPoints, ", found ",
                                details.rank_points()));
  }
  const double mid = details.minimal_important_difference();
  if (details.has_minimal_important_difference() &&
      !(std::isfinite(mid) && mid > 0)) {
    violations.Add(
        absl::StrCat(path, ".minimal_important_difference"),
        absl::StrCat("must be a finite number > 0, found ", Number(mid)));
  }
  return violations.ToStatus();
}

absl::Status AddDetails(const v1::EstimateDetails& details,
                        absl::Span<const nma::Study> studies,
                        const v1::Analysis& analysis,
                        absl::FunctionRef<bool()> cancelled,
                        v1::Estimate* estimate) {
  RETURN_IF_ERROR(CheckDetails("details", details));
  RETURN_IF_ERROR(CheckSize(details, *estimate));
  FillFromNumbers(details, estimate);
  if (!estimate->not_estimable().empty() || !NeedsStudies(details)) {
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const nma::EffectSet effects,
                   nma::ComputeEffects(studies, EffectOptionsOf(analysis)));
  if (details.designs()) {
    RETURN_IF_ERROR(AddDesigns(effects.studies, estimate));
  }
  if (!details.splits() && !details.node_splits()) return absl::OkStatus();
  const nma::FitOptions options = FitOptionsOf(
      analysis, effects.studies, estimate->small_values_desirable());
  ASSIGN_OR_RETURN(const nma::NetworkFit fit,
                   nma::FitNetwork(effects.studies, options));
  if (details.splits()) {
    RETURN_IF_ERROR(AddSplits(effects.studies, fit, estimate));
  }
  if (details.node_splits()) {
    RETURN_IF_ERROR(
        AddNodeSplits(effects.studies, fit, options, cancelled, estimate));
  }
  return absl::OkStatus();
}

}  // namespace tidemark::review
