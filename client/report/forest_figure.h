// Forest plots.
#ifndef TIDEMARK_CLIENT_REPORT_FOREST_FIGURE_H_
#define TIDEMARK_CLIENT_REPORT_FOREST_FIGURE_H_

#include <string>

#include "client/report/figure.h"
#include "client/report/subject.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::report {

// Every treatment versus `reference` under random effects, by P-score; then
// those that cannot be compared with it, with the reason. `estimate` has data
// on the reference. O(T²).
Figure DrawForest(const v1::Estimate& estimate, const Subject& subject,
                  const std::string& reference);

// Direct, indirect and network evidence on each comparison that studies make,
// under random effects, with the p-value of the difference. If `first` is not
// empty only of this comparison, oriented as asked, whether studies make it or
// not. `estimate` has splits, and the comparison is estimable.
Figure DrawSplitForest(const v1::Estimate& estimate, const Subject& subject,
                       const std::string& first = "",
                       const std::string& second = "");

}  // namespace tidemark::report

#endif  // TIDEMARK_CLIENT_REPORT_FOREST_FIGURE_H_
