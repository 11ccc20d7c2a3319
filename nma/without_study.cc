#include "nma/without_study.h"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "Eigen/Core"
#include "base/status_macros.h"
#include "nma/coherence.h"
#include "nma/live_coherence.h"
#include "nma/live_network.h"
#include "nma/network.h"
#include "nma/recursive_least_squares.h"
#include "nma/study_table.h"
#include "nma/treatment_index.h"

namespace tidemark::nma {
namespace {

// Of pair variances after downdates, relative.
constexpr double kLargestError = 1e-10;

// The random-effects model of a whole network, out of which single studies are
// taken while tau^2 stays.
class FixedTau2 {
 public:
  FixedTau2(absl::Span<const StudyEffects> studies, const NetworkFit& fit)
      : studies_(studies), fit_(fit), places_(studies.size()) {
    Network network = BuildNetwork(studies);
    for (Component& component : network.components) {
      const int c = static_cast<int>(parts_.size());
      for (size_t s = 0; s < component.studies.size(); ++s) {
        places_[component.studies[s]] = {c, static_cast<int>(s)};
      }
      parts_.push_back({component.treatments, component.studies,
                        StudyTable(std::move(component.network)),
                        fit.heterogeneity[c].tau2, RecursiveLeastSquares()});
      Follow(&parts_.back());
    }
  }

  // `rest` is the fit of the other studies.
  absl::StatusOr<NodeEstimates> Without(int study,
                                        const NetworkFit& rest) const {
    const auto [c, place] = places_[study];
    NodeEstimates all = Unchanged(rest);
    if (Downdate(parts_[c], place, rest, &all)) return all;
    RETURN_IF_ERROR(FitAnew(parts_[c], study, rest, &all));
    return all;
  }

 private:
  struct Part {
    std::vector<int> treatments;  // indices of the whole network
    std::vector<int> studies;     // indices of the input
    StudyTable table;
    double tau2;
    RecursiveLeastSquares estimates;  // at tau2
  };
  struct Place {
    int part = 0;
    int study = 0;
  };

  void Follow(Part* part) const {
    const auto n = static_cast<Eigen::Index>(part->treatments.size());
    Eigen::VectorXd effects(n);
    Eigen::MatrixXd variances(n, n);
    for (Eigen::Index i = 0; i < n; ++i) {
      effects[i] = fit_.random.effects[part->treatments[i]];
      for (Eigen::Index j = 0; j < n; ++j) {
        variances(i, j) = fit_.random.pair_variances(part->treatments[i],
                                                     part->treatments[j]);
      }
    }
    part->estimates.Reset(effects, variances, /*q=*/0);
  }

  // What the whole network says of the treatments of the rest.
  NodeEstimates Unchanged(const NetworkFit& rest) const {
    const auto n = static_cast<Eigen::Index>(rest.treatments.size());
    std::vector<int> in_all;
    for (const std::string& treatment : rest.treatments) {
      in_all.push_back(TreatmentIndex(fit_.treatments, treatment));
    }
    NodeEstimates estimates{Eigen::VectorXd(n), Eigen::MatrixXd(n, n)};
    for (Eigen::Index i = 0; i < n; ++i) {
      estimates.effects[i] = fit_.random.effects[in_all[i]];
      for (Eigen::Index j = 0; j < n; ++j) {
        const bool connected = rest.component[i] == rest.component[j];
        estimates.pair_variances(i, j) =
            connected ? fit_.random.pair_variances(in_all[i], in_all[j]) : 0;
      }
    }
    return estimates;
  }

