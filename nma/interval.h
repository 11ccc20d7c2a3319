// An interval of a real number.
#ifndef TIDEMARK_NMA_INTERVAL_H_
#define TIDEMARK_NMA_INTERVAL_H_

namespace tidemark::nma {

// Closed; both ends are finite and lower <= upper.
struct Interval {
  double lower = 0;
  double upper = 0;
};

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_INTERVAL_H_
