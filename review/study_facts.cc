#include "review/study_facts.h"

#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "review/protocol.h"
#include "tidemark/v1/review.pb.h"

namespace tidemark::review {
namespace {

// The judgement of the analysis' outcome at its time point, else the one of
// every time point; null if there is none.
template <typename Judgement>
const Judgement* FindJudgement(
    const google::protobuf::RepeatedPtrField<Judgement>& judgements,
    const v1::Analysis& analysis) {
  const Judgement* found = nullptr;
  for (const Judgement& judgement : judgements) {
    if (judgement.outcome() != analysis.outcome()) continue;
    if (judgement.time_point() == analysis.time_point()) return &judgement;
    if (judgement.time_point().empty()) found = &judgement;
  }
  return found;
}

// The mean over results of when they were measured; 0 if nothing says.
double MeanMonths(const v1::Trial& trial, const AnalysisFrame& frame) {
  const double nominal =
      frame.time_point == nullptr ? 0 : frame.time_point->months();
  double sum = 0;
  int count = 0;
  for (const v1::Result& result : trial.results()) {
    if (!IsFor(result, *frame.analysis)) continue;
    const double months =
        result.actual_months() > 0 ? result.actual_months() : nominal;
    if (months == 0) continue;
    sum += months;
    ++count;
  }
  return count > 0 ? sum / count : nominal;
}

std::set<std::string> ArmsWithData(const v1::Trial& trial,
                                   const v1::Analysis& analysis) {
  std::set<std::string> arms;
  for (const v1::Result& result : trial.results()) {
    if (IsFor(result, analysis)) {
      arms.insert(result.arms().begin(), result.arms().end());
    }
  }
  for (const v1::Contrast& contrast : trial.contrasts()) {
    if (!IsFor(contrast, analysis)) continue;
    arms.insert(contrast.first());
    arms.insert(contrast.second());
  }
  return arms;
}

void SetIfSaid(const char* name, const std::string& value,
               Attributes* attributes) {
  if (!value.empty()) (*attributes)[name] = value;
}

// `SOME_CONCERNS` as `some_concerns`; what is unspecified says nothing.
template <typename Code>
std::string Word(Code code, const std::string& name) {
  return code == 0 ? "" : absl::AsciiStrToLower(name);
}

}  // namespace

const StudyFacts& FactsOfStudy(const FactsByStudy& facts,
                               const std::string& study) {
  static const auto* const nothing = new StudyFacts;
  const auto known = facts.find(study);
  return known == facts.end() ? *nothing : known->second;
}

StudyFacts FactsOf(const v1::Trial& trial, const AnalysisFrame& frame) {
  const v1::Analysis& analysis = *frame.analysis;
  StudyFacts facts;
  if (const auto* bias = FindJudgement(trial.risk_of_bias(), analysis)) {
    facts.risk_of_bias = bias->overall();
  }
  if (const auto* judged = FindJudgement(trial.indirectness(), analysis)) {
    facts.indirectness = judged->judgement();
  }
  Attributes& of = facts.attributes;
  if (trial.year() > 0) of["year"] = absl::StrCat(trial.year());
  SetIfSaid("country", trial.country(), &of);
  SetIfSaid("design",
            Word(trial.design(), v1::Trial::Design_Name(trial.design())), &of);
  SetIfSaid("risk_of_bias",
            Word(facts.risk_of_bias,
                 v1::RiskOfBias::Judgement_Name(facts.risk_of_bias)),
            &of);
  SetIfSaid("indirectness",
            Word(facts.indirectness,
                 v1::Indirectness::Judgement_Name(facts.indirectness)),
            &of);
  if (const double months = MeanMonths(trial, frame); months > 0) {
    of["months"] = absl::StrCat(months);
  }
  for (const std::string& id : ArmsWithData(trial, analysis)) {
    const v1::Arm* arm = FindById(trial.arms(), id);
    const v1::NodeRule* rule =
        FindNodeRule(*frame.node_map, arm->treatment(), analysis.time_point());
    if (rule == nullptr) continue;
    ArmFacts arm_facts = {rule->node(), {}};
    arm_facts.attributes.insert(arm->attributes().begin(),
                                arm->attributes().end());
    arm_facts.attributes["treatment"] = arm->treatment();
    facts.arms.push_back(std::move(arm_facts));
  }
  return facts;
}

}  // namespace tidemark::review
