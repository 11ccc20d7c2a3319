// The error policy for Boost.Math: this project does not use exceptions.
#ifndef TIDEMARK_NMA_NO_THROW_POLICY_H_
#define TIDEMARK_NMA_NO_THROW_POLICY_H_

#include "boost/math/policies/policy.hpp"

namespace tidemark::nma {

// Functions return NaN or infinity where they would throw.
using NoThrowPolicy = boost::math::policies::policy<
    boost::math::policies::domain_error<boost::math::policies::ignore_error>,
    boost::math::policies::pole_error<boost::math::policies::ignore_error>,
    boost::math::policies::overflow_error<boost::math::policies::ignore_error>,
    boost::math::policies::evaluation_error<
        boost::math::policies::ignore_error>,
    boost::math::policies::rounding_error<boost::math::policies::ignore_error>>;

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_NO_THROW_POLICY_H_
