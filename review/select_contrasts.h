// The contrasts that a trial gives to an analysis.
#ifndef TIDEMARK_REVIEW_SELECT_CONTRASTS_H_
#define TIDEMARK_REVIEW_SELECT_CONTRASTS_H_

#include "review/selection.h"

namespace tidemark::review {

// Rule 9 of select_results.h.
void SelectContrasts(Selection& selection);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_SELECT_CONTRASTS_H_
