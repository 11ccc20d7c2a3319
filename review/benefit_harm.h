// Treatments on benefit and harm together, from estimates of several outcomes.
#ifndef TIDEMARK_REVIEW_BENEFIT_HARM_H_
#define TIDEMARK_REVIEW_BENEFIT_HARM_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "review/relative_effects.h"
#include "tidemark/v1/benefit_harm.pb.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::review {

// What is compared, and how.
struct BenefitHarmQuestion {
  absl::Span<const v1::Estimate> benefits;  // at least one each
  absl::Span<const v1::Estimate> harms;
  // Empty: the reference of the first component of the first benefit.
  std::string reference;
  Model model = Model::kRandom;
};

// Treatments that studies connect with the reference in every estimate are
// compared; the others are listed. If an estimate is not estimable, or nothing
// but the reference is left, the answer says so.
//
// NOT_FOUND: no estimate has the reference. INVALID_ARGUMENT: more than 50
// treatments. CANCELLED: `cancelled`, which is asked every 1024 points of each
// simulation of ranks, says so. A simulation for each estimate, to an error of
// 0.002 (nma/rank_probabilities.h).
absl::StatusOr<v1::BenefitHarm> CompareBenefitHarm(
    const BenefitHarmQuestion& question, absl::FunctionRef<bool()> cancelled);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_BENEFIT_HARM_H_
