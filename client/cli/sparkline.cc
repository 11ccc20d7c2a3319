#include "client/cli/sparkline.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace tidemark::cli {
namespace {

constexpr int kHeights = 8;
constexpr const char* kBlocks[kHeights] = {"▁", "▂", "▃", "▄",
                                           "▅", "▆", "▇", "█"};
constexpr const char* kAscii[kHeights] = {"_", ".", "-", "=",
                                          "+", "*", "#", "@"};

int HeightOf(double value, double least, double most) {
  if (!(most > least)) return kHeights / 2;
  const double share = (value - least) / (most - least);
  return std::min(kHeights - 1, static_cast<int>(share * kHeights));
}

}  // namespace

std::string Sparkline(const std::vector<std::optional<double>>& values,
                      bool utf8) {
  std::optional<double> least;
  std::optional<double> most;
  for (const std::optional<double>& value : values) {
    if (!value.has_value()) continue;
    least = std::min(*value, least.value_or(*value));
    most = std::max(*value, most.value_or(*value));
  }
  std::string line;
  for (const std::optional<double>& value : values) {
    if (value.has_value()) {
      line += (utf8 ? kBlocks : kAscii)[HeightOf(*value, *least, *most)];
    } else {
      line += utf8 ? "·" : " ";
    }
  }
  return line;
}

bool TerminalIsUtf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* const value = std::getenv(name);
    if (value == nullptr || value[0] == '\0') continue;
    const std::string locale = absl::AsciiStrToLower(value);
    return absl::StrContains(locale, "utf-8") ||
           absl::StrContains(locale, "utf8");
  }
  return false;
}

}  // namespace tidemark::cli
