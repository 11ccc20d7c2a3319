// What one trial gives to an analysis, as it is put together.
#ifndef TIDEMARK_REVIEW_SELECTION_H_
#define TIDEMARK_REVIEW_SELECTION_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "nma/study.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/review.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {

// What an analysis names of its review, looked up once.
struct AnalysisFrame {
  const v1::Analysis* analysis = nullptr;
  const v1::Outcome* outcome = nullptr;
  const v1::NodeMap* node_map = nullptr;
  // Null: over follow-up.
  const v1::TimePoint* time_point = nullptr;
};

// What a trial gives to an analysis.
struct SelectedStudy {
  // Absent: left out.
  std::optional<nma::Study> study;
  // Why it is left out. Empty if `study` is there.
  std::string reason;
  // What was done to its numbers, and arms that were left out.
  std::vector<std::string> notes;
};

// Whether a result or contrast is for the analysis' outcome at its time point.
template <typename Item>
bool IsFor(const Item& item, const v1::Analysis& analysis) {
  return item.outcome() == analysis.outcome() &&
         item.time_point() == analysis.time_point();
}

// Collects the study of one trial, its notes and what is left out. The trial
// and the frame must outlive it.
class Selection {
 public:
  Selection(const v1::Trial& trial, const AnalysisFrame& frame)
      : trial_(trial), frame_(frame) {}

  const v1::Trial& trial() const { return trial_; }
  const AnalysisFrame& frame() const { return frame_; }
  const v1::Analysis& analysis() const { return *frame_.analysis; }

  void Note(std::string note);
  // A note of what was left out becomes the reason if nothing else remains.
  void LeaveOut(const std::string& what);
  // Then nothing of the trial is used.
  void LeaveOutStudy(absl::string_view because);
  void Use(decltype(nma::Study::data) data);

  // The node of an arm, or null with the reason left out.
  const std::string* NodeOfArm(const std::string& arm);

  // Notes what was made of `item`, a result or contrast; `name` says which.
  template <typename Item>
  void NoteDerivations(const Item& item, const std::string& name) {
    for (const v1::Derivation& derivation : item.derivations()) {
      const bool imputed = derivation.kind() == v1::Derivation::IMPUTED;
      Note(absl::StrCat(derivation.field(), " of ", name, " ",
                        imputed ? "imputed" : "derived", ": ",
                        derivation.method()));
    }
  }

  SelectedStudy Finish() &&;

 private:
  const v1::Trial& trial_;
  const AnalysisFrame& frame_;
  SelectedStudy selected_;
  std::vector<std::string> dropped_;
};

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_SELECTION_H_
