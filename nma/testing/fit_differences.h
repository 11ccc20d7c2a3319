// In what two fits of the same studies differ.
#ifndef TIDEMARK_NMA_TESTING_FIT_DIFFERENCES_H_
#define TIDEMARK_NMA_TESTING_FIT_DIFFERENCES_H_

#include <map>
#include <string>
#include <vector>

#include "nma/effects.h"
#include "nma/network_fit.h"

namespace tidemark::nma {

// A line for each field that differs: its name and both values. Of numbers,
// those that are not within 1e-9 of the expected value, or of what gives it a
// unit where it can be 0 by chance:
// * an effect: its standard error;
// * tau^2 and its limits: 1 % of the median variance of the component's
//   studies; less than that changes no result;
// * Q: its degrees of freedom, which it is about equal to without
//   heterogeneity;
// * I^2 and P-scores, which are shares: 1.
// Within 1e-7, p of Q: what moves Q by 1e-9 moves a p of 1e-40 by 1e-7. If it
// is smaller still, in proportion to Q.
std::vector<std::string> FitDifferences(
    const NetworkFit& actual, const NetworkFit& expected,
    const std::map<std::string, StudyEffects>& studies);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_TESTING_FIT_DIFFERENCES_H_
