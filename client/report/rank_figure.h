// Ranks of treatments, with how sure they are.
#ifndef TIDEMARK_CLIENT_REPORT_RANK_FIGURE_H_
#define TIDEMARK_CLIENT_REPORT_RANK_FIGURE_H_

#include "client/report/figure.h"
#include "client/report/subject.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::report {

// Treatments by P-score under random effects, each with its effect versus the
// reference of its component, its median rank with an interval, and a bar for
// the probability of each rank (rankogram); the components one after another.
// `estimate` has rank probabilities, and at most kMostTreatments.
Figure DrawRanks(const v1::Estimate& estimate, const Subject& subject);

}  // namespace tidemark::report

#endif  // TIDEMARK_CLIENT_REPORT_RANK_FIGURE_H_
