// Connected networks with multi-arm studies, for tests of properties.
#ifndef TIDEMARK_NMA_TESTING_RANDOM_NETWORK_H_
#define TIDEMARK_NMA_TESTING_RANDOM_NETWORK_H_

#include <cstdint>
#include <vector>

#include "nma/effects.h"

namespace tidemark::nma {

// Studies of 2 to 4 arms of the treatments "T0", "T1", ... that connect all of
// them; effects scatter more than their covariance says. The same seed gives
// the same network. Requires treatments >= 4.
std::vector<StudyEffects> RandomNetwork(int treatments, int studies,
                                        std::uint32_t seed);

// As RandomNetwork, with `designs` sets of 2 to 6 treatments, each studied by 1
// to 3 studies. Requires treatments >= 2; connects all of them if designs >=
// treatments - 1.
std::vector<StudyEffects> RandomRepeatedDesigns(int treatments, int designs,
                                                std::uint32_t seed);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_TESTING_RANDOM_NETWORK_H_
