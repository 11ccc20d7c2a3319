#include "review/record_diff.h"

#include <cstddef>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace tidemark::review {
namespace {

using Positions = absl::flat_hash_map<absl::string_view, size_t>;

Positions PositionsOf(absl::Span<const FieldValue> fields) {
  Positions positions;
  for (size_t i = 0; i < fields.size(); ++i) positions[fields[i].path] = i;
  return positions;
}

v1::FieldDiff DiffOf(const std::string& path, const std::string& before,
                     const std::string& after) {
  v1::FieldDiff diff;
  diff.set_path(path);
  diff.set_before(before);
  diff.set_after(after);
  return diff;
}

}  // namespace

std::vector<FieldValue> FieldsOfRecord(const v1::TrialRecord& record) {
  std::vector<FieldValue> fields = FieldsOf(record.trial());
  fields.push_back(
      {"status", v1::TrialStatus::Code_Name(record.status()), false});
  if (!record.notice().empty()) {
    fields.push_back({"notice", record.notice(), false});
  }
  return fields;
}

std::vector<v1::FieldDiff> DifferingFields(absl::Span<const FieldValue> before,
                                           absl::Span<const FieldValue> after) {
  const Positions was = PositionsOf(before);
  const Positions is = PositionsOf(after);
  std::vector<v1::FieldDiff> fields;
  size_t next = 0;  // of `before`, to be looked at
  const auto add_gone_until = [&](size_t end) {
    for (; next < end; ++next) {
      const FieldValue& old = before[next];
      if (is.contains(old.path)) continue;
      fields.push_back(DiffOf(old.path, old.value, ""));
    }
  };
  for (const FieldValue& field : after) {
    const auto found = was.find(field.path);
    if (found == was.end()) {
      fields.push_back(DiffOf(field.path, "", field.value));
      continue;
    }
    add_gone_until(found->second);
    const std::string& old = before[found->second].value;
    if (old != field.value) {
      fields.push_back(DiffOf(field.path, old, field.value));
    }
  }
  add_gone_until(before.size());
  return fields;
}

}  // namespace tidemark::review
