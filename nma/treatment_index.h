// Where a treatment stands in a network.
#ifndef TIDEMARK_NMA_TREATMENT_INDEX_H_
#define TIDEMARK_NMA_TREATMENT_INDEX_H_

#include <string>
#include <vector>

namespace tidemark::nma {

// Index among `treatments`, which are sorted by bytes and distinct; -1 if it is
// none of them. O(log T).
int TreatmentIndex(const std::vector<std::string>& treatments,
                   const std::string& treatment);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_TREATMENT_INDEX_H_
