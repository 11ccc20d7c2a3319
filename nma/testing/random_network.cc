#include "nma/testing/random_network.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <utility>

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

// Draws the base variance, then effect and variance of each other arm.
StudyEffects DrawStudy(int id, std::vector<std::string> treatments,
                       std::mt19937* engine) {
  const auto m = static_cast<Eigen::Index>(treatments.size()) - 1;
  const double base_variance = 0.01 + 0.1 * Uniform(engine);
  StudyEffects study{absl::StrCat("study ", id), std::move(treatments),
                     Eigen::VectorXd(m),
                     Eigen::MatrixXd::Constant(m, m, base_variance)};
  for (Eigen::Index i = 0; i < m; ++i) {
    study.effects[i] = 2 * Uniform(engine) - 1;
    study.covariance(i, i) += 0.01 + 0.1 * Uniform(engine);
  }
  return study;
}

}  // namespace

std::vector<StudyEffects> RandomNetwork(int treatments, int studies,
                                        std::uint32_t seed) {
  std::mt19937 engine(seed);
  std::vector<StudyEffects> network;
  for (int s = 0; s < studies; ++s) {
    const int arms = 2 + static_cast<int>(engine() % 3);
    network.push_back(
        DrawStudy(s, PickTreatments(treatments, s, arms, &engine), &engine));
  }
  return network;
}

std::vector<StudyEffects> RandomRepeatedDesigns(int treatments, int designs,
                                                std::uint32_t seed) {
  std::mt19937 engine(seed);
  std::vector<StudyEffects> network;
  for (int d = 0; d < designs; ++d) {
    const int arms = std::min(treatments, 2 + static_cast<int>(engine() % 5));
    const std::vector<std::string> design =
        PickTreatments(treatments, d, arms, &engine);
    for (auto repeats = 1 + engine() % 3; repeats > 0; --repeats) {
      network.push_back(
          DrawStudy(static_cast<int>(network.size()), design, &engine));
    }
  }
  return network;
}

}  // namespace tidemark::nma
