// What is known of a study beside its results: what may explain or weigh them.
#ifndef TIDEMARK_REVIEW_STUDY_FACTS_H_
#define TIDEMARK_REVIEW_STUDY_FACTS_H_

#include <map>
#include <string>
#include <vector>

#include "review/selection.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {

// By name, as they were recorded.
using Attributes = std::map<std::string, std::string>;

struct ArmFacts {
  std::string node;
  Attributes attributes;
};

struct StudyFacts {
  Attributes attributes;
  std::vector<ArmFacts> arms;
  // Unspecified: not judged.
  v1::RiskOfBias::Judgement risk_of_bias =
      v1::RiskOfBias::JUDGEMENT_UNSPECIFIED;
  v1::Indirectness::Judgement indirectness =
      v1::Indirectness::JUDGEMENT_UNSPECIFIED;
};

// Of studies, by id.
using FactsByStudy = std::map<std::string, StudyFacts>;

// What is known of a study; nothing if `facts` do not have it.
const StudyFacts& FactsOfStudy(const FactsByStudy& facts,
                               const std::string& study);

// Of a trial in an analysis.
//
// Of the study `year`, `country`, `design`, `months` (the mean actual time of
// its results, the nominal one where a result does not say; none over
// follow-up), `risk_of_bias` and `indirectness`, each in lower case if it is a
// code, absent where the trial does not say. A judgement of the time point goes
// before one of every time point.
//
// Arms are those that a result or contrast of the analysis names and the node
// map puts on a node; of each its attributes and `treatment`. An attribute that
// is called `treatment` does not replace that.
//
// O(results · arms).
StudyFacts FactsOf(const v1::Trial& trial, const AnalysisFrame& frame);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_STUDY_FACTS_H_
