#include "server/rebuild_check.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "audit/leaf.h"
#include "base/status_macros.h"
#include "review/analysis_inputs.h"
#include "review/compare_estimates.h"
#include "review/live_analysis.h"
#include "review/log_verifier.h"
#include "review/release_verifier.h"
#include "server/log_reader.h"
#include "storage/review_store.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/log.pb.h"

namespace tidemark::server {
namespace {

// Makes estimates with the live engine, and holds them against full fits.
class LiveEstimator {
 public:
  absl::StatusOr<v1::Estimate> Estimate(
      const review::ReviewState& state,
      const review::AnalysisVersion& analysis) {
    const std::string& id = analysis.record.analysis().analysis_id();
    const absl::StatusOr<const v1::Estimate*> live =
        live_[id].Estimate(state, analysis);
    const absl::StatusOr<v1::Estimate> full =
        review::EstimateAnalysis(state, analysis);
    RETURN_IF_ERROR(full.status());
    RETURN_IF_ERROR(live.status());
    ASSIGN_OR_RETURN(const double deviation,
                     review::LargestDeviation(*full, **live));
    if (deviation > deviation_.largest) {
      deviation_ = {deviation, state.sequence(), id};
    }
    if (deviation <= review::kSameEstimate) return **live;
    return absl::DataLossError(
        absl::StrCat("the live engine deviates from a full fit by ", deviation,
                     ", allowed is ", review::kSameEstimate));
  }

  const review::Deviation& deviation() const { return deviation_; }

 private:
  std::map<std::string, review::LiveAnalysis> live_;
  review::Deviation deviation_;
};

absl::Status ReplayAll(const storage::ReviewStore& store,
                       const std::string& review,
                       review::LogVerifier& verifier) {
  const LogReader reader(&store, review);
  review::ReleaseVerifier releases(
      [&](const std::string& analysis,
          int64_t sequence) -> absl::StatusOr<std::string> {
        ASSIGN_OR_RETURN(storage::StoredVersion version,
                         store.EstimateAsOf(review, analysis, sequence));
        return std::move(version.bytes);
      });
  ASSIGN_OR_RETURN(const int64_t size, store.LogSize(review));
  for (int64_t sequence = 1; sequence <= size; ++sequence) {
    ASSIGN_OR_RETURN(const std::string leaf, store.Leaf(review, sequence));
    ASSIGN_OR_RETURN(const v1::Evidence evidence, reader.Evidence(sequence));
    RETURN_IF_ERROR(verifier.Add(leaf, evidence));
    ASSIGN_OR_RETURN(const audit::Leaf decoded, audit::DecodeLeaf(leaf));
    RETURN_IF_ERROR(releases.Add(decoded, verifier.state()));
  }
  return verifier.Finish();
}

}  // namespace

RebuildCheck CheckRebuild(const storage::ReviewStore& store,
                          const std::string& review) {
  LiveEstimator live;
  review::LogVerifier verifier(
      review, [&live](const review::ReviewState& state,
                      const review::AnalysisVersion& analysis) {
        return live.Estimate(state, analysis);
      });
  RebuildCheck check;
  check.status = ReplayAll(store, review, verifier);
  check.entries = verifier.size();
  check.redacted = static_cast<int64_t>(verifier.state().redactions().size());
  check.estimates = verifier.estimates();
  check.stored = verifier.deviation();
  check.in_full = live.deviation();
  return check;
}

}  // namespace tidemark::server
