// Randomised quasi-Monte-Carlo points of the standard normal distribution.
#ifndef TIDEMARK_NMA_QUASI_NORMAL_H_
#define TIDEMARK_NMA_QUASI_NORMAL_H_

#include <cstdint>
#include <vector>

#include "Eigen/Core"
#include "boost/random/sobol.hpp"

namespace tidemark::nma {

// Sobol' points from index 0 on (Joe & Kuo 2008; in Gray code order, every
// first 2^k of them are a net), in independent replicates: each is shifted by
// its own random vector modulo 1 (Cranley & Patterson 1976), which makes a mean
// over a replicate unbiased and the spread between replicates a measure of its
// error. (A shift by XOR keeps the dyadic squares in which some pairs of
// coordinates cluster; ranks had up to four times the variance of Monte Carlo.)
// The shifts are the raw output of std::mt19937_64 with a fixed seed: the same
// on every machine and run.
class QuasiNormal {
 public:
  // The largest dimension.
  static constexpr int kMaxDimension = 3667;

  // At index 0. Requires 1 <= dimension <= kMaxDimension and replicates >= 1.
  QuasiNormal(int dimension, int replicates);

  // Moves to the next index. O(dimension), without allocation.
  void Next();

  // Writes a replicate's point at this index, all of its coordinates finite.
  // Requires `point` to have the dimension. O(dimension), without allocation.
  void Point(int replicate, Eigen::VectorXd* point) const;

 private:
  boost::random::sobol sequence_;
  std::vector<std::uint64_t> bits_;  // the Sobol' point at this index
  Eigen::Matrix<std::uint64_t, Eigen::Dynamic, Eigen::Dynamic> shifts_;
};

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_QUASI_NORMAL_H_
