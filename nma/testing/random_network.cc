#include "nma/testing/random_network.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"

namespace tidemark::nma {
namespace {

// [0, 1). The distributions of <random> differ between standard libraries.
double Uniform(std::mt19937* engine) { return (*engine)() / 4294967296.0; }

std::vector<std::string> PickTreatments(int treatments, int study, int arms,
                                        std::mt19937* engine) {
  // Successive studies share a treatment, which connects the network.
  std::vector<std::string> picked = {
      absl::StrCat("T", study % treatments),
      absl::StrCat("T", (study + 1) % treatments)};
  while (static_cast<int>(picked.size()) < arms) {
    std::string next = absl::StrCat("T", (*engine)() % treatments);
    if (std::find(picked.begin(), picked.end(), next) == picked.end()) {
      picked.push_back(next);
    }
  }
  std::sort(picked.begin(), picked.end());
  return picked;
}

}  // namespace

std::vector<StudyEffects> RandomNetwork(int treatments, int studies,
                                        std::uint32_t seed) {
  std::mt19937 engine(seed);
  std::vector<StudyEffects> network;
  for (int s = 0; s < studies; ++s) {
    const int arms = 2 + static_cast<int>(engine() % 3);
    StudyEffects study;
    study.study = absl::StrCat("study ", s);
    study.treatments = PickTreatments(treatments, s, arms, &engine);
    const double base_variance = 0.01 + 0.1 * Uniform(&engine);
    study.effects.resize(arms - 1);
    study.covariance =
        Eigen::MatrixXd::Constant(arms - 1, arms - 1, base_variance);
    for (int i = 0; i < arms - 1; ++i) {
      study.effects[i] = 2 * Uniform(&engine) - 1;
      study.covariance(i, i) += 0.01 + 0.1 * Uniform(&engine);
    }
    network.push_back(study);
  }
  return network;
}

}  // namespace tidemark::nma
