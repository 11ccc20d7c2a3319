// Conclusion events in words and cells.
#ifndef TIDEMARK_CLIENT_CLI_EVENT_TEXT_H_
#define TIDEMARK_CLIENT_CLI_EVENT_TEXT_H_

#include <string>
#include <vector>

#include "client/cli/table.h"
#include "tidemark/v1/conclusion.pb.h"

namespace tidemark::cli {

// `SIGNIFICANCE_LOST`: the name that --events takes.
std::string KindName(v1::ConclusionEvent::Kind kind);

// `major`.
std::string ImportanceName(v1::Importance::Level importance);

// `no important difference`.
std::string ClassName(v1::ConclusionClass::Code code);

// What the event is about: `msc2 versus ha`, a treatment, or `whole network`.
std::string SubjectOf(const v1::ConclusionEvent& event);

// One line, without analysis and sequence. Effects are on the analysis scale:
//   SIGNIFICANCE_LOST  msc2 versus ha  -22.59 [-35.97, -9.20] ->
//   -16.00 [-40.58, 8.58]  benefit -> inconclusive  (major)
std::string ShownEvent(const v1::ConclusionEvent& event);

// An event a row, with analysis and sequence.
std::vector<Column> EventColumns();
std::vector<Cell> EventCells(const v1::ConclusionEvent& event);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_EVENT_TEXT_H_
