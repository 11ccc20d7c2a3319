// Two extractions of one trial: where they differ, and one record of both.
//
// They are compared field by field. What only one of them has, an element of a
// list or a record such as `source`, is one difference, and so is an element of
// which they hold different kinds of value, or a list whose elements have no
// names, such as `derivations`; it is taken as a whole or not. The order of
// elements that have names does not count.
//
// Words that results do not rest on (titles, labels, locators, notes, what
// redaction.h erases) rarely come out the same twice. They may be settled and
// need not be: the first extraction's hold. So what a log says was the same
// stays so when words of it are erased.
#ifndef TIDEMARK_REVIEW_TWO_EXTRACTIONS_H_
#define TIDEMARK_REVIEW_TWO_EXTRACTIONS_H_

#include <string>
#include <vector>

#include "review/errors.h"
#include "tidemark/v1/change.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {

// Where two extractions say different things.
struct ExtractionConflict {
  // As field_path.h has it.
  std::string path;
  // As FieldEdit writes it; of a whole its values. Empty: not set.
  std::string first;
  std::string second;
  // An element, a record or a list.
  bool is_whole = false;
  // Nothing but words differs: it need not be settled.
  bool is_words = false;
};

// In the order of the record. O(fields).
std::vector<ExtractionConflict> ConflictsOf(const v1::Trial& first,
                                            const v1::Trial& second);

// Whether they differ in words at most.
bool SayTheSame(const v1::Trial& first, const v1::Trial& second);

// `first` with what `adjudicate` resolves: all taken from one of the drafts
// that it names gives that draft. Adds violations: a conflict that is not of
// words has no resolution; a resolution is of a field of which both say the
// same and that is no word, is there twice, takes from another draft, says
// nothing, sets a whole, or gives a value that does not fit. The result is not
// validated as a trial.
v1::Trial Settle(const v1::Trial& first, const v1::Trial& second,
                 const v1::AdjudicateTrial& adjudicate, Violations& violations);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_TWO_EXTRACTIONS_H_
