// Models for rare events beside an estimate.
#ifndef TIDEMARK_REVIEW_RARE_EVENT_DETAILS_H_
#define TIDEMARK_REVIEW_RARE_EVENT_DETAILS_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "review/detail_inputs.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/rare_events.pb.h"

namespace tidemark::review {

// Whether the spec asks for a model at all.
bool AsksForRareEvents(const v1::RareEventsSpec& spec);

// Writes `rare_events` of the estimate of these studies at its level. Where the
// measure or the data do not allow a model, it says why. Errors: of the inputs
// as in EstimateStudies; CANCELLED, asked before each step of the binomial
// model; INVALID_ARGUMENT: the binomial model of more than 500 treatments,
// whose systems of equations grow with their square. Cost:
// nma/mantel_haenszel.h, nma/binomial_fit.h.
absl::Status AddRareEvents(const v1::RareEventsSpec& spec,
                           const DetailInputs& inputs,
                           absl::FunctionRef<bool()> cancelled,
                           v1::Estimate* estimate);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_RARE_EVENT_DETAILS_H_
