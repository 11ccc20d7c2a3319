// Mantel-Haenszel network meta-analysis of odds ratios.
#ifndef TIDEMARK_NMA_MANTEL_HAENSZEL_H_
#define TIDEMARK_NMA_MANTEL_HAENSZEL_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "nma/effects.h"
#include "nma/event_parts.h"
#include "nma/network_fit.h"
#include "nma/q_decomposition.h"
#include "nma/study.h"

namespace tidemark::nma {

// Studies of one design: their treatments before arms were left out.
struct MantelHaenszelDesign {
  std::vector<std::string> treatments;  // sorted by bytes
  int studies = 0;
  StudyEffects pooled;  // its `study` names no study
};

struct MantelHaenszelFit {
  std::vector<MantelHaenszelDesign> designs;  // by treatments
  // Of the pooled designs. Only its common-effect model is meant. No treatments
  // if no design is left.
  NetworkFit network;
  QTest between;  // disagreement of designs (inconsistency), of all components
  LeftOutEvents left_out;
};

// Efthimiou, Ruecker, Schwarzer, Higgins, Egger & Salanti (2019), a common
// effect, no increment:
// 1. Studies whose arms all have no event, or only events, are left out.
// 2. In each design, treatments that have no event, or only events, in all its
//    studies are left out with their arms.
// 3. Designs with fewer than two treatments left are left out, as is one that
//    has two treatments of which no study has an event of the first and a
//    non-event of the second. What is left may fall into components.
// 4. With c_xy = sum_s e_x f_y / N_s over the studies of a design (e events, f
//    non-events, N people in the arms that are left), L_xy = log(c_xy / c_yx);
//    the effect of x versus y is the generalised mean over the k arms, (sum_z
//    L_xz - sum_z L_yz) / k (Mickey & Elashoff 1985), with the variances of
//    Robins, Breslow & Greenland (1986) and the covariances of Greenland
//    (1989), which hold for few large and for many small studies.
// 5. Generalised least squares over the designs.
//
// The same bits for every order of studies and arms. Swapping events and
// non-events turns the signs of effects.
//
// FailedPrecondition: a study is not of binary arms (BinaryStudies); the
// covariance of a design is not positive definite. InvalidArgument: a rule of
// study_check.h is broken, or a level not between 0 and 1.
// O(studies k^3 + designs k^4 + T^3).
absl::StatusOr<MantelHaenszelFit> FitMantelHaenszel(
    absl::Span<const Study> studies, double level);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_MANTEL_HAENSZEL_H_
