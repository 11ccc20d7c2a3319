// The league table as a heat map.
#ifndef TIDEMARK_CLIENT_REPORT_LEAGUE_FIGURE_H_
#define TIDEMARK_CLIENT_REPORT_LEAGUE_FIGURE_H_

#include "client/report/figure.h"
#include "client/report/subject.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::report {

// Every pair of treatments, row minus column, under random effects, both by
// P-score with the best first. A cell is coloured by the effect and marked by
// the class of its interval by the first threshold (review/conclusions.h);
// numbers stand in it if they fit into all cells. `estimate` has at most
// kMostTreatments. O(T²).
Figure DrawLeague(const v1::Estimate& estimate, const Subject& subject);

}  // namespace tidemark::report

#endif  // TIDEMARK_CLIENT_REPORT_LEAGUE_FIGURE_H_
