#include "review/select_arms.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <optional>
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
#include "tidemark/v1/effect_measure.pb.h"
#include "tidemark/v1/review.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {
namespace {

using Results = std::vector<const v1::Result*>;

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

Results ResultsOfPreferredInstrument(Selection& selection) {
  Results results;
  for (const v1::Result& result : selection.trial().results()) {
    if (IsFor(result, selection.analysis())) results.push_back(&result);
  }
  for (const v1::Instrument& instrument :
       selection.frame().outcome->instruments()) {
    Results chosen;
    std::copy_if(results.begin(), results.end(), std::back_inserter(chosen),
                 [&](const v1::Result* result) {
                   return result->instrument() == instrument.id();
                 });
    if (chosen.empty()) continue;
    std::string note = Describe(instrument, *selection.frame().outcome);
    if (chosen.size() < results.size()) {
      absl::StrAppend(&note, ", preferred to others that the trial reports");
    }
    selection.Note(std::move(note));
    return chosen;
  }
  return results;
}

void DropIncomplete(Results& results, Selection& selection) {
  const auto incomplete = [&](const v1::Result* result) {
    const absl::string_view missing = MissingNumber(*result);
    if (missing.empty()) return false;
    selection.LeaveOut(
        absl::StrCat(missing, " of ", ArmNames(*result), " not reported"));
    return true;
  };
  results.erase(std::remove_if(results.begin(), results.end(), incomplete),
                results.end());
}

void DropSetsOfArmsApart(Results& results, Selection& selection) {
  const Results all = results;
  const auto superseded = [&](const v1::Result* set) {
    const bool apart =
        std::any_of(all.begin(), all.end(), [set](const v1::Result* other) {
          return other->arms_size() < set->arms_size() &&
                 ShareArms(*other, *set);
        });
    if (apart) {
      selection.Note(absl::StrCat(ArmNames(*set),
                                  " reported together not used: the arms "
                                  "are reported apart"));
    }
    return apart;
  };
  results.erase(std::remove_if(results.begin(), results.end(), superseded),
                results.end());
}

// The node of all arms of the result, or null with the reason left out.
const std::string* NodeOfResult(const v1::Result& result,
                                Selection& selection) {
  const std::string* node = selection.NodeOfArm(result.arms(0));
  for (int i = 1; node != nullptr && i < result.arms_size(); ++i) {
    const std::string* other = selection.NodeOfArm(result.arms(i));
    if (other == nullptr) return nullptr;
    if (*other != *node) {
      selection.LeaveOut(absl::StrCat(
          ArmNames(result), " are reported together but fall on nodes ", *node,
          " and ", *other));
      return nullptr;
    }
  }
  return node;
}

// Groups results by node and pools those that share one. `read` makes an arm of
// a result and a node.
template <typename Arm, typename Read>
void PoolArms(const Results& results, Read read, Selection& selection) {
  std::map<std::string, Arm> arms;
  std::map<std::string, std::vector<std::string>> pooled;
  for (const v1::Result* result : results) {
    const std::string* node = NodeOfResult(*result, selection);
    if (node == nullptr) continue;
    selection.NoteDerivations(*result, ArmNames(*result));
    const Arm arm = read(*result, *node);
    const auto [at, is_new] = arms.emplace(*node, arm);
    if (!is_new) at->second = nma::Pool(at->second, arm);
    pooled[*node].push_back(absl::StrJoin(result->arms(), "+"));
  }
  for (const auto& [node, names] : pooled) {
    if (names.size() < 2) continue;
    selection.Note(absl::StrCat("arms ", absl::StrJoin(names, ", "),
                                " pooled on node ", node));
  }
  if (arms.size() < 2) {
    selection.LeaveOutStudy(absl::StrCat("arms on ", arms.size(), " node",
                                         arms.size() == 1 ? "" : "s",
                                         ", a comparison needs 2"));
    return;
  }
  std::vector<Arm> list;
  list.reserve(arms.size());
  for (auto& [node, arm] : arms) list.push_back(std::move(arm));
  selection.Use(std::move(list));
}

bool IsChange(const v1::Result* result) {
  return result->continuous().value_kind() == v1::Continuous::CHANGE;
}

Rescaling RescalingOf(const v1::Result& result, const v1::Outcome& outcome) {
  return MakeRescaling(*FindById(outcome.instruments(), result.instrument()),
                       outcome);
}

// Why the means of the results do not give the measure, if so.
std::optional<std::string> UnsuitableMeans(const Results& results,
                                           const Selection& selection) {
  const v1::EffectMeasure::Code measure = selection.analysis().effect_measure();
  const auto changes = std::count_if(results.begin(), results.end(), IsChange);
  if (changes > 0 && measure == v1::EffectMeasure::SMD) {
    return "reports changes since baseline, whose SD standardises nothing "
           "comparable (SMD needs final values)";
  }
  if (changes > 0 && measure == v1::EffectMeasure::ROM) {
    return "reports changes since baseline, whose ratio means nothing (ROM "
           "needs final values)";
  }
  if (changes > 0 && changes < static_cast<int>(results.size())) {
    return "reports final values of some arms and changes of others, which do "
           "not compare";
  }
  if (results.empty() || measure != v1::EffectMeasure::ROM) return std::nullopt;
  // All are of one instrument.
  const v1::Outcome& outcome = *selection.frame().outcome;
  if (KeepsZero(RescalingOf(*results[0], outcome), outcome)) {
    return std::nullopt;
  }
  return absl::StrCat("zero of instrument ", results[0]->instrument(),
                      " is not zero of outcome ", outcome.id(),
                      " (ROM needs a common true zero)");
}

void SelectMeans(const Results& results, Selection& selection) {
  if (const auto reason = UnsuitableMeans(results, selection)) {
    return selection.LeaveOutStudy(*reason);
  }
  PoolArms<nma::ContinuousArm>(
      results,
      [&](const v1::Result& result, const std::string& node) {
        const Rescaling scale = RescalingOf(result, *selection.frame().outcome);
        const v1::Continuous& value = result.continuous();
        const bool final = value.value_kind() == v1::Continuous::FINAL;
        return nma::ContinuousArm{
            node, (final ? scale.offset : 0) + scale.factor * value.mean(),
            std::abs(scale.factor) * value.sd(),
            static_cast<double>(value.n())};
      },
      selection);
}

nma::BinaryArm ToBinaryArm(const v1::Result& result, const std::string& node) {
  return {node, static_cast<double>(result.binary().events()),
          static_cast<double>(result.binary().n())};
}

nma::RateArm ToRateArm(const v1::Result& result, const std::string& node) {
  return {node, static_cast<double>(result.rate().events()),
          result.rate().exposure()};
}

}  // namespace

bool SelectArms(Selection& selection) {
  Results results = ResultsOfPreferredInstrument(selection);
  if (results.empty()) return false;
  DropIncomplete(results, selection);
  DropSetsOfArmsApart(results, selection);
  switch (selection.frame().outcome->kind()) {
    case v1::Outcome::CONTINUOUS:
      SelectMeans(results, selection);
      break;
    case v1::Outcome::BINARY:
      PoolArms<nma::BinaryArm>(results, ToBinaryArm, selection);
      break;
    default:
      PoolArms<nma::RateArm>(results, ToRateArm, selection);
  }
  return true;
}

}  // namespace tidemark::review
