#include "nma/normal.h"

#include <cmath>

#include "boost/math/constants/constants.hpp"
#include "boost/math/special_functions/erf.hpp"
#include "nma/no_throw_policy.h"

namespace tidemark::nma {

using boost::math::double_constants::root_two;

double NormalTail(double z) { return std::erfc(z / root_two) / 2; }

double TwoSidedQuantile(double level) {
  return root_two * boost::math::erf_inv(level, NoThrowPolicy());
}

double NormalQuantile(double probability) {
  // Evaluation in long double, the default, takes twice as long.
  using boost::math::policies::promote_double;
  using Policy = boost::math::policies::normalise<NoThrowPolicy,
                                                  promote_double<false>>::type;
  return -root_two * boost::math::erfc_inv(2 * probability, Policy());
}

}  // namespace tidemark::nma
