#include "review/select_results.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "nma/pool_arms.h"
#include "nma/study.h"
#include "review/protocol.h"
#include "review/rescale.h"
#include "review/result_key.h"
#include "tidemark/v1/review.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {
namespace {

using Results = std::vector<const v1::Result*>;

template <typename Item>
bool IsFor(const Item& item, const v1::Analysis& analysis) {
  return item.outcome() == analysis.outcome() &&
         item.time_point() == analysis.time_point();
}

// The first missing number's name, or empty.
absl::string_view MissingNumber(const v1::Result& result) {
  if (result.has_continuous()) {
    const v1::Continuous& value = result.continuous();
    if (!value.has_mean()) return "mean";
    if (!value.has_sd()) return "sd";
    return value.has_n() ? "" : "n";
  }
  if (result.has_binary()) {
    if (!result.binary().has_events()) return "events";
    return result.binary().has_n() ? "" : "n";
  }
  if (!result.rate().has_events()) return "events";
  return result.rate().has_exposure() ? "" : "exposure";
}

std::string ArmNames(const v1::Result& result) {
  return absl::StrCat(result.arms_size() == 1 ? "arm " : "arms ",
                      absl::StrJoin(result.arms(), "+"));
}

// Selects for one trial and analysis.
class Selector {
 public:
  Selector(const v1::Trial& trial, const AnalysisFrame& frame)
      : trial_(trial), frame_(frame) {}

  SelectedStudy Run() {
    Results results = ResultsOfPreferredInstrument();
    if (results.empty()) {
      SelectContrasts();
    } else {
      DropIncomplete(results);
      DropSetsOfArmsApart(results);
      SelectArms(results);
    }
    if (!selected_.reason.empty()) selected_.study.reset();
    return std::move(selected_);
  }

 private:
  void Note(std::string note) { selected_.notes.push_back(std::move(note)); }

  // A note of what was left out becomes the reason if nothing else remains.
  void LeaveOut(const std::string& what) {
    dropped_.push_back(what);
    Note(absl::StrCat("left out: ", what));
  }

  void LeaveOutStudy(absl::string_view because) {
    selected_.reason = std::string(because);
    if (!dropped_.empty()) {
      absl::StrAppend(&selected_.reason, ": ", absl::StrJoin(dropped_, "; "));
    }
  }

  Results ResultsOfPreferredInstrument();
  void DropIncomplete(Results& results);
  void DropSetsOfArmsApart(Results& results);
  // The node of an arm, or null with the reason left out.
  const std::string* NodeOfArm(const std::string& arm);
  // The node of all arms of the result, or null likewise.
  const std::string* NodeOfResult(const v1::Result& result);
  void SelectArms(const Results& results);
  template <typename Arm, typename Read>
  void PoolArms(const Results& results, Read read);
  // `item` is a result or contrast; `name` says which.
  template <typename Item>
  void NoteDerivations(const Item& item, const std::string& name);
  void SelectContrasts();

