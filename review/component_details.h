// Component network meta-analysis beside an estimate.
#ifndef TIDEMARK_REVIEW_COMPONENT_DETAILS_H_
#define TIDEMARK_REVIEW_COMPONENT_DETAILS_H_

#include <string>

#include "absl/status/status.h"
#include "review/detail_inputs.h"
#include "review/errors.h"
#include "tidemark/v1/component_model.pb.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::review {

// Violations: a node without a name or named twice, a component without a name
// or named twice in one node or interaction, an interaction of fewer than two
// components or given twice.
void CheckComponentModel(const std::string& path,
                         const v1::ComponentModelSpec& spec,
                         Violations& violations);

// Writes `component_model` of the estimate of these studies; one that data or
// node map do not give says why there. INVALID_ARGUMENT: `spec` names a node
// that is no treatment, leaves one out, or an interaction that no treatment
// has. INVALID_ARGUMENT as in CheckModelSize. Requires a checked spec.
absl::Status AddComponentModel(const v1::ComponentModelSpec& spec,
                               const DetailInputs& inputs,
                               const FittedStudies& fitted,
                               v1::Estimate* estimate);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_COMPONENT_DETAILS_H_
