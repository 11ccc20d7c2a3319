#include "review/declared_changes.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"
#include "review/protocol.h"
#include "review/thresholds.h"

namespace tidemark::review {
namespace {

std::string InOneLine(const google::protobuf::Message& message) {
  google::protobuf::TextFormat::Printer printer;
  printer.SetSingleLineMode(true);
  std::string text;
  printer.PrintToString(message, &text);
  return std::string(absl::StripSuffix(text, " "));
}

// Clears the fields of both that have the same value.
template <typename Message>
void KeepDifferences(Message& a, Message& b) {
  const auto* descriptor = Message::descriptor();
  const auto* reflection = Message::GetReflection();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const auto* field = descriptor->field(i);
    google::protobuf::util::MessageDifferencer differencer;
    if (!differencer.CompareWithFields(a, b, {field}, {field})) continue;
    reflection->ClearField(&a, field);
    reflection->ClearField(&b, field);
  }
}

v1::Analysis ModelOf(v1::Analysis analysis) {
  analysis.clear_analysis_id();
  analysis.clear_title();
  analysis.clear_thresholds();
  analysis.clear_node_map();
  return analysis;
}

v1::Outcome OutcomeOf(const v1::Analysis& analysis,
                      const v1::Review& protocol) {
  const v1::Outcome* const found =
      FindById(protocol.outcomes(), analysis.outcome());
  v1::Outcome outcome = found == nullptr ? v1::Outcome() : *found;
  outcome.clear_id();
  outcome.clear_title();
  outcome.clear_thresholds();
  return outcome;
}

v1::TimePoint TimePointOf(const v1::Analysis& analysis,
                          const v1::Review& protocol) {
  const v1::TimePoint* const found =
      FindById(protocol.time_points(), analysis.time_point());
  v1::TimePoint time_point = found == nullptr ? v1::TimePoint() : *found;
  time_point.clear_id();
  return time_point;
}

// Adds what differs between two messages to both sides.
template <typename Message>
void AddDifferences(Message before, Message after, DeclaredChange* change) {
  KeepDifferences(before, after);
  const auto add = [](const Message& side, std::string* text) {
    const std::string line = InOneLine(side);
    if (line.empty()) return;
    absl::StrAppend(text, text->empty() ? "" : " ", line);
  };
  add(before, &change->before);
  add(after, &change->after);
}

// Each node and each rule of a map, in words.
std::set<std::string> PartsOf(const v1::NodeMap* map) {
  std::set<std::string> parts;
  if (map == nullptr) return parts;
  for (const v1::Node& node : map->nodes()) {
    parts.insert(absl::StrCat("node ", node.id()));
  }
  for (const v1::NodeRule& rule : map->rules()) {
    const std::set<std::string> at(rule.time_points().begin(),
                                   rule.time_points().end());
    parts.insert(absl::StrCat(rule.treatment(), at.empty() ? "" : " at ",
                              absl::StrJoin(at, ", "), " is ", rule.node()));
  }
  return parts;
}

std::string OnlyIn(const std::set<std::string>& parts,
                   const std::set<std::string>& others) {
  std::vector<std::string> own;
  std::set_difference(parts.begin(), parts.end(), others.begin(), others.end(),
                      std::back_inserter(own));
  return absl::StrJoin(own, "; ");
}

}  // namespace

std::optional<DeclaredChange> ModelChange(const v1::Analysis& before,
                                          const v1::Review& protocol_before,
                                          const v1::Analysis& after,
                                          const v1::Review& protocol_after) {
  DeclaredChange change;
  AddDifferences(ModelOf(before), ModelOf(after), &change);
  AddDifferences(OutcomeOf(before, protocol_before),
                 OutcomeOf(after, protocol_after), &change);
  AddDifferences(TimePointOf(before, protocol_before),
                 TimePointOf(after, protocol_after), &change);
  if (change.before.empty() && change.after.empty()) return std::nullopt;
  return change;
}

std::optional<DeclaredChange> ThresholdChange(
    const v1::Analysis& before, const v1::Review& protocol_before,
    const v1::Analysis& after, const v1::Review& protocol_after) {
  const DeclaredChange change = {
      ShownThresholds(ThresholdsOf(before, protocol_before)),
      ShownThresholds(ThresholdsOf(after, protocol_after))};
  if (change.before == change.after) return std::nullopt;
  return change;
}

std::optional<DeclaredChange> NodeMapChange(const v1::Analysis& before,
                                            const v1::Review& protocol_before,
                                            const v1::Analysis& after,
                                            const v1::Review& protocol_after) {
  const auto parts_before =
      PartsOf(FindById(protocol_before.node_maps(), before.node_map()));
  const auto parts_after =
      PartsOf(FindById(protocol_after.node_maps(), after.node_map()));
  if (parts_before == parts_after) return std::nullopt;
  return DeclaredChange{
      absl::StrCat(before.node_map(), ": ", OnlyIn(parts_before, parts_after)),
      absl::StrCat(after.node_map(), ": ", OnlyIn(parts_after, parts_before))};
}

}  // namespace tidemark::review
