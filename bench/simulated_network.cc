#include "bench/simulated_network.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

namespace tidemark::bench {
namespace {

constexpr double kPi = 3.141592653589793;

// The distributions of <random> differ between standard libraries.
class Draw {
 public:
  explicit Draw(std::uint32_t seed) : engine_(seed) {}

  // (0, 1).
  double Uniform() { return (engine_() + 0.5) / 4294967296.0; }
  int Below(int end) { return static_cast<int>(Uniform() * end); }
  // Box & Muller (1958).
  double Normal(double variance) {
    const double radius = std::sqrt(-2 * variance * std::log(Uniform()));
    return radius * std::cos(2 * kPi * Uniform());
  }

 private:
  std::mt19937 engine_;
};

// Ascending.
std::vector<int> PickTreatments(const NetworkSize& size, int study,
                                Draw& draw) {
  std::vector<int> picked;
  if (study + 1 < size.treatments) picked = {study, study + 1};
  const size_t arms = draw.Uniform() < size.three_arm_share ? 3 : 2;
  while (picked.size() < arms) {
    const int next = draw.Below(size.treatments);
    if (std::find(picked.begin(), picked.end(), next) == picked.end()) {
      picked.push_back(next);
    }
  }
  std::sort(picked.begin(), picked.end());
  return picked;
}

// Each arm has the effect of its treatment, half of the between-study variance
// (so that two arms have all of it) and a sampling error.
nma::StudyEffects DrawStudy(int id, const std::vector<int>& treatments,
                            const std::vector<double>& effects, Draw& draw) {
  const auto m = static_cast<Eigen::Index>(treatments.size()) - 1;
  nma::StudyEffects study;
  study.study = absl::StrFormat("S%06d", id);
  Eigen::VectorXd arm(m + 1);
  Eigen::VectorXd variance(m + 1);
  for (Eigen::Index i = 0; i <= m; ++i) {
    const int treatment = treatments[static_cast<size_t>(i)];
    study.treatments.push_back(absl::StrFormat("T%04d", treatment));
    variance[i] = 0.01 + 0.1 * draw.Uniform();
    arm[i] = effects[static_cast<size_t>(treatment)] +
             draw.Normal(kSimulatedTau2 / 2 + variance[i]);
  }
  study.effects = arm.tail(m).array() - arm[0];
  study.covariance = Eigen::MatrixXd::Constant(m, m, variance[0]);
  study.covariance.diagonal() += variance.tail(m);
  return study;
}

}  // namespace

int TreatmentIndex(absl::string_view treatment) {
  int index = -1;
  return absl::SimpleAtoi(treatment.substr(1), &index) ? index : -1;
}

std::vector<nma::StudyEffects> SimulatedNetwork(const NetworkSize& size,
                                                std::uint32_t seed) {
  Draw draw(seed);
  std::vector<double> effects;
  effects.reserve(static_cast<size_t>(size.treatments));
  for (int t = 0; t < size.treatments; ++t) {
    effects.push_back(draw.Uniform() - 0.5);
  }
  std::vector<nma::StudyEffects> network;
  network.reserve(static_cast<size_t>(size.studies));
  for (int s = 0; s < size.studies; ++s) {
    network.push_back(
        DrawStudy(s, PickTreatments(size, s, draw), effects, draw));
  }
  return network;
}

}  // namespace tidemark::bench
