// A comparison before and after, in cells.
#ifndef TIDEMARK_CLIENT_CLI_COMPARISON_CHANGE_H_
#define TIDEMARK_CLIENT_CLI_COMPARISON_CHANGE_H_

#include <string>
#include <vector>

#include "client/cli/table.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "tidemark/v1/conclusion.pb.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::cli {

// Before, after and change; rows for programs have effect and interval of each.
std::vector<Column> ChangeColumns();

// Null: not estimable, shown as `-`. What is rounding is no change. Effects of
// which one is on another scale have none.
std::vector<Cell> ChangeCells(const v1::RelativeEffect* before,
                              const v1::RelativeEffect* after, bool same_scale);

// Effects of different outcomes or measures are on different scales: neither is
// subtracted from the other. What an event says of that: `MD -> SMD`,
// `pain -> function`; empty if it does not put effects on another scale.
std::string ScaleChange(const v1::ConclusionEvent& event);

// Whether none of the events does.
bool KeepScale(
    const google::protobuf::RepeatedPtrField<v1::ConclusionEvent>& events);

// `+6.59`; exact for programs.
Cell SignedNumber(double value);

// `SIGNIFICANCE_LOST, EFFECT_SHIFTED`: the kinds of the events of one
// comparison, whichever way round, each once; empty if there are none.
std::string KindsOf(
    const google::protobuf::RepeatedPtrField<v1::ConclusionEvent>& events,
    const std::string& first, const std::string& second);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_COMPARISON_CHANGE_H_
