// How often two extractors of a trial said the same.
#ifndef TIDEMARK_REVIEW_AGREEMENT_H_
#define TIDEMARK_REVIEW_AGREEMENT_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "review/review_state.h"
#include "tidemark/v1/extraction.pb.h"

namespace tidemark::review {

// How often the first rater said one category and the second another.
using CategoryPairs = std::map<std::pair<std::string, std::string>, int64_t>;

// Cohen's kappa, unweighted: (p_o - p_e) / (1 - p_e), where p_o is the share of
// equal pairs and p_e the one that the raters' own frequencies give by chance
// (Cohen, Educ Psychol Meas 1960;20:37-46). Absent if p_e is 1, or there is no
// pair. O(pairs).
std::optional<double> CohensKappa(const CategoryPairs& pairs);

// Of each trial the first draft of each of the first two actors who submitted
// it under DOUBLE_EXTRACTION for the same version, whatever became of them.
//
// The fields compared are those that results rest on: no words
// (two_extractions.h), and not those by which an element of a list is found,
// such as the outcome of a result. O(drafts · fields).
v1::Agreement AgreementOf(const ReviewState& state);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_AGREEMENT_H_
