// An estimate as files with which R makes it again.
#ifndef TIDEMARK_CLIENT_CLI_EXPORT_NETMETA_H_
#define TIDEMARK_CLIENT_CLI_EXPORT_NETMETA_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/review.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::cli {

struct ExportedFile {
  std::string name;
  std::string text;
};

// What went into an estimate, and what came out:
//
// * studies.csv: the effects that the network was fitted to, after the node
//   map, pooling, rescaling and the zero-cell rule: for every two arms of a
//   study first minus second on the analysis scale (the logarithm for ratios)
//   with its standard error, and the component of the network. The variances of
//   all pairs of a study determine the covariance of its effects.
// * expected_effects.csv: every comparison under both models.
// * expected_heterogeneity.csv: tau2, Q and its df of each component.
// * refit.R (refit.R beside this file) fits the first by netmeta or metafor and
//   fails if it does not get the others. Tolerances: 1e-8 of a number, 1e-5
//   under REML and ML, whose maximum metafor finds by an optimiser.
//
// `records`, `review` and `analysis` are those of the estimate's sequence; the
// effects are computed by the same code as in the server. DATA_LOSS, naming a
// study: they give other studies, arms or versions than the estimate says it
// used. Requires an estimate that is estimable, with relative effects.
absl::StatusOr<std::vector<ExportedFile>> ExportNetmeta(
    absl::Span<const v1::TrialRecord> records, const v1::Review& review,
    const v1::Analysis& analysis, const v1::Estimate& estimate);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_EXPORT_NETMETA_H_
