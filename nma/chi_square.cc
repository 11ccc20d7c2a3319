#include "nma/chi_square.h"

#include "boost/math/special_functions/gamma.hpp"
#include "nma/no_throw_policy.h"

namespace tidemark::nma {

double ChiSquareTail(double value, int df) {
  return boost::math::gamma_q(df / 2.0, value / 2, NoThrowPolicy());
}

double ChiSquareLowerQuantile(double probability, int df) {
  return 2 * boost::math::gamma_p_inv(df / 2.0, probability, NoThrowPolicy());
}

double ChiSquareUpperQuantile(double probability, int df) {
  return 2 * boost::math::gamma_q_inv(df / 2.0, probability, NoThrowPolicy());
}

}  // namespace tidemark::nma
