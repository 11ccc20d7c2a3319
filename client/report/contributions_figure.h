// Which studies network estimates come from.
#ifndef TIDEMARK_CLIENT_REPORT_CONTRIBUTIONS_FIGURE_H_
#define TIDEMARK_CLIENT_REPORT_CONTRIBUTIONS_FIGURE_H_

#include <map>
#include <string>

#include "client/report/figure.h"
#include "client/report/subject.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::report {

// The overall risk of bias of studies, by id. Those that are not there were not
// judged.
using RiskOfBiasByStudy = std::map<std::string, v1::RiskOfBias::Judgement>;

// A bar for each comparison of `contributions`: the shares of the studies under
// random effects, by risk of bias, the largest first. O(comparisons · studies).
Figure DrawContributions(const v1::Estimate& estimate, const Subject& subject,
                         const RiskOfBiasByStudy& risk_of_bias);

}  // namespace tidemark::report

#endif  // TIDEMARK_CLIENT_REPORT_CONTRIBUTIONS_FIGURE_H_
