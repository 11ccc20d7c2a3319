// How the estimate of a comparison moved over a review's log.
#ifndef TIDEMARK_CLIENT_REPORT_HISTORY_FIGURE_H_
#define TIDEMARK_CLIENT_REPORT_HISTORY_FIGURE_H_

#include <string>
#include <vector>

#include "client/report/figure.h"
#include "client/report/subject.h"
#include "tidemark/v1/read_service.pb.h"
#include "tidemark/v1/release.pb.h"

namespace tidemark::report {

struct HistoryInput {
  enum class By { kSequence, kDate };

  Subject subject;
  std::string first;
  std::string second;
  // By sequence, at least one, of this comparison alone, oriented first minus
  // second (ListEstimatesRequest).
  std::vector<v1::EstimateAt> history;
  // Over sequences a release stands where its tag does, over dates where it was
  // made. Those of a sequence before the first estimate are left out.
  std::vector<v1::Release> releases;
  By by = By::kSequence;
};

// Random-effects estimates as steps, each until the next, with intervals,
// thresholds, causes, releases and the events of importance MAJOR. What is not
// estimable, and what is of another effect measure or direction than the last
// estimate, is hatched. Of entries that fall on one pixel the last is drawn,
// with the widest interval; the CSV has all. O(n log n + releases²).
Figure DrawHistory(const HistoryInput& input);

}  // namespace tidemark::report

#endif  // TIDEMARK_CLIENT_REPORT_HISTORY_FIGURE_H_
