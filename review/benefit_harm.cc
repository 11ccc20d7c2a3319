#include "review/benefit_harm.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "Eigen/Core"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "nma/benefit_harm.h"
#include "nma/rank_probabilities.h"
#include "nma/ranking.h"
#include "nma/treatment_index.h"
#include "review/errors.h"

namespace tidemark::review {
namespace {

constexpr int kMostTreatments = 50;

// The treatments compared, on one outcome.
struct OutcomeEffects {
  const v1::Estimate* estimate = nullptr;
  Eigen::VectorXd effects;
  Eigen::MatrixXd pair_variances;
  Eigen::MatrixXd better;  // BetterProbabilities
};

OutcomeEffects EffectsOf(const v1::Estimate& estimate, Model model,
                         const std::vector<std::string>& treatments) {
  const v1::ModelEstimate& numbers = EffectsUnder(estimate, model);
  const auto n = static_cast<Eigen::Index>(treatments.size());
  OutcomeEffects outcome;
  outcome.estimate = &estimate;
  outcome.effects.resize(n);
  outcome.pair_variances = Eigen::MatrixXd::Zero(n, n);
  for (Eigen::Index i = 0; i < n; ++i) {
    const int at = TreatmentIndex(estimate, treatments[i]);
    outcome.effects[i] = numbers.effects(at);
    for (Eigen::Index j = 0; j < i; ++j) {
      outcome.pair_variances(i, j) = outcome.pair_variances(j, i) =
          PairVariance(numbers, at, TreatmentIndex(estimate, treatments[j]));
    }
  }
  outcome.better =
      nma::BetterProbabilities(outcome.effects, outcome.pair_variances,
                               estimate.small_values_desirable());
  return outcome;
}

void Write(const nma::JointProbability& from,
           v1::BenefitHarm::Probability* probability) {
  probability->set_independent(from.independent);
  probability->set_lower(from.lower);
  probability->set_upper(from.upper);
}

// Fills one answer.
class Comparison {
 public:
  explicit Comparison(const BenefitHarmQuestion& question)
      : question_(question) {
    for (const v1::Estimate& estimate : question.benefits) Add(estimate, false);
    for (const v1::Estimate& estimate : question.harms) Add(estimate, true);
    answer_.set_common_effect(question.model == Model::kCommon);
  }

  absl::StatusOr<v1::BenefitHarm> Answer(
      absl::FunctionRef<bool()> cancelled) && {
    FindNotEstimable();
    if (!answer_.not_estimable().empty()) return std::move(answer_);
    RETURN_IF_ERROR(ChooseReference());
    SortTreatments();
    if (treatments_.size() < 2) {
      answer_.set_not_estimable(
          absl::StrCat("there is no other treatment that studies of every "
                       "analysis connect with "
                       "\"",
                       answer_.reference(), "\""));
      return std::move(answer_);
    }
    if (static_cast<int>(treatments_.size()) > kMostTreatments) {
      return Error(
          absl::StatusCode::kInvalidArgument, "TOO_MANY_TREATMENTS",
          absl::StrCat("benefit and harm are for at most ", kMostTreatments,
                       " treatments, these have ", treatments_.size()),
          {{"treatments", absl::StrCat(treatments_.size())}});
    }
    RETURN_IF_ERROR(CompareTreatments(cancelled));
    return std::move(answer_);
  }

 private:
  void Add(const v1::Estimate& estimate, bool harm) {
    estimates_.push_back(&estimate);
    v1::BenefitHarm::Outcome* outcome = answer_.add_outcomes();
    outcome->set_analysis_id(estimate.analysis_id());
    outcome->set_harm(harm);
    outcome->set_effect_measure(estimate.effect_measure());
    outcome->set_small_values_desirable(estimate.small_values_desirable());
    outcome->set_level(estimate.level());
    *outcome->mutable_studies_left_out() = estimate.studies_left_out();
  }

  void FindNotEstimable() {
    for (const v1::Estimate* estimate : estimates_) {
      if (estimate->not_estimable().empty()) continue;
      answer_.set_not_estimable(
          absl::StrCat("analysis \"", estimate->analysis_id(),
                       "\": ", estimate->not_estimable()));
      return;
    }
  }

  absl::Status ChooseReference() {
    answer_.set_reference(
        question_.reference.empty()
            ? estimates_.front()->component_heterogeneity(0).reference()
            : question_.reference);
    for (const v1::Estimate* estimate : estimates_) {
      if (TreatmentIndex(*estimate, answer_.reference()) >= 0) {
        return absl::OkStatus();
      }
    }
    return Error(absl::StatusCode::kNotFound, "TREATMENT_NOT_IN_NETWORK",
                 absl::StrCat("reference \"", answer_.reference(),
                              "\" has no data in any of the analyses"),
                 {{"treatment", answer_.reference()}});
  }

