#include "client/cli/conclusion_text.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "client/cli/event_text.h"
#include "client/cli/number_format.h"

namespace tidemark::cli {

std::string ShownConclusion(const v1::ComparisonConclusion& comparison,
                            const v1::Conclusions& conclusions) {
  std::string shown = ClassName(comparison.class_());
  const int known =
      std::min(comparison.by_threshold_size(), conclusions.thresholds_size());
  for (int i = 0; i < known; ++i) {
    if (comparison.by_threshold(i) == comparison.class_()) continue;
    absl::StrAppend(&shown, "; by ",
                    ExactNumber(conclusions.thresholds(i).value()), ": ",
                    ClassName(comparison.by_threshold(i)));
  }
  return shown;
}

}  // namespace tidemark::cli
