// The rules that reported data must meet before anything is computed from it.
#ifndef TIDEMARK_NMA_STUDY_CHECK_H_
#define TIDEMARK_NMA_STUDY_CHECK_H_

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "nma/study.h"

namespace tidemark::nma {

// InvalidArgument naming study, treatment, field and value unless
//  * study ids are distinct and not empty,
//  * the kind of data suits the measure (contrasts suit every measure; HR and
//    GENERIC need them),
//  * each study has two or more treatments, each named once,
//  * numbers are finite, 0 <= events <= total, and total, sd, n, exposure and
//    se are greater than 0,
//  * contrasts hold every pair of the study's treatments once, or every
//    treatment but the baseline once; from three arms on these come with the
//    standard error of the baseline arm, which must be greater than 0 and less
//    than that of every difference to it.
// O(total number of arms or contrasts), up to logarithms.
absl::Status CheckStudies(absl::Span<const Study> studies,
                          EffectMeasure measure);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_STUDY_CHECK_H_
