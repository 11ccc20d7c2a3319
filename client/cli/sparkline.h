// A row of numbers as a line of characters of different heights.
#ifndef TIDEMARK_CLIENT_CLI_SPARKLINE_H_
#define TIDEMARK_CLIENT_CLI_SPARKLINE_H_

#include <optional>
#include <string>
#include <vector>

namespace tidemark::cli {

// One character a value, in eight heights between the smallest and the largest
// (all the same: in the middle); a value that there is none of is a gap. Block
// elements of Unicode, or where `utf8` is false `_.-=+*#@`.
std::string Sparkline(const std::vector<std::optional<double>>& values,
                      bool utf8);

// Whether the locale of the environment writes UTF-8: LC_ALL, else LC_CTYPE,
// else LANG names it.
bool TerminalIsUtf8();

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_SPARKLINE_H_
