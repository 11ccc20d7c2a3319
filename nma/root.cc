#include "nma/root.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include "absl/status/status.h"
#include "base/status_macros.h"
#include "boost/math/tools/toms748_solve.hpp"
#include "nma/no_throw_policy.h"

namespace tidemark::nma {
namespace {

constexpr int kRootBits = std::numeric_limits<double>::digits;
// Three evaluations halve the bracket; all doubles are 2100 halvings apart.
constexpr std::uintmax_t kMaxEvaluations = 6300;

constexpr double kRounding = 4 * std::numeric_limits<double>::epsilon();
constexpr int kMostSecants = 12;
constexpr double kShort = 1e-2;

}  // namespace

absl::StatusOr<double> RootWithin(const FallibleFunction& function,
                                  const Bracket& bracket) {
  if (bracket.low_value == 0) return bracket.low;
  if (bracket.high_value == 0 ||
      (bracket.low_value > 0) == (bracket.high_value > 0)) {
    return bracket.high;
  }
  // Ends and values are brought to the order of 1, by powers of 2: the solver
  // multiplies them with each other.
  const int x_exponent =
      std::ilogb(std::max(std::abs(bracket.low), std::abs(bracket.high)));
  const int f_exponent = std::ilogb(
      std::max(std::abs(bracket.low_value), std::abs(bracket.high_value)));
  absl::Status status;
  const auto value_at = [&](double x) {
    const absl::StatusOr<double> value = function(std::scalbn(x, x_exponent));
    status.Update(value.status());
    return value.ok() ? std::scalbn(*value, -f_exponent)
                      : 0.0;  // 0 ends the search
  };
  std::uintmax_t evaluations = kMaxEvaluations;
  const std::pair<double, double> root = boost::math::tools::toms748_solve(
      value_at, std::scalbn(bracket.low, -x_exponent),
      std::scalbn(bracket.high, -x_exponent),
      std::scalbn(bracket.low_value, -f_exponent),
      std::scalbn(bracket.high_value, -f_exponent),
      boost::math::tools::eps_tolerance<double>(kRootBits), evaluations,
      NoThrowPolicy());
  RETURN_IF_ERROR(status);
  return std::scalbn(root.first + (root.second - root.first) / 2, x_exponent);
}

absl::StatusOr<double> RootAbove(const FallibleFunction& function, double low,
                                 double step) {
  Bracket bracket{low, low + step, 0, 0};
  ASSIGN_OR_RETURN(bracket.low_value, function(low));
  for (; std::isfinite(bracket.high); step *= 2) {
    ASSIGN_OR_RETURN(bracket.high_value, function(bracket.high));
    if (!std::isfinite(bracket.high_value)) break;
    if (bracket.high_value < 0) return RootWithin(function, bracket);
    bracket = {bracket.high, bracket.high + 2 * step, bracket.high_value, 0};
  }
  return std::numeric_limits<double>::infinity();
}

absl::StatusOr<std::optional<double>> RootBySecants(
    const FallibleFunction& function, double start, double value, double slope,
    double origin, const Interval& within) {
  double x = start;
  double last = std::numeric_limits<double>::infinity();
  for (int i = 0; i < kMostSecants; ++i) {
    const double step = -value / slope;
    if (!(x + step > within.lower && x + step < within.upper)) {
      return std::nullopt;
    }
    x += step;
    // Relative to the length on which the function bends. Once steps are short
    // they shorten ever faster: the error that is left is less than the step
    // times how much shorter it is than the last.
    const double size = std::abs(step) / (x - origin);
    const double left = last < kShort ? size * (size / last) : size;
    if (left <= kRounding) return x;
    last = size;
    const double value_before = value;
    ASSIGN_OR_RETURN(value, function(x));
    const double next_slope = (value - value_before) / step;
    if (!(next_slope * slope > 0)) return std::nullopt;
    slope = next_slope;
  }
  return std::nullopt;
}

}  // namespace tidemark::nma
