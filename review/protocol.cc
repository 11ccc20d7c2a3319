#include "review/protocol.h"

#include <algorithm>

#include "absl/strings/string_view.h"
#include "tidemark/v1/review.pb.h"

namespace tidemark::review {

const v1::NodeRule* FindNodeRule(const v1::NodeMap& map,
                                 absl::string_view treatment,
                                 absl::string_view time_point) {
  const v1::NodeRule* general = nullptr;
  for (const v1::NodeRule& rule : map.rules()) {
    if (rule.treatment() != treatment) continue;
    if (rule.time_points().empty()) general = &rule;
    if (std::find(rule.time_points().begin(), rule.time_points().end(),
                  time_point) != rule.time_points().end()) {
      return &rule;
    }
  }
  return general;
}

}  // namespace tidemark::review
