// The comparison-adjusted funnel.
#ifndef TIDEMARK_CLIENT_REPORT_FUNNEL_FIGURE_H_
#define TIDEMARK_CLIENT_REPORT_FUNNEL_FIGURE_H_

#include "client/report/figure.h"
#include "client/report/subject.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::report {

// Each contrast's effect less the mean of its comparison against its standard
// error (Chaimani and Salanti 2012), with pseudo-limits of 95% and the line of
// Egger's test. The comparisons with the most contrasts have symbols of their
// own. `estimate` has a funnel.
Figure DrawFunnel(const v1::Estimate& estimate, const Subject& subject);

}  // namespace tidemark::report

#endif  // TIDEMARK_CLIENT_REPORT_FUNNEL_FIGURE_H_
