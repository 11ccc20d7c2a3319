// Where the evidence on comparisons comes from.
#ifndef TIDEMARK_REVIEW_EVIDENCE_FLOW_H_
#define TIDEMARK_REVIEW_EVIDENCE_FLOW_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "nma/hat_matrix.h"
#include "review/asked_comparisons.h"
#include "review/detail_inputs.h"
#include "review/relative_effects.h"
#include "review/study_facts.h"
#include "tidemark/v1/evidence_flow.pb.h"

namespace tidemark::review {

// The flow of evidence in a network under one model. `fitted` and `facts` must
// outlive it.
class EvidenceFlow {
 public:
  // Errors and cost of HatMatrix::Of.
  static absl::StatusOr<EvidenceFlow> Of(const FittedStudies& fitted,
                                         const FactsByStudy& facts,
                                         Model model);

  // Direct comparisons and studies; no comparison yet.
  v1::Contributions Sources() const;

  // What contributes to the comparison. Requires treatments of the fit that are
  // connected. O(T² + comparisons · T + contrasts).
  v1::ComparisonContributions Trace(const TreatmentPair& pair) const;

  // How many numbers Trace gives.
  int64_t numbers_of_trace() const;

 private:
  EvidenceFlow(const FittedStudies& fitted, const FactsByStudy& facts,
               nma::HatMatrix hat);

  // By the judgement of each study, 0 for none.
  v1::SharesByLevel ByLevel(const std::vector<double>& shares,
                            const std::vector<int>& levels) const;

  const FittedStudies* fitted_;
  nma::HatMatrix hat_;
  std::vector<int> by_id_;  // indices of studies
  std::vector<int> risk_of_bias_;
  std::vector<int> indirectness_;
};

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_EVIDENCE_FLOW_H_
