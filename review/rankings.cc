#include "review/rankings.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "Eigen/Core"
#include "absl/status/statusor.h"
#include "base/status_macros.h"
#include "nma/partial_order.h"
#include "nma/rank_probabilities.h"
#include "nma/ranking.h"
#include "review/relative_effects.h"

namespace tidemark::review {
namespace {

// One component of an estimate under one model, as the engine takes it.
struct ComponentEffects {
  std::vector<int> treatments;  // indices in the estimate
  Eigen::VectorXd effects;
  Eigen::MatrixXd pair_variances;
};

ComponentEffects EffectsOfComponent(const std::vector<int>& numbers,
                                    const v1::ModelEstimate& model, int c) {
  ComponentEffects component;
  for (size_t t = 0; t < numbers.size(); ++t) {
    if (numbers[t] == c) component.treatments.push_back(static_cast<int>(t));
  }
  const auto n = static_cast<Eigen::Index>(component.treatments.size());
  component.effects.resize(n);
  component.pair_variances = Eigen::MatrixXd::Zero(n, n);
  for (Eigen::Index i = 0; i < n; ++i) {
    component.effects[i] = model.effects(component.treatments[i]);
    for (Eigen::Index j = 0; j < i; ++j) {
      component.pair_variances(i, j) = component.pair_variances(j, i) =
          PairVariance(model, component.treatments[i], component.treatments[j]);
    }
  }
  return component;
}

absl::Status AddProbabilities(const nma::RankOptions& options,
                              const ComponentEffects& component,
                              bool small_values_desirable,
                              absl::FunctionRef<bool()> cancelled,
                              v1::Ranking* ranking) {
  ASSIGN_OR_RETURN(const nma::RankProbabilities ranks,
                   nma::EstimateRankProbabilities(
                       component.effects, component.pair_variances,
                       small_values_desirable, options, cancelled));
  ranking->set_probability_error(ranks.error);
  ranking->set_points(ranks.points);
  for (int i = 0; i < ranking->ranks_size(); ++i) {
    v1::Rank* rank = ranking->mutable_ranks(i);
    rank->set_median_rank(ranks.median_ranks[i]);
    for (Eigen::Index r = 0; r < ranks.probabilities.cols(); ++r) {
      rank->add_probabilities(ranks.probabilities(i, r));
    }
  }
  return absl::OkStatus();
}

v1::Ranking RankingOf(const v1::EstimateDetails& details,
                      const v1::Estimate& estimate,
                      const ComponentEffects& component) {
  const bool small = estimate.small_values_desirable();
  const Eigen::VectorXd scores =
      nma::PScores(component.effects, component.pair_variances, small);
  const Eigen::VectorXd mean_ranks = nma::MeanRanks(scores);
  v1::Ranking ranking;
  ranking.set_poth(nma::Poth(scores));
  for (size_t i = 0; i < component.treatments.size(); ++i) {
    v1::Rank* rank = ranking.add_ranks();
    rank->set_treatment(estimate.treatments(component.treatments[i]));
    rank->set_mean_rank(mean_ranks[static_cast<Eigen::Index>(i)]);
  }
  if (details.has_minimal_important_difference()) {
    const Eigen::VectorXd beyond =
        nma::PScores(component.effects, component.pair_variances, small,
                     details.minimal_important_difference());
    for (int i = 0; i < ranking.ranks_size(); ++i) {
      ranking.mutable_ranks(i)->set_p_score_mid(beyond[i]);
    }
  }
  return ranking;
}

// One treatment in every estimate: its P-score, and the component that it is
// in. None where it has no data.
struct Standing {
  std::vector<std::optional<double>> scores;
  std::vector<int> components;
};

// By treatment.
std::map<std::string, Standing> Standings(
    absl::Span<const v1::Estimate> estimates) {
  std::map<std::string, Standing> standings;
  for (size_t e = 0; e < estimates.size(); ++e) {
    const std::vector<int> components = ComponentNumbers(estimates[e]);
    for (int t = 0; t < estimates[e].treatments_size(); ++t) {
      Standing& standing = standings[estimates[e].treatments(t)];
      standing.scores.resize(estimates.size());
      standing.components.resize(estimates.size());
      standing.scores[e] = estimates[e].p_scores(t).random();
      standing.components[e] = components[t];
    }
  }
  return standings;
}

bool IsEverywhere(const Standing& standing) {
  return std::find(standing.scores.begin(), standing.scores.end(),
                   std::nullopt) == standing.scores.end();
}

// Adds what the analyses say of treatments that studies connect in all of them:
// `group` holds indices of the items.
void AddOrder(const std::vector<int>& group, v1::PartialOrder* result) {
  std::vector<std::vector<std::optional<double>>> outcomes(
      result->analysis_ids_size());
  for (const int item : group) {
    for (int e = 0; e < result->analysis_ids_size(); ++e) {
      outcomes[e].push_back(result->items(item).p_scores(e));
    }
  }
  const nma::PartialOrder order = nma::OrderByAll(outcomes);
  for (const int i : order.maximal) {
    result->mutable_items(group[i])->set_maximal(true);
  }
  for (size_t i = 0; i < group.size(); ++i) {
    for (size_t j = 0; j < group.size(); ++j) {
      const std::string& first = result->items(group[i]).treatment();
      const std::string& second = result->items(group[j]).treatment();
      if (order.covers(i, j)) {
        v1::PartialOrder::Cover* cover = result->add_covers();
        cover->set_better(first);
        cover->set_worse(second);
      } else if (i < j && order.ties(i, j)) {
        v1::PartialOrder::Tie* tie = result->add_ties();
        tie->set_first(first);
        tie->set_second(second);
      }
    }
  }
}

}  // namespace

void FillRankings(const v1::EstimateDetails& details, v1::Estimate* estimate) {
  const std::vector<int> numbers = ComponentNumbers(*estimate);
  for (v1::ModelEstimate* model :
       {estimate->mutable_common(), estimate->mutable_random()}) {
    model->clear_rankings();
    for (int c = 0; c < estimate->components_size(); ++c) {
      *model->add_rankings() =
          RankingOf(details, *estimate, EffectsOfComponent(numbers, *model, c));
    }
  }
}

absl::Status AddRankProbabilities(const v1::EstimateDetails& details,
                                  absl::FunctionRef<bool()> cancelled,
                                  v1::Estimate* estimate) {
  nma::RankOptions options;
  options.points = details.rank_points();
  const std::vector<int> numbers = ComponentNumbers(*estimate);
  for (v1::ModelEstimate* model :
       {estimate->mutable_common(), estimate->mutable_random()}) {
    for (int c = 0; c < model->rankings_size(); ++c) {
      RETURN_IF_ERROR(AddProbabilities(options,
                                       EffectsOfComponent(numbers, *model, c),
                                       estimate->small_values_desirable(),
                                       cancelled, model->mutable_rankings(c)));
    }
  }
  return absl::OkStatus();
}

v1::PartialOrder PartialOrderOf(absl::Span<const v1::Estimate> estimates) {
  v1::PartialOrder result;
  for (const v1::Estimate& estimate : estimates) {
    result.add_analysis_ids(estimate.analysis_id());
  }
  // Groups that are connected in every estimate, by their components.
  std::map<std::vector<int>, std::vector<int>> groups;
  for (const auto& [treatment, standing] : Standings(estimates)) {
    if (!IsEverywhere(standing)) {
      result.add_not_compared(treatment);
      continue;
    }
    groups[standing.components].push_back(result.items_size());
    v1::PartialOrder::Item* item = result.add_items();
    item->set_treatment(treatment);
    for (const auto& score : standing.scores) item->add_p_scores(*score);
  }
  for (const auto& [components, group] : groups) AddOrder(group, &result);
  return result;
}

}  // namespace tidemark::review
