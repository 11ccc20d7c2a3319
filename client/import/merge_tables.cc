#include "client/import/merge_tables.h"

#include <cstddef>
#include <iterator>
#include <map>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace tidemark::client {
namespace {

constexpr size_t kMaxListed = 20;

std::vector<std::string> StudiesOf(const ArmTable& table) {
  std::vector<std::string> ids;
  for (const nma::Study& study : table.studies) ids.push_back(study.id);
  for (const nma::LeftOutStudy& study : table.left_out_studies) {
    ids.push_back(study.study);
  }
  return ids;
}

absl::Status CheckStudiesDiffer(const std::vector<ArmTable>& tables) {
  std::map<std::string, std::string> files;  // by study
  std::vector<std::string> lines;
  for (const ArmTable& table : tables) {
    for (const std::string& id : StudiesOf(table)) {
      const auto [it, is_new] = files.emplace(id, table.file);
      if (is_new) continue;
      lines.push_back(absl::StrCat("study \"", id, "\" is in both ", it->second,
                                   " and ", table.file,
                                   "; remove it from one of them"));
    }
  }
  if (lines.empty()) return absl::OkStatus();
  if (lines.size() > kMaxListed) {
    const size_t more = lines.size() - kMaxListed;
    lines.resize(kMaxListed);
    lines.push_back(absl::StrCat("and ", more, " more"));
  }
  return absl::InvalidArgumentError(absl::StrJoin(lines, "\n"));
}

template <typename Item>
void Append(std::vector<Item>& from, std::vector<Item>& to) {
  to.insert(to.end(), std::make_move_iterator(from.begin()),
            std::make_move_iterator(from.end()));
}

}  // namespace

absl::StatusOr<MergedTables> MergeTables(std::vector<ArmTable> tables) {
  const absl::Status differ = CheckStudiesDiffer(tables);
  if (!differ.ok()) return differ;
  MergedTables merged;
  for (ArmTable& table : tables) {
    merged.layouts.push_back(table.layout);
    Append(table.studies, merged.studies);
    Append(table.left_out_arms, merged.left_out_arms);
    Append(table.left_out_studies, merged.left_out_studies);
    Append(table.attributes, merged.attributes);
  }
  return merged;
}

}  // namespace tidemark::client
