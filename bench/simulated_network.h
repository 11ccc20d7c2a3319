// Simulated evidence: connected networks of any size, the same on every
// machine.
#ifndef TIDEMARK_BENCH_SIMULATED_NETWORK_H_
#define TIDEMARK_BENCH_SIMULATED_NETWORK_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "nma/effects.h"

namespace tidemark::bench {

struct NetworkSize {
  int treatments = 0;
  int studies = 0;  // at least treatments - 1, which then connect all
  // Of the studies, those with a third arm.
  double three_arm_share = 0;
};

// Between-study variance of every contrast, on the scale of the effects; the
// sampling variances of two-arm contrasts lie between 0.02 and 0.22.
inline constexpr double kSimulatedTau2 = 0.04;

// Studies s = 0, 1, ... of the arm-based random-effects model: study s compares
// treatment s with s + 1 as long as there is one, then a random pair. The same
// size and seed give the same network. Requires 3 <= treatments <= 10000.
// O(studies).
std::vector<nma::StudyEffects> SimulatedNetwork(const NetworkSize& size,
                                                std::uint32_t seed = 1);

// The t of a treatment of a simulated network: "T" and four digits.
int TreatmentIndex(absl::string_view treatment);

}  // namespace tidemark::bench

#endif  // TIDEMARK_BENCH_SIMULATED_NETWORK_H_
