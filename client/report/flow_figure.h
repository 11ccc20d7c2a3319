// The flow of studies between two versions as a figure.
#ifndef TIDEMARK_CLIENT_REPORT_FLOW_FIGURE_H_
#define TIDEMARK_CLIENT_REPORT_FLOW_FIGURE_H_

#include "absl/strings/string_view.h"
#include "client/report/figure.h"
#include "client/report/flow.h"

namespace tidemark::report {

// Boxes in three columns: what the previous version had and what of it changed,
// the way of records and reports to new studies, and what was left out on it.
// `from` and `to` name the versions, e.g. `2026.1`; `from` is empty if there
// was none. Without recorded searches or screening the boxes say so instead of
// 0. Rows of the CSV are stage, item, count, trials.
Figure DrawFlow(const Flow& flow, absl::string_view from, absl::string_view to);

}  // namespace tidemark::report

#endif  // TIDEMARK_CLIENT_REPORT_FLOW_FIGURE_H_
