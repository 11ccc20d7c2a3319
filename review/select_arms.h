// The arms that a trial gives to an analysis.
#ifndef TIDEMARK_REVIEW_SELECT_ARMS_H_
#define TIDEMARK_REVIEW_SELECT_ARMS_H_

#include "review/selection.h"

namespace tidemark::review {

// Rules 2 to 8 of select_results.h. False, with nothing done, if the trial has
// no result of an arm for the analysis.
bool SelectArms(Selection& selection);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_SELECT_ARMS_H_
