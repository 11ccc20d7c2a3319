#include "nma/student_t.h"

#include "boost/math/distributions/students_t.hpp"
#include "nma/no_throw_policy.h"

namespace tidemark::nma {
namespace {

using Distribution =
    boost::math::students_t_distribution<double, NoThrowPolicy>;

}  // namespace

double StudentTTail(double t, int df) {
  return boost::math::cdf(boost::math::complement(Distribution(df), t));
}

double StudentTTwoSidedQuantile(double level, int df) {
  return boost::math::quantile(
      boost::math::complement(Distribution(df), (1 - level) / 2));
}

}  // namespace tidemark::nma
