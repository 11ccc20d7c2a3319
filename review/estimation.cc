#include "review/estimation.h"

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/status_macros.h"
#include "nma/coherence.h"
#include "nma/network_fit.h"
#include "nma/study.h"
#include "nma/study_effects.h"
#include "review/engine_options.h"
#include "review/estimate_writer.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::review {

absl::StatusOr<v1::Estimate> EstimateStudies(
    absl::Span<const nma::Study> studies, const v1::Analysis& analysis,
    bool small_values_desirable) {
  v1::Estimate estimate;
  WriteMethod(analysis, small_values_desirable, &estimate);
  ASSIGN_OR_RETURN(const nma::EffectSet effects,
                   nma::ComputeEffects(studies, EffectOptionsOf(analysis)));
  for (const nma::StudyEffects& study : effects.studies) {
    WriteUsed(study, estimate.add_studies());
  }
  for (const nma::LeftOutStudy& study : effects.left_out) {
    WriteLeftOut(study.study, study.reason, estimate.add_studies_left_out());
  }
  const auto fit = [&] {
    return nma::FitNetwork(
        effects.studies,
        FitOptionsOf(analysis, effects.studies, small_values_desirable));
  };
  const auto decompose = [&] { return nma::DecomposeQ(effects.studies); };
  RETURN_IF_ERROR(WriteNumbers(fit, decompose, &estimate));
  return estimate;
}

}  // namespace tidemark::review
