#include "client/report/palette.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>

#include "absl/strings/str_format.h"

namespace tidemark::report {
namespace {

struct Rgb {
  double red, green, blue;
};

constexpr Rgb kWhite = {255, 255, 255};
// kSkyBlue and kOrange, lighter.
constexpr Rgb kNegative = {102, 178, 224};
constexpr Rgb kPositive = {240, 150, 90};

}  // namespace

std::string DivergingColor(double value) {
  const double share = std::min(std::abs(value), 1.0);
  const Rgb& end = value < 0 ? kNegative : kPositive;
  const auto mix = [share](double from, double to) {
    return static_cast<int>(std::lround(from + share * (to - from)));
  };
  return absl::StrFormat("#%02x%02x%02x", mix(kWhite.red, end.red),
                         mix(kWhite.green, end.green),
                         mix(kWhite.blue, end.blue));
}

const char* CategoryColor(int n) {
  static constexpr const char* kColors[] = {
      kBlue, kVermilion, kGreen, kPurple, kOrange, kSkyBlue, kYellow};
  return kColors[n % std::size(kColors)];
}

}  // namespace tidemark::report
