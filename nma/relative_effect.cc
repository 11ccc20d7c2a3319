#include "nma/relative_effect.h"

#include <cmath>

#include "nma/normal.h"

namespace tidemark::nma {

RelativeEffect MakeRelativeEffect(double effect, double se, double level) {
  const double margin = TwoSidedQuantile(level) * se;
  const double z = effect / se;
  return {effect,          se, effect - margin,
          effect + margin, z,  2 * NormalTail(std::abs(z))};
}

}  // namespace tidemark::nma
