#include "review/select_contrasts.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "nma/baseline_effects.h"
#include "nma/study.h"
#include "tidemark/v1/effect_measure.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {
namespace {

using ArmsOfNode = std::map<std::string, std::set<std::string>>;
using Contrasts = std::vector<const v1::Contrast*>;

std::string NameOf(const v1::Contrast& contrast) {
  return absl::StrCat("contrast ", contrast.first(), " - ", contrast.second());
}

// Those on the measure of the analysis.
Contrasts OnItsMeasure(Selection& selection) {
  Contrasts found;
  for (const v1::Contrast& contrast : selection.trial().contrasts()) {
    if (!IsFor(contrast, selection.analysis())) continue;
    if (contrast.effect_measure() == selection.analysis().effect_measure()) {
      found.push_back(&contrast);
      continue;
    }
    selection.LeaveOut(
        absl::StrCat(NameOf(contrast), " is on ",
                     v1::EffectMeasure::Code_Name(contrast.effect_measure())));
  }
  return found;
}

// False, with the study left out, if two arms fall on one node.
bool EachOnItsOwnNode(const ArmsOfNode& arms_of_node, Selection& selection) {
  for (const auto& [node, arms] : arms_of_node) {
    if (arms.size() < 2) continue;
    selection.LeaveOutStudy(
        absl::StrCat("arms ", absl::StrJoin(arms, ", "), " fall on node ", node,
                     " and contrasts alone cannot be pooled"));
    return false;
  }
  return true;
}

void SelectAllPairs(const Contrasts& found, Selection& selection) {
  std::vector<nma::Contrast> contrasts;
  ArmsOfNode arms_of_node;
  for (const v1::Contrast* contrast : found) {
    const std::string* first = selection.NodeOfArm(contrast->first());
    const std::string* second = selection.NodeOfArm(contrast->second());
    if (first == nullptr || second == nullptr) continue;
    selection.NoteDerivations(*contrast, NameOf(*contrast));
    arms_of_node[*first].insert(contrast->first());
    arms_of_node[*second].insert(contrast->second());
    contrasts.push_back({*first, *second, contrast->effect(), contrast->se()});
  }
  if (!EachOnItsOwnNode(arms_of_node, selection)) return;
  if (contrasts.empty()) {
    return selection.LeaveOutStudy("no contrast can be used");
  }
  selection.Use(std::move(contrasts));
}

// With the standard error of the baseline the variance of every arm is known,
// so any arm can be left out, the baseline too.
void SelectBaseline(const Contrasts& found, Selection& selection) {
  const std::string& baseline = found[0]->second();
  const std::string* baseline_node = selection.NodeOfArm(baseline);
  nma::BaselineContrasts data{baseline_node == nullptr ? "" : *baseline_node,
                              found[0]->baseline_se(),
                              {}};
  ArmsOfNode arms_of_node;
  if (baseline_node != nullptr) arms_of_node[*baseline_node].insert(baseline);
  for (const v1::Contrast* contrast : found) {
    const std::string* node = selection.NodeOfArm(contrast->first());
    if (node == nullptr) continue;
    selection.NoteDerivations(*contrast, NameOf(*contrast));
    arms_of_node[*node].insert(contrast->first());
    data.contrasts.push_back({*node, contrast->effect(), contrast->se()});
  }
  if (!EachOnItsOwnNode(arms_of_node, selection)) return;
  if (arms_of_node.size() < 2) {
    return selection.LeaveOutStudy("no contrast can be used");
  }
  if (baseline_node == nullptr) {
    data = nma::WithoutBaseline(data);
    selection.Note(absl::StrCat("differences to arm ", baseline,
                                " used as differences to node ",
                                data.baseline));
  }
  selection.Use(std::move(data));
}

}  // namespace

void SelectContrasts(Selection& selection) {
  const Contrasts found = OnItsMeasure(selection);
  const bool has_baseline = std::any_of(
      found.begin(), found.end(),
      [](const v1::Contrast* contrast) { return contrast->has_baseline_se(); });
  if (has_baseline) {
    SelectBaseline(found, selection);
  } else {
    SelectAllPairs(found, selection);
  }
}

}  // namespace tidemark::review
