#include "review/cinema_details.h"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "nma/coherence.h"
#include "nma/direct_evidence.h"
#include "nma/interval.h"
#include "nma/network_fit.h"
#include "nma/relative_effect.h"
#include "nma/splits.h"
#include "review/asked_comparisons.h"
#include "review/check.h"
#include "review/cinema_rules.h"
#include "review/evidence_flow.h"
#include "review/relative_effects.h"

namespace tidemark::review {
namespace {

constexpr size_t kMostComparisons = 50 * 49 / 2;

absl::Status CheckSize(size_t comparisons) {
  if (comparisons <= kMostComparisons) return absl::OkStatus();
  return Error(
      absl::StatusCode::kInvalidArgument, "TOO_MANY_COMPARISONS",
      absl::StrCat("confidence is judged in at most ", kMostComparisons,
                   " comparisons at once, there are ", comparisons,
                   "; ask for one by `first` and `second`"),
      {{"comparisons", absl::StrCat(comparisons)}});
}

// By the two treatments, first < second.
using Splits = std::map<std::pair<int, int>, nma::EvidenceSplit>;

absl::StatusOr<Splits> SplitsOf(const FittedStudies& fitted) {
  ASSIGN_OR_RETURN(const std::vector<nma::PairSplit> pairs,
                   nma::SplitEvidence(fitted.effects.studies, fitted.fit));
  Splits splits;
  for (const nma::PairSplit& pair : pairs) {
    splits[{pair.first, pair.second}] = pair.random;
  }
  return splits;
}

// The normal interval, as the split shows it.
std::optional<nma::Interval> IntervalOf(const nma::PairEstimate& estimate,
                                        double level, bool reversed) {
  const nma::RelativeEffect numbers = nma::MakeRelativeEffect(
      reversed ? -estimate.effect : estimate.effect, estimate.se * estimate.se,
      nma::CommonEffectIntervals(level));
  return numbers.confidence;
}

// How evidence agrees: on each pair, and in each component.
struct Agreement {
  Splits splits;
  nma::Coherence coherence;
};

IncoherenceEvidence EvidenceOn(const TreatmentPair& pair,
                               const Agreement& agreement,
                               const nma::NetworkFit& fit, double level) {
  const bool reversed = pair.first > pair.second;
  const auto split =
      agreement.splits.find(reversed ? std::pair(pair.second, pair.first)
                                     : std::pair(pair.first, pair.second));
  const bool direct = split != agreement.splits.end();
  IncoherenceEvidence evidence;
  if (direct && split->second.indirect.has_value()) {
    const nma::IndirectEvidence& indirect = *split->second.indirect;
    evidence.evidence = v1::IncoherenceJudgement::MIXED;
    evidence.p = indirect.difference.p;
    evidence.direct = IntervalOf(split->second.direct, level, reversed);
    evidence.indirect = IntervalOf(indirect.estimate, level, reversed);
    return evidence;
  }
  evidence.evidence = direct ? v1::IncoherenceJudgement::DIRECT
                             : v1::IncoherenceJudgement::INDIRECT;
  evidence.p = agreement.coherence.components[fit.component[pair.first]]
                   .random.between.p;
  return evidence;
}

// Of the request, else of the first threshold.
void SetRange(const v1::CinemaSpec& spec,
              const std::vector<v1::Threshold>& thresholds,
              v1::Cinema* cinema) {
  if (spec.has_minimal_important_difference()) {
    cinema->set_minimal_important_difference(
        spec.minimal_important_difference());
    cinema->set_range_from("request");
  } else if (!thresholds.empty()) {
    cinema->set_minimal_important_difference(thresholds.front().value());
    cinema->set_range_from(thresholds.front().source());
  }
}

void SetNotJudged(const FittedStudies& fitted, const FactsByStudy& facts,
                  v1::Cinema* cinema) {
  std::map<std::string, const StudyFacts*> studies;
  for (const nma::StudyEffects& study : fitted.effects.studies) {
    studies[study.study] = &FactsOfStudy(facts, study.study);
  }
  for (const auto& [study, known] : studies) {
    if (known->risk_of_bias == v1::RiskOfBias::JUDGEMENT_UNSPECIFIED) {
      cinema->add_risk_of_bias_not_judged(study);
    }
    if (known->indirectness == v1::Indirectness::JUDGEMENT_UNSPECIFIED) {
      cinema->add_indirectness_not_judged(study);
    }
  }
}

// The two domains that studies decide.
void JudgeStudies(const v1::ComparisonContributions& trace,
                  v1::CinemaRule::Code rule,
                  v1::ComparisonConfidence* comparison) {
  const auto judge = [&](const v1::SharesByLevel& shares,
                         v1::ConfidenceFromStudies* domain) {
    if (trace.no_shares().empty()) {
      *domain = JudgeFromStudies(shares, rule);
    } else {
      domain->mutable_judgement()->set_not_assessable(trace.no_shares());
    }
  };
  judge(trace.risk_of_bias(), comparison->mutable_within_study_bias());
  judge(trace.indirectness(), comparison->mutable_indirectness());
}

}  // namespace

void CheckCinema(const std::string& path, const v1::CinemaSpec& spec,
                 Violations& violations) {
  CheckAskedComparison(path, spec.first(), spec.second(), violations);
  if (spec.has_minimal_important_difference()) {
    CheckPositive(absl::StrCat(path, ".minimal_important_difference"),
                  spec.minimal_important_difference(), violations);
  }
  if (!v1::CinemaRule::Code_IsValid(spec.rule())) {
    violations.Add(absl::StrCat(path, ".rule"),
                   absl::StrCat("must be MAJORITY, AVERAGE or HIGHEST, found ",
                                static_cast<int>(spec.rule())));
  }
}

absl::Status AddCinema(const v1::CinemaSpec& spec, const FittedStudies& fitted,
                       const DetailInputs& inputs,
                       absl::FunctionRef<bool()> cancelled,
                       v1::Estimate* estimate) {
  ASSIGN_OR_RETURN(const std::vector<TreatmentPair> pairs,
                   AskedComparisons(*estimate, spec.first(), spec.second()));
  RETURN_IF_ERROR(CheckSize(pairs.size()));
  ASSIGN_OR_RETURN(const EvidenceFlow flow,
                   EvidenceFlow::Of(fitted, inputs.facts, Model::kRandom));
  Agreement agreement;
  ASSIGN_OR_RETURN(agreement.splits, SplitsOf(fitted));
  ASSIGN_OR_RETURN(agreement.coherence,
                   nma::DecomposeQ(fitted.effects.studies));
  v1::Cinema cinema;
  SetRange(spec, inputs.thresholds, &cinema);
  cinema.set_rule(spec.rule() == v1::CinemaRule::UNSPECIFIED
                      ? v1::CinemaRule::AVERAGE
                      : spec.rule());
  SetNotJudged(fitted, inputs.facts, &cinema);
  std::optional<double> mid;
  if (cinema.has_minimal_important_difference()) {
    mid = cinema.minimal_important_difference();
  }
  for (const TreatmentPair& pair : pairs) {
    if (cancelled()) return absl::CancelledError("CINeMA was cancelled");
    v1::ComparisonConfidence* comparison = cinema.add_comparisons();
    ASSIGN_OR_RETURN(
        *comparison->mutable_effect(),
        Compare(*estimate, Model::kRandom, estimate->treatments(pair.first),
                estimate->treatments(pair.second)));
    const v1::RelativeEffect& effect = comparison->effect();
    JudgeStudies(flow.Trace(pair), cinema.rule(), comparison);
    *comparison->mutable_imprecision() = JudgeImprecision(effect, mid);
    *comparison->mutable_heterogeneity() = JudgeHeterogeneity(effect, mid);
    *comparison->mutable_incoherence() = JudgeIncoherence(
        EvidenceOn(pair, agreement, fitted.fit, estimate->level()), mid);
  }
  *estimate->mutable_cinema() = std::move(cinema);
  return absl::OkStatus();
}

}  // namespace tidemark::review
