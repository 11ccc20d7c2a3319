// Two-arm studies for tests.
#ifndef TIDEMARK_NMA_TESTING_TWO_ARMS_H_
#define TIDEMARK_NMA_TESTING_TWO_ARMS_H_

#include <string>

#include "Eigen/Core"
#include "nma/effects.h"

namespace tidemark::nma {

// `other` minus `base`; `base` comes first by bytes.
inline StudyEffects TwoArms(const std::string& id, const std::string& base,
                            const std::string& other, double effect,
                            double variance) {
  return {id,
          {base, other},
          Eigen::VectorXd::Constant(1, effect),
          Eigen::MatrixXd::Constant(1, 1, variance)};
}

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_TESTING_TWO_ARMS_H_
