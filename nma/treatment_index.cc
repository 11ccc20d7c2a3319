#include "nma/treatment_index.h"

#include <algorithm>

namespace tidemark::nma {

int TreatmentIndex(const std::vector<std::string>& treatments,
                   const std::string& treatment) {
  const auto at =
      std::lower_bound(treatments.begin(), treatments.end(), treatment);
  if (at == treatments.end() || *at != treatment) return -1;
  return static_cast<int>(at - treatments.begin());
}

}  // namespace tidemark::nma
