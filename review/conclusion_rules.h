// The table of conclusion events: what each kind takes and how much it matters.
#ifndef TIDEMARK_REVIEW_CONCLUSION_RULES_H_
#define TIDEMARK_REVIEW_CONCLUSION_RULES_H_

#include "absl/types/span.h"
#include "tidemark/v1/conclusion.pb.h"

namespace tidemark::review {

struct ConclusionRule {
  v1::ConclusionEvent::Kind kind;
  // DIRECTION_FLIPPED is NOTABLE where neither interval excludes no difference.
  v1::Importance::Level importance;
  // What the number of the predicate is held against. 0: it has none.
  double parameter;
  // The predicate, in words: the event is there if and only if it holds.
  const char* holds_if;
};

// Every kind, in the order of the proto.
absl::Span<const ConclusionRule> ConclusionRules();

// The rule of a kind that the proto names.
const ConclusionRule& RuleOf(v1::ConclusionEvent::Kind kind);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_CONCLUSION_RULES_H_
