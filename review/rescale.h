// From an instrument's scale to its outcome's.
#ifndef TIDEMARK_REVIEW_RESCALE_H_
#define TIDEMARK_REVIEW_RESCALE_H_

#include <string>

#include "tidemark/v1/review.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {

// y = offset + factor * x for values; factor * x for changes since baseline;
// |factor| * sd for standard deviations.
struct Rescaling {
  double offset = 0;
  double factor = 1;
  bool identity() const { return offset == 0 && factor == 1; }
};

// Matches the ends of the two ranges, reversed if the directions differ.
Rescaling MakeRescaling(const v1::Instrument& instrument,
                        const v1::Outcome& outcome);

// Whether zero stays zero and larger stays larger, so that ratios of values are
// the same on both scales: no offset, but for rounding, and not reversed.
bool KeepsZero(const Rescaling& rescaling, const v1::Outcome& outcome);

// In words, for the notes of a study.
std::string Describe(const v1::Instrument& instrument,
                     const v1::Outcome& outcome);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_RESCALE_H_
