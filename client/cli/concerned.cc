#include "client/cli/concerned.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/leaf.h"
#include "review/finding.h"
#include "tidemark/v1/finding.pb.h"

namespace tidemark::cli {

void AddRestingEstimates(const LeafWalk& walk, v1::Finding& finding) {
  if (finding.sequence() == 0 || finding.estimates_size() > 0) return;
  const auto& records = finding.records();
  // Unless the entry's own leaf says which.
  bool all = true;
  std::set<std::string> moved;
  walk(finding.sequence(), [&](int64_t sequence, absl::string_view bytes) {
    const absl::StatusOr<audit::Leaf> leaf = audit::DecodeLeaf(bytes);
    if (!leaf.ok()) return;
    if (sequence == finding.sequence()) {
      all =
          std::find(records.begin(), records.end(), "review") != records.end();
      for (const auto& digest : leaf->analyses) moved.insert(digest.analysis);
    }
    for (const auto& digest : leaf->analyses) {
      if (all || moved.count(digest.analysis) > 0) {
        review::AddEstimate(digest.analysis, sequence, finding);
      }
    }
  });
}

}  // namespace tidemark::cli
