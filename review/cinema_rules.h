// The rules by which CINeMA's domains follow from numbers (docs/methods.md has
// the same table).
#ifndef TIDEMARK_REVIEW_CINEMA_RULES_H_
#define TIDEMARK_REVIEW_CINEMA_RULES_H_

#include <optional>
#include <vector>

#include "nma/interval.h"
#include "tidemark/v1/evidence_flow.pb.h"
#include "tidemark/v1/relative_effect.pb.h"

namespace tidemark::review {

// The rules are those of the code of CINeMA's front end 2.0, which differs from
// its documentation. Each is a pure function.

struct CinemaRuleText {
  const char* domain;
  const char* holds_if;   // as judgements say it
  const char* judgement;  // `no`, `some` or `major` concerns, `the level`
};

// Every rule, in the order of the table.
const std::vector<CinemaRuleText>& CinemaRuleTexts();

// How many ends of the zone from `lower` to `upper` lie inside the interval.
// None if the interval lies inside the zone or beside it; ends that coincide
// count as the front end counts them.
int Crossings(const nma::Interval& interval, double lower, double upper);

// Within-study bias, or indirectness, of the shares of studies. UNSPECIFIED is
// AVERAGE. Not assessable if the studies that nobody judged have a share.
// Shares within 1e-9 of each other are equal, and a mean within 1e-9 of a half
// is one.
v1::ConfidenceFromStudies JudgeFromStudies(const v1::SharesByLevel& shares,
                                           v1::CinemaRule::Code rule);

// The rules below hold numbers against a range of equivalence from -mid to mid;
// not assessable if they need it and it is absent, or without an interval.

// The zone of important effects on the side of the estimate does not matter:
// crossings are those of no effect and of the limit on the other side.
v1::ImprecisionJudgement JudgeImprecision(const v1::RelativeEffect& effect,
                                          std::optional<double> mid);

// The same zone for the confidence and the prediction interval; the whole range
// of equivalence for the latter if the former lies inside it.
v1::HeterogeneityJudgement JudgeHeterogeneity(const v1::RelativeEffect& effect,
                                              std::optional<double> mid);

struct IncoherenceEvidence {
  v1::IncoherenceJudgement::Evidence evidence =
      v1::IncoherenceJudgement::EVIDENCE_UNSPECIFIED;
  // Of mixed evidence that of direct minus indirect, absent only if it is
  // beyond the range of double; else that of the design-by-treatment test,
  // absent without one.
  std::optional<double> p;
  // Of mixed evidence; absent only if they are beyond the range of double.
  std::optional<nma::Interval> direct;
  std::optional<nma::Interval> indirect;
};

// A p-value is rounded to three decimals first.
v1::IncoherenceJudgement JudgeIncoherence(const IncoherenceEvidence& evidence,
                                          std::optional<double> mid);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_CINEMA_RULES_H_
