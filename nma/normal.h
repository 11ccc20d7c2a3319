// The standard normal distribution.
#ifndef TIDEMARK_NMA_NORMAL_H_
#define TIDEMARK_NMA_NORMAL_H_

namespace tidemark::nma {

// P(Z > z), with full relative precision in the tail.
double NormalTail(double z);

// The z > 0 with P(|Z| <= z) = level. Requires 0 < level < 1.
double TwoSidedQuantile(double level);

// The z with P(Z <= z) = probability. Requires 0 < probability < 1.
double NormalQuantile(double probability);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_NORMAL_H_