  // Into those that are compared and those that are not.
  void SortTreatments() {
    std::set<std::string> all;
    for (const v1::Estimate* estimate : estimates_) {
      all.insert(estimate->treatments().begin(), estimate->treatments().end());
    }
    for (const std::string& treatment : all) {
      v1::BenefitHarm::NotCompared missing;
      missing.set_treatment(treatment);
      for (const v1::Estimate* estimate : estimates_) {
        const int at = TreatmentIndex(*estimate, treatment);
        const int reference = TreatmentIndex(*estimate, answer_.reference());
        const std::vector<int> components = ComponentNumbers(*estimate);
        if (at < 0) {
          missing.add_lacking(estimate->analysis_id());
        } else if (reference < 0 || components[at] != components[reference]) {
          missing.add_not_connected(estimate->analysis_id());
        }
      }
      if (missing.lacking().empty() && missing.not_connected().empty()) {
        treatments_.push_back(treatment);
      } else {
        *answer_.add_not_compared() = missing;
      }
    }
  }

  absl::Status CompareTreatments(absl::FunctionRef<bool()> cancelled) {
    for (const v1::Estimate* estimate : estimates_) {
      outcomes_.push_back(EffectsOf(*estimate, question_.model, treatments_));
      better_.push_back(outcomes_.back().better);
    }
    for (const std::string& treatment : treatments_) {
      answer_.add_treatments()->set_treatment(treatment);
    }
    best_.resize(treatments_.size());
    for (size_t o = 0; o < outcomes_.size(); ++o) {
      RETURN_IF_ERROR(
          AddStandings(outcomes_[o], cancelled,
                       answer_.mutable_outcomes(static_cast<int>(o))));
    }
    AddShares();
    AddPairs();
    return absl::OkStatus();
  }

  absl::Status AddStandings(const OutcomeEffects& outcome,
                            absl::FunctionRef<bool()> cancelled,
                            v1::BenefitHarm::Outcome* message) {
    const bool small = outcome.estimate->small_values_desirable();
    ASSIGN_OR_RETURN(
        const nma::RankProbabilities ranks,
        nma::EstimateRankProbabilities(outcome.effects, outcome.pair_variances,
                                       small, nma::RankOptions(), cancelled));
    message->set_best_error(ranks.error);
    const Eigen::VectorXd scores =
        nma::PScores(outcome.effects, outcome.pair_variances, small);
    const Eigen::VectorXd mean_ranks = nma::MeanRanks(scores);
    const int reference = Reference();
    for (int t = 0; t < answer_.treatments_size(); ++t) {
      v1::BenefitHarm::Standing* standing =
          answer_.mutable_treatments(t)->add_standings();
      if (t != reference) {
        ASSIGN_OR_RETURN(*standing->mutable_versus_reference(),
                         Compare(*outcome.estimate, question_.model,
                                 treatments_[t], answer_.reference()));
        standing->set_better(outcome.better(t, reference));
      }
      standing->set_p_score(scores[t]);
      standing->set_mean_rank(mean_ranks[t]);
      standing->set_probability_best(ranks.probabilities(t, 0));
      best_[t] = nma::And(best_[t], nma::Exactly(ranks.probabilities(t, 0)));
    }
    return absl::OkStatus();
  }

  void AddShares() {
    const size_t benefits = question_.benefits.size();
    const absl::Span<const Eigen::MatrixXd> all = better_;
    const int reference = Reference();
    for (int t = 0; t < answer_.treatments_size(); ++t) {
      v1::BenefitHarm::Treatment* treatment = answer_.mutable_treatments(t);
      Write(best_[t], treatment->mutable_best_on_all());
      if (t == reference) continue;
      const nma::BenefitHarmShares shares = nma::SharesOf(
          all.first(benefits), all.subspan(benefits), t, reference);
      Write(shares.both, treatment->mutable_better_on_both());
      Write(shares.benefit_only, treatment->mutable_better_on_benefit_only());
      Write(shares.harm_only, treatment->mutable_better_on_harm_only());
      Write(shares.neither, treatment->mutable_better_on_neither());
    }
  }

  void AddPairs() {
    const auto n = static_cast<int>(treatments_.size());
    for (int i = 0; i < n; ++i) {
      for (int j = 0; j < n; ++j) {
        if (i == j) continue;
        v1::BenefitHarm::Pair* pair = answer_.add_pairs();
        pair->set_first(treatments_[i]);
        pair->set_second(treatments_[j]);
        Write(nma::BetterOnAll(better_, i, j),
              pair->mutable_first_better_on_all());
      }
    }
  }

  // Index of the reference among the treatments compared, which it is always
  // one of if there are two.
  int Reference() const {
    return nma::TreatmentIndex(treatments_, answer_.reference());
  }

  const BenefitHarmQuestion& question_;
  std::vector<const v1::Estimate*> estimates_;
  std::vector<std::string> treatments_;  // compared
  std::vector<OutcomeEffects> outcomes_;
  std::vector<Eigen::MatrixXd> better_;  // of each outcome
  std::vector<nma::JointProbability> best_;
  v1::BenefitHarm answer_;
};

}  // namespace

absl::StatusOr<v1::BenefitHarm> CompareBenefitHarm(
    const BenefitHarmQuestion& question, absl::FunctionRef<bool()> cancelled) {
  return Comparison(question).Answer(cancelled);
}

}  // namespace tidemark::review
