#include "client/cli/redaction_table.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace tidemark::cli {

Table RedactionTable(const v1::RedactChanges& asked,
                     const v1::Redaction& redaction) {
  const std::set<int64_t> wanted(asked.sequences().begin(),
                                 asked.sequences().end());
  std::map<int64_t, std::string> words;
  for (const int64_t sequence : redaction.sequences()) {
    words[sequence] = wanted.count(sequence) > 0
                          ? "erased"
                          : "erased: it corrects, and quotes, such words";
  }
  for (const int64_t sequence : redaction.still_held()) {
    words[sequence] = "keeps some of the same words";
  }
  Table table = {"", {{"entry"}, {"words"}}, {}};
  for (const auto& [sequence, what] : words) {
    table.rows.push_back({Integer(sequence), Text(what)});
  }
  return table;
}

}  // namespace tidemark::cli
