// Zero cells: which studies get an increment, and which cannot be used.
#ifndef TIDEMARK_NMA_ZERO_CELLS_H_
#define TIDEMARK_NMA_ZERO_CELLS_H_

#include <optional>
#include <string>

#include "absl/types/span.h"
#include "nma/study.h"

namespace tidemark::nma {

// True if an arm has no event or, for binary data, only events. False for
// continuous arms and contrasts.
bool HasZeroCell(const Study& study);

// Why a study says nothing about the measure although its data is sound: its
// arms all have no event (OR, PETO, RR, IRR) or all have only events (OR,
// PETO).
std::optional<std::string> UninformativeReason(const Study& study,
                                               EffectMeasure measure);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_ZERO_CELLS_H_
