// Roots of functions of one variable that can fail.
#ifndef TIDEMARK_NMA_ROOT_H_
#define TIDEMARK_NMA_ROOT_H_

#include <functional>
#include <optional>

#include "absl/status/statusor.h"
#include "nma/interval.h"

namespace tidemark::nma {

using FallibleFunction = std::function<absl::StatusOr<double>(double)>;

// Two points and the values of a function there.
struct Bracket {
  double low, high;
  double low_value, high_value;
};

// Where the function crosses 0 between the ends, to full precision (TOMS 748:
// Alefeld, Potra & Shi 1995): the bracket always closes, so nothing can fail
// to converge. An end whose value is 0 is the result; so is the high end if
// both values have the same sign, which only rounding can cause where theory
// promises a crossing. Requires finite ends and values. The function's own
// errors.
absl::StatusOr<double> RootWithin(const FallibleFunction& function,
                                  const Bracket& bracket);

// Where a function that is not negative at `low` falls below 0 beyond it,
// looked for in steps that double; infinity if it is still positive at the end
// of the range of double. Requires step > 0. The function's own errors.
absl::StatusOr<double> RootAbove(const FallibleFunction& function, double low,
                                 double step);

// Where the function crosses 0 near `start`, where it has this value, by
// secants from there: the first has the given slope, which must have the sign
// of the true one. None if they leave the open interval `within`, turn round,
// or do not arrive. For a function that is almost a straight line this takes
// four evaluations, where closing a bracket takes ten.
//
// It ends when the error that is left, which for secants follows from the last
// three steps, is no more than rounding of x - origin; the function bends on
// this length. Requires an origin below `within` and a finite slope
// other than 0. The function's own errors.
absl::StatusOr<std::optional<double>> RootBySecants(
    const FallibleFunction& function, double start, double value, double slope,
    double origin, const Interval& within);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_ROOT_H_
