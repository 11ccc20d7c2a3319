// A comparison without each study.
#ifndef TIDEMARK_CLIENT_REPORT_LEAVE_ONE_OUT_FIGURE_H_
#define TIDEMARK_CLIENT_REPORT_LEAVE_ONE_OUT_FIGURE_H_

#include "client/report/figure.h"
#include "client/report/subject.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::report {

// The random-effects estimate of one comparison without each study, tau²
// estimated anew, in the order of InfluenceTable: those that move it most come
// first. A triangle marks where the class of the comparison is another.
// `estimate` has `leave_one_out` of that comparison alone.
Figure DrawLeaveOneOut(const v1::Estimate& estimate, const Subject& subject);

}  // namespace tidemark::report

#endif  // TIDEMARK_CLIENT_REPORT_LEAVE_ONE_OUT_FIGURE_H_
