#include "review/rescale.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"
#include "review/check.h"
#include "tidemark/v1/review.pb.h"

namespace tidemark::review {

Rescaling MakeRescaling(const v1::Instrument& instrument,
                        const v1::Outcome& outcome) {
  const double factor = (outcome.scale_max() - outcome.scale_min()) /
                        (instrument.scale_max() - instrument.scale_min());
  if (instrument.direction() == outcome.direction()) {
    return {outcome.scale_min() - factor * instrument.scale_min(), factor};
  }
  return {outcome.scale_max() + factor * instrument.scale_min(), -factor};
}

bool KeepsZero(const Rescaling& rescaling, const v1::Outcome& outcome) {
  // The offset is a difference of numbers as large as the scale.
  constexpr double kRounding = 1e-12;
  const double size =
      std::max(std::abs(outcome.scale_min()), std::abs(outcome.scale_max()));
  return rescaling.factor > 0 && std::abs(rescaling.offset) <= kRounding * size;
}

std::string Describe(const v1::Instrument& instrument,
                     const v1::Outcome& outcome) {
  const auto range = [](double min, double max) {
    return absl::StrCat(Number(min), "-", Number(max));
  };
  std::string text = absl::StrCat("instrument ", instrument.id());
  if (MakeRescaling(instrument, outcome).identity()) return text;
  absl::StrAppend(&text, ", rescaled from ",
                  range(instrument.scale_min(), instrument.scale_max()), " to ",
                  range(outcome.scale_min(), outcome.scale_max()));
  if (instrument.direction() != outcome.direction()) {
    absl::StrAppend(&text, " and reversed");
  }
  return text;
}

}  // namespace tidemark::review
