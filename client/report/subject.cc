#include "client/report/subject.h"

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "review/thresholds.h"

namespace tidemark::report {
namespace {

void AddNodes(const v1::NodeMap& map, Subject* subject) {
  std::map<std::string, int> uses;
  for (const v1::Node& node : map.nodes()) ++uses[node.name()];
  for (const v1::Node& node : map.nodes()) {
    subject->nodes.push_back(node.id());
    subject->names[node.id()] =
        node.name().empty() ? node.id()
        : uses[node.name()] == 1
            ? node.name()
            : absl::StrCat(node.name(), " (", node.id(), ")");
  }
}

}  // namespace

std::string Subject::NameOf(absl::string_view id) const {
  const auto name = names.find(std::string(id));
  return name == names.end() ? std::string(id) : name->second;
}

Subject SubjectOf(const v1::Review& protocol, const v1::Analysis& analysis) {
  Subject subject;
  subject.review_id = protocol.review_id();
  subject.analysis_id = analysis.analysis_id();
  subject.title = analysis.title();
  subject.thresholds = review::ThresholdsOf(analysis, protocol);
  for (const v1::NodeMap& map : protocol.node_maps()) {
    if (map.id() == analysis.node_map()) AddNodes(map, &subject);
  }
  for (const v1::Outcome& outcome : protocol.outcomes()) {
    if (outcome.id() != analysis.outcome()) continue;
    subject.unit = outcome.unit();
    if (subject.title.empty()) {
      subject.title =
          absl::StrCat(outcome.title(), ", ", analysis.time_point());
    }
  }
  return subject;
}

}  // namespace tidemark::report
