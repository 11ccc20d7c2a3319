#include "review/selection.h"

#include <utility>

#include "absl/strings/str_join.h"
#include "review/protocol.h"

namespace tidemark::review {

void Selection::Note(std::string note) {
  selected_.notes.push_back(std::move(note));
}

void Selection::LeaveOut(const std::string& what) {
  dropped_.push_back(what);
  Note(absl::StrCat("left out: ", what));
}

void Selection::LeaveOutStudy(absl::string_view because) {
  selected_.reason = std::string(because);
  if (!dropped_.empty()) {
    absl::StrAppend(&selected_.reason, ": ", absl::StrJoin(dropped_, "; "));
  }
}

void Selection::Use(decltype(nma::Study::data) data) {
  selected_.study = nma::Study{trial_.trial_id(), std::move(data)};
}

const std::string* Selection::NodeOfArm(const std::string& arm_id) {
  const v1::Arm* arm = FindById(trial_.arms(), arm_id);
  const v1::NodeRule* rule = FindNodeRule(*frame_.node_map, arm->treatment(),
                                          frame_.analysis->time_point());
  if (rule != nullptr) return &rule->node();
  LeaveOut(absl::StrCat("treatment ", arm->treatment(), " of arm ", arm_id,
                        " is on no node of map ", frame_.node_map->id()));
  return nullptr;
}

SelectedStudy Selection::Finish() && {
  if (!selected_.reason.empty()) selected_.study.reset();
  return std::move(selected_);
}

}  // namespace tidemark::review
