#include "review/blame.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "review/field_values.h"
#include "review/record_diff.h"

namespace tidemark::review {
namespace {

struct Origin {
  const v1::TrialRecord* version = nullptr;
  std::string previous_value;
};

// By path.
using Origins = absl::flat_hash_map<std::string, Origin>;

Origins OriginsOf(absl::Span<const v1::TrialRecord> versions) {
  Origins origins;
  std::vector<FieldValue> before;
  for (const v1::TrialRecord& version : versions) {
    std::vector<FieldValue> fields = FieldsOfRecord(version);
    for (v1::FieldDiff& diff : DifferingFields(before, fields)) {
      origins[diff.path()] = {&version, std::move(*diff.mutable_before())};
    }
    before = std::move(fields);
  }
  return origins;
}

// Where the numbers of a list's elements stand, and how they were made.
struct Evidence {
  const v1::Source* source = nullptr;
  const google::protobuf::RepeatedPtrField<v1::Derivation>* derivations =
      nullptr;
};

// By path of the element.
using EvidenceByElement = absl::flat_hash_map<std::string, Evidence>;

template <typename Element>
void AddEvidence(const v1::Trial& trial, const std::string& list,
                 const google::protobuf::RepeatedPtrField<Element>& elements,
                 EvidenceByElement& evidence) {
  const std::vector<std::string> keys =
      ElementKeys(trial, *trial.GetDescriptor()->FindFieldByName(list));
  for (int i = 0; i < elements.size(); ++i) {
    evidence[absl::StrCat(list, "[", keys[i], "]")] = {
        elements[i].has_source() ? &elements[i].source() : nullptr,
        &elements[i].derivations()};
  }
}

void WriteEvidence(const FieldValue& field, const EvidenceByElement& evidence,
                   v1::BlamedField& blamed) {
  if (!field.is_number) return;
  const absl::string_view path = field.path;
  // Keys hold no bracket (review/field_path.h).
  const auto found = evidence.find(path.substr(0, path.find(']') + 1));
  if (found == evidence.end()) return;
  if (found->second.source != nullptr) {
    *blamed.mutable_source() = *found->second.source;
  }
  const absl::string_view name = path.substr(path.rfind('.') + 1);
  for (const v1::Derivation& derivation : *found->second.derivations) {
    if (derivation.field() == name) *blamed.mutable_derivation() = derivation;
  }
}

}  // namespace

std::vector<v1::BlamedField> Blame(absl::Span<const v1::TrialRecord> versions) {
  std::vector<v1::BlamedField> blamed;
  if (versions.empty()) return blamed;
  const v1::TrialRecord& last = versions.back();
  Origins origins = OriginsOf(versions);
  EvidenceByElement evidence;
  AddEvidence(last.trial(), "results", last.trial().results(), evidence);
  AddEvidence(last.trial(), "contrasts", last.trial().contrasts(), evidence);
  for (FieldValue& field : FieldsOfRecord(last)) {
    Origin& origin = origins[field.path];
    v1::BlamedField& to = blamed.emplace_back();
    to.set_version(origin.version->version());
    to.set_sequence(origin.version->sequence());
    *to.mutable_time() = origin.version->time();
    to.set_actor(origin.version->actor());
    to.set_reason(origin.version->reason());
    to.set_previous_value(std::move(origin.previous_value));
    WriteEvidence(field, evidence, to);
    to.set_path(std::move(field.path));
    to.set_value(std::move(field.value));
  }
  return blamed;
}

}  // namespace tidemark::review
