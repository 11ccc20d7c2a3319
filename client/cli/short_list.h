// Lists that people read.
#ifndef TIDEMARK_CLIENT_CLI_SHORT_LIST_H_
#define TIDEMARK_CLIENT_CLI_SHORT_LIST_H_

#include <string>
#include <vector>

namespace tidemark::cli {

// `a, b and 7 more`; a list of up to three is whole.
std::string ShortList(const std::vector<std::string>& items);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_SHORT_LIST_H_
