// Writes what the engine found as the Estimate message.
#ifndef TIDEMARK_REVIEW_ESTIMATE_WRITER_H_
#define TIDEMARK_REVIEW_ESTIMATE_WRITER_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/sha256.h"
#include "nma/coherence.h"
#include "nma/effects.h"
#include "nma/network_fit.h"
#include "review/review_state.h"
#include "review/selection.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {

// What an estimate says of how it is made.
void WriteMethod(const v1::Analysis& analysis, bool small_values_desirable,
                 v1::Estimate* estimate);

// A study that is used, without version and notes.
void WriteUsed(const nma::StudyEffects& study, v1::StudyUse* use);

// A study that is left out.
void WriteLeftOut(absl::string_view study, absl::string_view reason,
                  v1::StudyLeftOut* left_out);

// What the estimate says of a trial that it uses.
void WriteUse(const v1::TrialRecord& record, const SelectedStudy& selected,
              v1::StudyUse* use);

// Which review, analysis and inputs it is of.
void WriteIdentity(const ReviewState& state, const AnalysisVersion& analysis,
                   const audit::Digest& inputs, v1::Estimate* estimate);

// The status, with the analysis that it is about.
absl::Status InAnalysis(const v1::Analysis& analysis,
                        const absl::Status& status);

// Writes the numbers of an estimate that has all its studies and none yet. If
// there is none, or `fit` says FAILED_PRECONDITION, `not_estimable` says why
// instead. Other errors are those of the two. `decompose` is not called unless
// the network was fitted. O(T²).
absl::Status WriteNumbers(
    absl::FunctionRef<absl::StatusOr<nma::NetworkFit>()> fit,
    absl::FunctionRef<absl::StatusOr<nma::Coherence>()> decompose,
    v1::Estimate* estimate);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_ESTIMATE_WRITER_H_
