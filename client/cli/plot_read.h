// Reading what figures of an analysis are of.
#ifndef TIDEMARK_CLIENT_CLI_PLOT_READ_H_
#define TIDEMARK_CLIENT_CLI_PLOT_READ_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/client.h"
#include "client/report/subject.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/estimate_details.pb.h"
#include "tidemark/v1/read_service.pb.h"
#include "tidemark/v1/review.pb.h"

namespace tidemark::cli {

// Which estimate a figure is of, as a program says it.
struct PlotQuestion {
  std::string review;
  std::string analysis;
  v1::AsOf as_of;  // unset: now
};

// An estimate and what names it, all as of one moment.
struct PlotEstimate {
  v1::GetEstimateResponse answer;
  v1::Analysis analysis;
  v1::Review protocol;
  report::Subject subject;
  // The moment, for whatever else is read; never unset.
  v1::AsOf as_of;
};

// What names the analysis: of its version and the protocol's at `as_of`.
// NOT_FOUND: no such analysis.
absl::StatusOr<PlotEstimate> ReadPlotEstimate(
    client::Client& client, const PlotQuestion& question,
    const v1::EstimateDetails& details = {});

// FAILED_PRECONDITION: more than report::kMostTreatments.
absl::Status CheckTreatments(int treatments);

// The subject alone, for figures of more than one estimate.
absl::StatusOr<report::Subject> ReadSubject(client::Client& client,
                                            const PlotQuestion& question);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_PLOT_READ_H_