  const v1::Trial& trial_;
  const AnalysisFrame& frame_;
  SelectedStudy selected_;
  std::vector<std::string> dropped_;
};

Results Selector::ResultsOfPreferredInstrument() {
  Results results;
  for (const v1::Result& result : trial_.results()) {
    if (IsFor(result, *frame_.analysis)) results.push_back(&result);
  }
  for (const v1::Instrument& instrument : frame_.outcome->instruments()) {
    Results chosen;
    std::copy_if(results.begin(), results.end(), std::back_inserter(chosen),
                 [&](const v1::Result* result) {
                   return result->instrument() == instrument.id();
                 });
    if (chosen.empty()) continue;
    std::string note = Describe(instrument, *frame_.outcome);
    if (chosen.size() < results.size()) {
      absl::StrAppend(&note, ", preferred to others that the trial reports");
    }
    Note(std::move(note));
    return chosen;
  }
  return results;
}

void Selector::DropIncomplete(Results& results) {
  const auto incomplete = [&](const v1::Result* result) {
    const absl::string_view missing = MissingNumber(*result);
    if (missing.empty()) return false;
    LeaveOut(absl::StrCat(missing, " of ", ArmNames(*result), " not reported"));
    return true;
  };
  results.erase(std::remove_if(results.begin(), results.end(), incomplete),
                results.end());
}

void Selector::DropSetsOfArmsApart(Results& results) {
  const Results all = results;
  const auto superseded = [&](const v1::Result* set) {
    const bool apart =
        std::any_of(all.begin(), all.end(), [set](const v1::Result* other) {
          return other->arms_size() < set->arms_size() &&
                 ShareArms(*other, *set);
        });
    if (apart) {
      Note(absl::StrCat(ArmNames(*set),
                        " reported together not used: the arms "
                        "are reported apart"));
    }
    return apart;
  };
  results.erase(std::remove_if(results.begin(), results.end(), superseded),
                results.end());
}

const std::string* Selector::NodeOfArm(const std::string& arm_id) {
  const v1::Arm* arm = FindById(trial_.arms(), arm_id);
  const v1::NodeRule* rule = FindNodeRule(*frame_.node_map, arm->treatment(),
                                          frame_.analysis->time_point());
  if (rule != nullptr) return &rule->node();
  LeaveOut(absl::StrCat("treatment ", arm->treatment(), " of arm ", arm_id,
                        " is on no node of map ", frame_.node_map->id()));
  return nullptr;
}

const std::string* Selector::NodeOfResult(const v1::Result& result) {
  const std::string* node = NodeOfArm(result.arms(0));
  for (int i = 1; node != nullptr && i < result.arms_size(); ++i) {
    const std::string* other = NodeOfArm(result.arms(i));
    if (other == nullptr) return nullptr;
    if (*other != *node) {
      LeaveOut(absl::StrCat(ArmNames(result),
                            " are reported together but fall on nodes ", *node,
                            " and ", *other));
      return nullptr;
    }
  }
  return node;
}

template <typename Item>
void Selector::NoteDerivations(const Item& item, const std::string& name) {
  for (const v1::Derivation& derivation : item.derivations()) {
    Note(absl::StrCat(
        derivation.field(), " of ", name, " ",
        derivation.kind() == v1::Derivation::IMPUTED ? "imputed" : "derived",
        ": ", derivation.method()));
  }
}

// Groups results by node and pools those that share one. `read` makes an arm of
// a result and a node.
template <typename Arm, typename Read>
void Selector::PoolArms(const Results& results, Read read) {
  std::map<std::string, Arm> arms;
  std::map<std::string, std::vector<std::string>> pooled;
  for (const v1::Result* result : results) {
    const std::string* node = NodeOfResult(*result);
    if (node == nullptr) continue;
    NoteDerivations(*result, ArmNames(*result));
    const Arm arm = read(*result, *node);
    const auto [at, is_new] = arms.emplace(*node, arm);
    if (!is_new) at->second = nma::Pool(at->second, arm);
    pooled[*node].push_back(absl::StrJoin(result->arms(), "+"));
  }
  for (const auto& [node, names] : pooled) {
    if (names.size() < 2) continue;
    Note(absl::StrCat("arms ", absl::StrJoin(names, ", "), " pooled on node ",
                      node));
  }
  if (arms.size() < 2) {
    LeaveOutStudy(absl::StrCat("arms on ", arms.size(), " node",
                               arms.size() == 1 ? "" : "s",
                               ", a comparison needs 2"));
    return;
  }
  std::vector<Arm> list;
  list.reserve(arms.size());
  for (auto& [node, arm] : arms) list.push_back(std::move(arm));
  selected_.study = nma::Study{trial_.trial_id(), std::move(list)};
}

void Selector::SelectArms(const Results& results) {
  switch (frame_.outcome->kind()) {
    case v1::Outcome::CONTINUOUS: {
      if (frame_.analysis->effect_measure() == v1::EffectMeasure::SMD &&
          std::any_of(results.begin(), results.end(), [](const auto* result) {
            return result->continuous().value_kind() == v1::Continuous::CHANGE;
          })) {
        return LeaveOutStudy(
            "reports changes since baseline, whose SD standardises nothing "
            "comparable (SMD needs final values)");
      }
      if (std::any_of(results.begin(), results.end(), [&](const auto* result) {
            return result->continuous().value_kind() !=
                   results[0]->continuous().value_kind();
          })) {
        return LeaveOutStudy(
            "reports final values of some arms and changes of others, which "
            "do not compare");
      }
      return PoolArms<nma::ContinuousArm>(
          results, [this](const v1::Result& result, const std::string& node) {
            const Rescaling scale = MakeRescaling(
                *FindById(frame_.outcome->instruments(), result.instrument()),
                *frame_.outcome);
            const v1::Continuous& value = result.continuous();
            const bool final = value.value_kind() == v1::Continuous::FINAL;
            return nma::ContinuousArm{
                node, (final ? scale.offset : 0) + scale.factor * value.mean(),
                std::abs(scale.factor) * value.sd(),
                static_cast<double>(value.n())};
          });
    }
    case v1::Outcome::BINARY:
      return PoolArms<nma::BinaryArm>(
          results, [](const v1::Result& result, const std::string& node) {
            return nma::BinaryArm{node,
                                  static_cast<double>(result.binary().events()),
                                  static_cast<double>(result.binary().n())};
          });
    default:
      return PoolArms<nma::RateArm>(results, [](const v1::Result& result,
                                                const std::string& node) {
        return nma::RateArm{node, static_cast<double>(result.rate().events()),
                            result.rate().exposure()};
      });
  }
}

void Selector::SelectContrasts() {
  std::vector<nma::Contrast> contrasts;
  std::map<std::string, std::set<std::string>> arms_of_node;
  for (const v1::Contrast& contrast : trial_.contrasts()) {
    if (!IsFor(contrast, *frame_.analysis)) continue;
    const std::string name =
        absl::StrCat("contrast ", contrast.first(), " - ", contrast.second());
    if (contrast.effect_measure() != frame_.analysis->effect_measure()) {
      LeaveOut(absl::StrCat(
          name, " is on ",
          v1::EffectMeasure::Code_Name(contrast.effect_measure())));
      continue;
    }
    const std::string* first = NodeOfArm(contrast.first());
    const std::string* second = NodeOfArm(contrast.second());
    if (first == nullptr || second == nullptr) continue;
    NoteDerivations(contrast, name);
    arms_of_node[*first].insert(contrast.first());
    arms_of_node[*second].insert(contrast.second());
    contrasts.push_back({*first, *second, contrast.effect(), contrast.se()});
  }
  for (const auto& [node, arms] : arms_of_node) {
    if (arms.size() > 1) {
      return LeaveOutStudy(
          absl::StrCat("arms ", absl::StrJoin(arms, ", "), " fall on node ",
                       node, " and contrasts alone cannot be pooled"));
    }
  }
  if (contrasts.empty()) return LeaveOutStudy("no contrast can be used");
  selected_.study = nma::Study{trial_.trial_id(), std::move(contrasts)};
}

}  // namespace

bool HasData(const v1::Trial& trial, const v1::Analysis& analysis) {
  const auto is_for = [&](const auto& item) { return IsFor(item, analysis); };
  return std::any_of(trial.results().begin(), trial.results().end(), is_for) ||
         std::any_of(trial.contrasts().begin(), trial.contrasts().end(),
                     is_for);
}

SelectedStudy SelectResults(const v1::Trial& trial,
                            const AnalysisFrame& frame) {
  return Selector(trial, frame).Run();
}

}  // namespace tidemark::review
