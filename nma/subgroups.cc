#include "nma/subgroups.h"

#include <map>
#include <utility>

#include "Eigen/Core"
#include "absl/status/status.h"
#include "base/status_macros.h"

namespace tidemark::nma {
namespace {

// What a connected part of a subgroup says, as one study would say it.
StudyEffects AsStudy(const std::string& value, const NetworkFit& fit, int c) {
  std::vector<int> members;
  StudyEffects study;
  study.study = value;
  for (size_t t = 0; t < fit.treatments.size(); ++t) {
    if (fit.component[t] != c) continue;
    members.push_back(static_cast<int>(t));
    study.treatments.push_back(fit.treatments[t]);
  }
  const auto m = static_cast<Eigen::Index>(members.size()) - 1;
  const int base = members[0];
  const Eigen::MatrixXd& variances = fit.random.pair_variances;
  study.effects.resize(m);
  study.covariance.resize(m, m);
  for (Eigen::Index i = 0; i < m; ++i) {
    const int a = members[i + 1];
    study.effects[i] = fit.random.effects[a] - fit.random.effects[base];
    for (Eigen::Index j = 0; j < m; ++j) {
      const int b = members[j + 1];
      study.covariance(i, j) =
          (variances(a, base) + variances(b, base) - variances(a, b)) / 2;
    }
  }
  return study;
}

// Q of one network under all subgroups.
absl::StatusOr<QTest> TestAll(absl::Span<const Subgroup> subgroups,
                              const std::vector<NetworkFit>& fits) {
  std::vector<StudyEffects> parts;
  for (size_t g = 0; g < fits.size(); ++g) {
    for (size_t c = 0; c < fits[g].heterogeneity.size(); ++c) {
      parts.push_back(
          AsStudy(subgroups[g].value, fits[g], static_cast<int>(c)));
    }
  }
  FitOptions options;  // of the tau^2 that is not used, the cheapest
  options.tau2_method = Tau2Method::kDerSimonianLaird;
  ASSIGN_OR_RETURN(const NetworkFit whole, FitNetwork(parts, options));
  QTest total;
  for (const Heterogeneity& component : whole.heterogeneity) {
    total = Sum(total, TestOfQ(component.q, component.df));
  }
  return total;
}

QTest TestEqual(const std::vector<PairEstimate>& effects) {
  // Weights relative to that of the first, which is in range.
  double weights = 0;
  double weighted = 0;
  for (const PairEstimate& effect : effects) {
    const double relative = effects[0].se / effect.se;
    const double weight = relative * relative;
    weights += weight;
    weighted += weight * effect.effect;
  }
  double q = 0;
  for (const PairEstimate& effect : effects) {
    const double z = (effect.effect - weighted / weights) / effect.se;
    q += z * z;
  }
  return TestOfQ(q, static_cast<int>(effects.size()) - 1);
}

std::vector<Interaction> InteractionsOf(const std::vector<NetworkFit>& fits) {
  std::map<std::pair<std::string, std::string>, Interaction> pairs;
  for (size_t g = 0; g < fits.size(); ++g) {
    const NetworkFit& fit = fits[g];
    const auto treatments = static_cast<int>(fit.treatments.size());
    for (int j = 1; j < treatments; ++j) {
      for (int i = 0; i < j; ++i) {
        if (fit.component[i] != fit.component[j]) continue;
        Interaction& pair = pairs[{fit.treatments[i], fit.treatments[j]}];
        pair.subgroups.push_back(static_cast<int>(g));
        pair.effects.push_back(NetworkEstimate(fit.random, i, j));
      }
    }
  }
  std::vector<Interaction> interactions;
  for (auto& [treatments, pair] : pairs) {
    if (pair.subgroups.size() < 2) continue;
    pair.first = treatments.first;
    pair.second = treatments.second;
    pair.test = TestEqual(pair.effects);
    interactions.push_back(std::move(pair));
  }
  return interactions;
}

}  // namespace

absl::StatusOr<SubgroupAnalysis> AnalyzeSubgroups(
    absl::Span<const Subgroup> subgroups, const FitOptions& options,
    absl::FunctionRef<bool()> cancelled) {
  // Some subgroups may lack the reference, on which nothing here depends.
  FitOptions own = options;
  own.reference.clear();
  SubgroupAnalysis analysis;
  for (const Subgroup& subgroup : subgroups) {
    if (cancelled()) {
      return absl::CancelledError("the subgroup analysis was cancelled");
    }
    ASSIGN_OR_RETURN(NetworkFit fit, FitNetwork(subgroup.studies, own));
    analysis.fits.push_back(std::move(fit));
  }
  analysis.interactions = InteractionsOf(analysis.fits);
  ASSIGN_OR_RETURN(analysis.global, TestAll(subgroups, analysis.fits));
  return analysis;
}

}  // namespace tidemark::nma
