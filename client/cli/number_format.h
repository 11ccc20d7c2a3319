// Numbers as people and as programs read them.
#ifndef TIDEMARK_CLIENT_CLI_NUMBER_FORMAT_H_
#define TIDEMARK_CLIENT_CLI_NUMBER_FORMAT_H_

#include <string>

namespace tidemark::cli {

// The shortest decimal that reads back as the same double.
std::string ExactNumber(double value);

// Three significant digits or two decimals, whichever is more: `-22.59`,
// `0.0431`, `1250.40`.
std::string ShownNumber(double value);

// `-22.59 [-35.98, -9.20]`, with as many decimals as the width of the interval
// warrants.
std::string ShownInterval(double effect, double lower, double upper);

// `95%`, of a coverage of 0.95.
std::string ShownLevel(double level);

// Four decimals, `<0.0001` below that.
std::string ShownPValue(double p);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_NUMBER_FORMAT_H_
