// The chi-square distribution.
#ifndef TIDEMARK_NMA_CHI_SQUARE_H_
#define TIDEMARK_NMA_CHI_SQUARE_H_

namespace tidemark::nma {

// P(X > value), with full relative precision in the tail. Requires df >= 1 and
// value >= 0.
double ChiSquareTail(double value, int df);

// The x with P(X <= x) = probability, and the one with P(X > x) = probability,
// each with full relative precision for small probabilities. Require df >= 1
// and 0 < probability < 1.
double ChiSquareLowerQuantile(double probability, int df);
double ChiSquareUpperQuantile(double probability, int df);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_CHI_SQUARE_H_