  // False if the rest has to be fitted.
  bool Downdate(const Part& part, int place, const NetworkFit& rest,
                NodeEstimates* all) const {
    if (!part.table.IsWellScaled(part.tau2)) return false;
    RecursiveLeastSquares estimates = part.estimates;
    const size_t arms = part.table.network().blocks[place].nodes.size();
    for (size_t j = 0; j + 1 < arms; ++j) {
      IndependentContrast contrast = part.table.At(place, static_cast<int>(j));
      contrast.variance += part.tau2;
      if (!estimates.Remove(contrast)) return false;
    }
    if (!(estimates.error() <= kLargestError)) return false;
    std::vector<std::string> treatments;
    for (const int t : part.treatments) {
      treatments.push_back(fit_.treatments[t]);
    }
    Write(treatments,
          {estimates.theta(),
           estimates.pair_variances().selfadjointView<Eigen::Lower>()},
          rest, all);
    return true;
  }

  absl::Status FitAnew(const Part& part, int study, const NetworkFit& rest,
                       NodeEstimates* all) const {
    std::vector<StudyEffects> others;
    for (const int other : part.studies) {
      if (other != study) others.push_back(studies_[other]);
    }
    Network network = BuildNetwork(others);
    for (Component& component : network.components) {
      StudyTable table(std::move(component.network));
      RETURN_IF_ERROR(FitCommonEffect(table).status());  // centres it
      ASSIGN_OR_RETURN(const NodeEstimates estimates,
                       EstimateNodes(table, part.tau2));
      std::vector<std::string> treatments;
      for (const int t : component.treatments) {
        treatments.push_back(network.treatments[t]);
      }
      Write(treatments, estimates, rest, all);
    }
    return absl::OkStatus();
  }

  static void Write(const std::vector<std::string>& treatments,
                    const NodeEstimates& estimates, const NetworkFit& rest,
                    NodeEstimates* all) {
    const auto n = static_cast<Eigen::Index>(treatments.size());
    std::vector<int> in_rest;
    for (const std::string& treatment : treatments) {
      in_rest.push_back(TreatmentIndex(rest.treatments, treatment));
    }
    for (Eigen::Index i = 0; i < n; ++i) {
      all->effects[in_rest[i]] = estimates.effects[i];
      for (Eigen::Index j = 0; j < n; ++j) {
        all->pair_variances(in_rest[i], in_rest[j]) =
            estimates.pair_variances(i, j);
      }
    }
  }

  const absl::Span<const StudyEffects> studies_;
  const NetworkFit& fit_;
  std::vector<Place> places_;  // of each study
  std::vector<Part> parts_;
};

absl::StatusOr<WithoutStudy> FitOthers(int study, const FixedTau2& fixed,
                                       LiveNetwork* network,
                                       LiveCoherence* coherence) {
  WithoutStudy without;
  ASSIGN_OR_RETURN(without.fit, network->Fit());
  ASSIGN_OR_RETURN(const Coherence decomposed, coherence->Decompose());
  without.q = decomposed.common;
  ASSIGN_OR_RETURN(without.fixed_tau2, fixed.Without(study, without.fit));
  return without;
}

}  // namespace

absl::Status LeaveOutEach(
    absl::Span<const StudyEffects> studies, const NetworkFit& fit,
    const FitOptions& options,
    absl::FunctionRef<absl::Status(int, const absl::StatusOr<WithoutStudy>&)>
        visit) {
  FitOptions of_rest = options;
  of_rest.reference.clear();  // the rest may not have it
  of_rest.tau2_limits = false;
  LiveNetwork network(of_rest);
  LiveCoherence coherence;
  for (const StudyEffects& study : studies) {
    RETURN_IF_ERROR(network.Put(study));
    RETURN_IF_ERROR(coherence.Put(study));
  }
  RETURN_IF_ERROR(network.Fit().status());
  RETURN_IF_ERROR(coherence.Decompose().status());
  const FixedTau2 fixed(studies, fit);
  for (int s = 0; s < static_cast<int>(studies.size()); ++s) {
    network.Remove(studies[s].study);
    coherence.Remove(studies[s].study);
    RETURN_IF_ERROR(visit(s, FitOthers(s, fixed, &network, &coherence)));
    RETURN_IF_ERROR(network.Put(studies[s]));
    RETURN_IF_ERROR(coherence.Put(studies[s]));
  }
  return absl::OkStatus();
}

}  // namespace tidemark::nma
