// Why an estimate moved, as figures mark it.
#ifndef TIDEMARK_CLIENT_REPORT_CAUSE_H_
#define TIDEMARK_CLIENT_REPORT_CAUSE_H_

#include "client/report/drawing.h"
#include "tidemark/v1/log.pb.h"

namespace tidemark::report {

enum class Cause {
  kNewTrial,       // one, or several at once
  kCorrection,     // of a trial, or another version of it
  kConcern,        // about a trial
  kOut,            // a trial was retracted or excluded
  kReinstatement,  // of a trial
  kModel,          // the protocol or the analysis is another
  kOther,
};
inline constexpr Cause kCauses[] = {
    Cause::kNewTrial,      Cause::kCorrection, Cause::kConcern, Cause::kOut,
    Cause::kReinstatement, Cause::kModel,      Cause::kOther};

// By the action of the entry, and for trials by their versions.
Cause CauseOf(const v1::LogEntry& entry);

// `new trial`.
const char* CauseName(Cause cause);

// A shape of its own in a colour of its own, 9 pixels across.
void DrawCause(Cause cause, Point center, Drawing* drawing);

}  // namespace tidemark::report

#endif  // TIDEMARK_CLIENT_REPORT_CAUSE_H_
