// Variances of pairs of treatments, for tests of ranking.
#ifndef TIDEMARK_NMA_TESTING_PAIR_VARIANCES_H_
#define TIDEMARK_NMA_TESTING_PAIR_VARIANCES_H_

#include <cstdint>

#include "Eigen/Core"

namespace tidemark::nma {

// Of a connected network of two-arm studies: of `treatments` in a row and as
// many pairs at random, with weights between 1 and `weight_ratio`, even on the
// log scale. Solved in long double: the ratio should not be above 1e6. The same
// seed gives the same network.
Eigen::MatrixXd RandomPairVariances(int treatments, double weight_ratio,
                                    std::uint32_t seed);

// Of the chain of n treatments whose n - 1 links have these variances.
Eigen::MatrixXd ChainPairVariances(const Eigen::VectorXd& links);

// Of a cycle of n treatments; the last link closes it.
Eigen::MatrixXd CyclePairVariances(const Eigen::VectorXd& links);

// Of treatments whose effects are independent with these variances.
Eigen::MatrixXd IndependentPairVariances(const Eigen::VectorXd& variances);

// n numbers between 1/sqrt(ratio) and sqrt(ratio), even on the log scale.
Eigen::VectorXd RandomSpread(int n, double ratio, std::uint32_t seed);

// Effects at random, as far apart as two draws with these pair variances.
Eigen::VectorXd RandomEffects(const Eigen::MatrixXd& pair_variances,
                              std::uint32_t seed);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_TESTING_PAIR_VARIANCES_H_
