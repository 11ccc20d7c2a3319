// What figures say of effects.
#ifndef TIDEMARK_CLIENT_REPORT_EFFECT_WORDS_H_
#define TIDEMARK_CLIENT_REPORT_EFFECT_WORDS_H_

#include <string>
#include <vector>

#include "client/report/subject.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::report {

// `-22.59 [-35.98, -9.20]`; of a ratio as ratios.
std::string NumbersOf(const v1::Estimate& estimate,
                      const v1::RelativeEffect& effect);

// `prediction [-46.1, 0.9]`, of a ratio as ratios; empty without one.
std::string PredictionOf(const v1::Estimate& estimate,
                         const v1::RelativeEffect& effect);

// `MD (points)`, `OR`.
std::string MeasureOf(const v1::Estimate& estimate, const Subject& subject);

// Where its numbers come from: review, analysis, sequence, studies.
std::string SourceOf(const v1::Estimate& estimate, const Subject& subject);

// The same, then heterogeneity and the subject's remarks, each a paragraph.
std::vector<std::string> NotesOf(const v1::Estimate& estimate,
                                 const Subject& subject);

// Treatments of `estimate` by P-score under random effects, the best first.
std::vector<std::string> ByPScore(const v1::Estimate& estimate);

// Of a treatment of `estimate`.
double PScoreOf(const v1::Estimate& estimate, const std::string& treatment);

}  // namespace tidemark::report

#endif  // TIDEMARK_CLIENT_REPORT_EFFECT_WORDS_H_
