#include "client/cli/number_format.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace tidemark::cli {
namespace {

constexpr int kMostDecimals = 6;

std::string Fixed(double value, int decimals) {
  std::string text = absl::StrFormat("%.*f", decimals, value);
  // No negative zero: `-0.00` reads as an effect.
  if (text.find_first_not_of("-0.") == std::string::npos && text[0] == '-') {
    text.erase(0, 1);
  }
  return text;
}

// Decimals that give `size` three significant digits.
int DecimalsFor(double size) {
  return 2 - static_cast<int>(std::floor(std::log10(size)));
}

}  // namespace

std::string ExactNumber(double value) {
  for (const int digits : {15, 16}) {
    std::string text = absl::StrFormat("%.*g", digits, value);
    double back = 0;
    if (absl::SimpleAtod(text, &back) && back == value) return text;
  }
  return absl::StrFormat("%.17g", value);
}

std::string ShownNumber(double value) {
  const double size = std::abs(value);
  if (!std::isfinite(value) || size >= 1e9) return absl::StrCat(value);
  if (size == 0) return "0.00";
  if (size < 1e-4) return absl::StrFormat("%.2e", value);
  return Fixed(value, std::clamp(DecimalsFor(size), 2, kMostDecimals));
}

std::string ShownInterval(double effect, double lower, double upper) {
  // About a standard error, of which two to three digits mean something.
  const double scale = (upper - lower) / 4;
  if (!std::isfinite(scale) || scale <= 0) {
    return absl::StrCat(ShownNumber(effect), " [", ShownNumber(lower), ", ",
                        ShownNumber(upper), "]");
  }
  const int decimals = std::clamp(DecimalsFor(scale), 0, kMostDecimals);
  return absl::StrCat(Fixed(effect, decimals), " [", Fixed(lower, decimals),
                      ", ", Fixed(upper, decimals), "]");
}

std::string ShownLevel(double level) {
  return absl::StrFormat("%g%%", 100 * level);
}

std::string ShownPValue(double p) {
  return p < 0.0001 ? "<0.0001" : absl::StrFormat("%.4f", p);
}

}  // namespace tidemark::cli
