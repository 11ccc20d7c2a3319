// Messages of a watch as people and programs read them.
#ifndef TIDEMARK_CLIENT_CLI_WATCH_TEXT_H_
#define TIDEMARK_CLIENT_CLI_WATCH_TEXT_H_

#include "client/cli/output.h"
#include "tidemark/v1/watch_service.pb.h"

namespace tidemark::cli {

// Prints a message with an entry, or an item or the end of a snapshot: as one
// line of JSON; else as a row, in tables for people followed by a line for each
// step that is overdue, for each event and, if `with_comparisons`, for each comparison of its estimates.
void PrintWatchMessage(const v1::WatchResponse& message, bool with_comparisons,
                       Output& output);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_WATCH_TEXT_H_
