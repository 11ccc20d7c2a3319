#include "nma/pool_arms.h"

#include <cmath>

#include "nma/study.h"

namespace tidemark::nma {

ContinuousArm Pool(const ContinuousArm& a, const ContinuousArm& b) {
  const double n = a.n + b.n;
  const double difference = a.mean - b.mean;
  const double sum_of_squares = (a.n - 1) * a.sd * a.sd +
                                (b.n - 1) * b.sd * b.sd +
                                a.n * b.n / n * difference * difference;
  return {a.treatment, (a.n * a.mean + b.n * b.mean) / n,
          std::sqrt(sum_of_squares / (n - 1)), n};
}

BinaryArm Pool(const BinaryArm& a, const BinaryArm& b) {
  return {a.treatment, a.events + b.events, a.total + b.total};
}

RateArm Pool(const RateArm& a, const RateArm& b) {
  return {a.treatment, a.events + b.events, a.exposure + b.exposure};
}

}  // namespace tidemark::nma
