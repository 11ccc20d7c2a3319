// Looks things up in a protocol.
#ifndef TIDEMARK_REVIEW_PROTOCOL_H_
#define TIDEMARK_REVIEW_PROTOCOL_H_

#include "absl/strings/string_view.h"
#include "tidemark/v1/review.pb.h"

namespace tidemark::review {

// The element of a repeated field whose `id()` is `id`, or null. O(length).
template <typename List>
auto FindById(const List& list, absl::string_view id) -> const
    typename List::value_type* {
  for (const auto& element : list) {
    if (element.id() == id) return &element;
  }
  return nullptr;
}

// The node of `map` that `treatment` falls on at `time_point`: the rule that
// names the time point wins over the one that names none. Null: no rule claims
// the treatment. O(rules).
const v1::NodeRule* FindNodeRule(const v1::NodeMap& map,
                                 absl::string_view treatment,
                                 absl::string_view time_point);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_PROTOCOL_H_
