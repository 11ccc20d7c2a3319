// The same studies said in another way, for tests of invariance.
#ifndef TIDEMARK_NMA_TESTING_TRANSFORMED_STUDIES_H_
#define TIDEMARK_NMA_TESTING_TRANSFORMED_STUDIES_H_

#include <map>
#include <string>
#include <vector>

#include "nma/effects.h"

namespace tidemark::nma {

// Effects in units that are `unit` times smaller. Requires unit > 0.
std::vector<StudyEffects> Rescaled(std::vector<StudyEffects> studies,
                                   double unit);

// Treatments under other names, and so with other bases and in another order.
// Requires a distinct name for each treatment.
std::vector<StudyEffects> Renamed(
    const std::vector<StudyEffects>& studies,
    const std::map<std::string, std::string>& names);

// Names that reverse the order of the studies' treatments.
std::map<std::string, std::string> ReversingNames(
    const std::vector<StudyEffects>& studies);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_TESTING_TRANSFORMED_STUDIES_H_
