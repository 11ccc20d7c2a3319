// The value of a covariate in each study: what a regression or subgroups divide
// studies by.
#ifndef TIDEMARK_REVIEW_COVARIATE_H_
#define TIDEMARK_REVIEW_COVARIATE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "review/errors.h"
#include "review/study_facts.h"
#include "tidemark/v1/covariate.pb.h"

namespace tidemark::review {

// What a covariate says of one study.
template <typename Value>
struct CovariateValue {
  // Absent: the covariate says nothing of the study.
  std::optional<Value> value;
  // Why not. Empty if there is one.
  std::string no_value;
};

// A covariate is found among what is known of the study itself first, then in
// its arms: those on the covariate's node, all if it names none. Arms that do
// not have it do not count, nor do studies without an arm on the node. `facts`
// are of the studies of an analysis; one that is not among them has no value.

// The mean over the arms that have it. None if one of them says something that
// is not a finite number, such as "5e7 to 6e7". O(arms).
CovariateValue<double> NumberOf(const v1::Covariate& covariate,
                                const std::string& study,
                                const FactsByStudy& facts);

// What the arms that have it agree on. None if they do not. O(arms).
CovariateValue<std::string> TextOf(const v1::Covariate& covariate,
                                   const std::string& study,
                                   const FactsByStudy& facts);

// Every name that some study or arm has, sorted by bytes.
std::vector<std::string> CovariateNames(const FactsByStudy& facts);

// INVALID_ARGUMENT, with a violation of `path` that says what there is: no
// study has the covariate; its node is none of the arms; it is of studies, not
// of arms, and has a node. O(arms).
absl::Status CheckKnown(absl::string_view path, const v1::Covariate& covariate,
                        const FactsByStudy& facts);

// Adds a violation unless the covariate at `path` has a name.
void CheckCovariate(absl::string_view path, const v1::Covariate& covariate,
                    Violations& violations);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_COVARIATE_H_
