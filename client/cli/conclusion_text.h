// What an estimate says, in words.
#ifndef TIDEMARK_CLIENT_CLI_CONCLUSION_TEXT_H_
#define TIDEMARK_CLIENT_CLI_CONCLUSION_TEXT_H_

#include <string>

#include "tidemark/v1/conclusion.pb.h"

namespace tidemark::cli {

// `benefit; by 12: important benefit`: the class by no difference, then that by
// each threshold of `conclusions` that says something else.
std::string ShownConclusion(const v1::ComparisonConclusion& comparison,
                            const v1::Conclusions& conclusions);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_CONCLUSION_TEXT_H_
