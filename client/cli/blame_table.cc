#include "client/cli/blame_table.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/cli/moment.h"
#include "client/cli/table.h"
#include "review/field_values.h"

namespace tidemark::cli {
namespace {

// `results[pain/6m/ha]` of `results[pain/6m/ha].continuous.sd`; empty for a
// field of the trial itself.
std::string ElementOf(const std::string& path) {
  return path.substr(0, path.find(']') + 1);
}

// Whether this field says that its element is of the arm.
bool SaysArm(const v1::BlamedField& field, const std::string& arm) {
  const std::string element = ElementOf(field.path());
  if (element.empty()) return false;
  const std::string name = field.path().substr(element.size());
  if (absl::StartsWith(element, "arms[")) {
    return name == ".id" && field.value() == arm;
  }
  if (name == ".arms") {
    const std::vector<std::string> arms = absl::StrSplit(field.value(), ", ");
    return std::find(arms.begin(), arms.end(), arm) != arms.end();
  }
  return (name == ".first" || name == ".second") && field.value() == arm;
}

std::string ShownSource(const v1::Source& source) {
  return source.locator().empty()
             ? source.report()
             : absl::StrCat(source.report(), ", ", source.locator());
}

std::string ShownDerivation(const v1::BlamedField& field) {
  if (!field.has_derivation()) return "";
  const v1::Derivation& derivation = field.derivation();
  return absl::StrCat(
      absl::AsciiStrToLower(v1::Derivation::Kind_Name(derivation.kind())), ": ",
      derivation.method());
}

// The drafts that became a version and say so, by version, path and value:
// `ana (draft 4: extracted)`.
using Drafters =
    std::map<std::tuple<int64_t, std::string, std::string>, std::string>;

Drafters DraftersOf(const std::vector<v1::Draft>& drafts) {
  Drafters drafters;
  for (const v1::Draft& draft : drafts) {
    if (draft.became_version() == 0) continue;
    for (const review::FieldValue& said : review::FieldsOf(draft.trial())) {
      std::string& who =
          drafters[{draft.became_version(), said.path, said.value}];
      absl::StrAppend(&who, who.empty() ? "" : ", ", draft.actor(), " (draft ",
                      draft.sequence(), ": ", draft.reason(), ")");
    }
  }
  return drafters;
}

}  // namespace

void KeepFields(const std::string& arm, const std::string& field,
                v1::BlameResponse* blame) {
  std::set<std::string> elements;
  for (const v1::BlamedField& blamed : blame->fields()) {
    if (SaysArm(blamed, arm)) elements.insert(ElementOf(blamed.path()));
  }
  v1::BlameResponse kept;
  for (v1::BlamedField& blamed : *blame->mutable_fields()) {
    const std::string& path = blamed.path();
    if (!arm.empty() && elements.count(ElementOf(path)) == 0) continue;
    if (!field.empty() && path != field &&
        !absl::EndsWith(path, absl::StrCat(".", field))) {
      continue;
    }
    *kept.add_fields() = std::move(blamed);
  }
  blame->mutable_fields()->Swap(kept.mutable_fields());
}

Table BlameTable(const v1::BlameResponse& blame,
                 const std::vector<v1::Draft>& drafts) {
  using For = Column::For;
  Drafters drafters = DraftersOf(drafts);
  Table table = {"",
                 {{"field"},
                  {"value"},
                  {"sequence"},
                  {"version", For::kRows},
                  {"time"},
                  {"actor"},
                  {"action"},
                  {"reason"},
                  {"previous"},
                  {"source"},
                  {"derivation"},
                  {"drafted_by", drafters.empty() ? For::kRows : For::kAll}},
                 {}};
  for (const v1::BlamedField& field : blame.fields()) {
    table.rows.push_back(
        {Text(field.path()), Text(field.value()), Integer(field.sequence()),
         Integer(field.version()), Text(ShownTime(field.time())),
         Text(field.actor()), Text(field.action()), Text(field.reason()),
         Text(field.previous_value()), Text(ShownSource(field.source())),
         Text(ShownDerivation(field)),
         Text(drafters[{field.version(), field.path(), field.value()}])});
  }
  return table;
}

}  // namespace tidemark::cli
