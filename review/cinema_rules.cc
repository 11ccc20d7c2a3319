#include "review/cinema_rules.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"

namespace tidemark::review {
namespace {

using Level = v1::Concern::Level;

constexpr char kMajority[] =
    "the level with the largest share of the evidence, the lower of equal ones";
constexpr char kAverage[] =
    "the mean level by share of the evidence (low 1, some 2, high 3), rounded, "
    "halves up";
constexpr char kHighest[] = "the highest level with a share of the evidence";

constexpr char kWithinRange[] =
    "the confidence interval lies within the range of equivalence";
constexpr char kCrossesNone[] =
    "the confidence interval crosses neither no effect nor the limit of "
    "important effects on the other side of it than the estimate";
constexpr char kCrossesOne[] = "the confidence interval crosses one of the two";
constexpr char kCrossesBoth[] = "the confidence interval crosses both";

constexpr char kAsMany[] =
    "the prediction interval crosses as many limits as the confidence interval";
constexpr char kOneMore[] = "the prediction interval crosses one more";
constexpr char kTwoMore[] = "the prediction interval crosses two more";

constexpr char kDirectAgrees[] =
    "mixed evidence: direct minus indirect has p >= 0.10";
constexpr char kAgreesOnThree[] =
    "mixed evidence, p < 0.10: the intervals agree about all three areas";
constexpr char kAgreesOnTwo[] =
    "mixed evidence, p < 0.10: the intervals agree about two areas";
constexpr char kAgreesOnFew[] =
    "mixed evidence, p < 0.10: the intervals agree about one area or none";
constexpr char kNetworkAgrees[] =
    "direct or indirect evidence alone: the design-by-treatment test has p > "
    "0.10";
constexpr char kNetworkDoubtful[] =
    "direct or indirect evidence alone: the design-by-treatment test has 0.05 "
    "< p <= 0.10";
constexpr char kNetworkDisagrees[] =
    "direct or indirect evidence alone: the design-by-treatment test has p <= "
    "0.05";
constexpr char kNoTest[] =
    "direct or indirect evidence alone: there is no design-by-treatment test";

constexpr char kNeedsRange[] =
    "needs a range of equivalence: ask with a minimal important difference, or "
    "give the analysis a threshold";

// Rounding of shares.
constexpr double kEqual = 1e-9;

void Judge(Level level, const char* rule, v1::ConfidenceJudgement* judgement) {
  judgement->set_level(level);
  judgement->set_rule(rule);
}

void CannotJudge(const std::string& why, v1::ConfidenceJudgement* judgement) {
  judgement->set_not_assessable(why);
}

Level LevelOf(int level) { return static_cast<Level>(level); }

// Of levels 1 to 3.
using Shares = std::array<double, 3>;

int Majority(const Shares& shares) {
  int best = 0;
  for (int i = 1; i < 3; ++i) {
    if (shares[i] > shares[best] + kEqual) best = i;
  }
  return best + 1;
}

double MeanLevel(const Shares& shares) {
  return shares[0] + 2 * shares[1] + 3 * shares[2];
}

int Average(const Shares& shares) {
  return static_cast<int>(std::floor(MeanLevel(shares) + 0.5 + kEqual));
}

int Highest(const Shares& shares) {
  return shares[2] > 0 ? 3 : shares[1] > 0 ? 2 : 1;
}

bool IsInside(const nma::Interval& interval, double lower, double upper) {
  return interval.lower > lower && interval.upper < upper;
}

nma::Interval ConfidenceOf(const v1::RelativeEffect& effect) {
  return {effect.lower(), effect.upper()};
}

// Why the confidence interval cannot be held against a range; empty if it can.
std::string WhyNoConfidence(const v1::RelativeEffect& effect,
                            std::optional<double> mid) {
  if (!mid.has_value()) return kNeedsRange;
  if (effect.has_lower() && effect.has_upper()) return "";
  return absl::StrCat("there is no confidence interval: ",
                      effect.no_interval());
}

void Write(const nma::Interval& interval, v1::Interval* message) {
  message->set_lower(interval.lower);
  message->set_upper(interval.upper);
}

// Below, within and above the range of equivalence: where values of an interval
// lie.
std::array<bool, 3> AreasOf(const nma::Interval& interval, double mid) {
  return {interval.lower<-mid, interval.lower<mid && interval.upper> - mid,
                         interval.upper>
              mid};
}

void JudgeByAgreement(const nma::Interval& direct,
                      const nma::Interval& indirect, double mid,
                      v1::IncoherenceJudgement* incoherence) {
  const std::array<bool, 3> a = AreasOf(direct, mid);
  const std::array<bool, 3> b = AreasOf(indirect, mid);
  int agreements = 0;
  for (int area = 0; area < 3; ++area) agreements += a[area] == b[area] ? 1 : 0;
  incoherence->set_agreements(agreements);
  v1::ConfidenceJudgement* judgement = incoherence->mutable_judgement();
  if (agreements == 3)
    return Judge(v1::Concern::NONE, kAgreesOnThree, judgement);
  if (agreements == 2) return Judge(v1::Concern::SOME, kAgreesOnTwo, judgement);
  Judge(v1::Concern::MAJOR, kAgreesOnFew, judgement);
}

void JudgeMixed(const IncoherenceEvidence& evidence, double p,
                std::optional<double> mid,
                v1::IncoherenceJudgement* incoherence) {
  v1::ConfidenceJudgement* judgement = incoherence->mutable_judgement();
  if (p >= 0.1) return Judge(v1::Concern::NONE, kDirectAgrees, judgement);
  if (!mid.has_value()) return CannotJudge(kNeedsRange, judgement);
  if (!evidence.direct.has_value() || !evidence.indirect.has_value()) {
    return CannotJudge("an interval is beyond the range of double precision",
                       judgement);
  }
  JudgeByAgreement(*evidence.direct, *evidence.indirect, *mid, incoherence);
}

void JudgeByNetwork(double p, v1::ConfidenceJudgement* judgement) {
  if (p > 0.1) return Judge(v1::Concern::NONE, kNetworkAgrees, judgement);
  if (p > 0.05) return Judge(v1::Concern::SOME, kNetworkDoubtful, judgement);
  Judge(v1::Concern::MAJOR, kNetworkDisagrees, judgement);
}

}  // namespace

const std::vector<CinemaRuleText>& CinemaRuleTexts() {
  static const auto* const rules = new std::vector<CinemaRuleText>{
      {"within-study bias, indirectness; majority", kMajority, "the level"},
      {"within-study bias, indirectness; average", kAverage, "the level"},
      {"within-study bias, indirectness; highest", kHighest, "the level"},
      {"imprecision", kWithinRange, "no"},
      {"imprecision", kCrossesNone, "no"},
      {"imprecision", kCrossesOne, "some"},
      {"imprecision", kCrossesBoth, "major"},
      {"heterogeneity", kAsMany, "no"},
      {"heterogeneity", kOneMore, "some"},
      {"heterogeneity", kTwoMore, "major"},
      {"incoherence", kDirectAgrees, "no"},
      {"incoherence", kAgreesOnThree, "no"},
      {"incoherence", kAgreesOnTwo, "some"},
      {"incoherence", kAgreesOnFew, "major"},
      {"incoherence", kNetworkAgrees, "no"},
      {"incoherence", kNetworkDoubtful, "some"},
      {"incoherence", kNetworkDisagrees, "major"},
      {"incoherence", kNoTest, "major"}};
  return *rules;
}

int Crossings(const nma::Interval& interval, double lower, double upper) {
  if (IsInside(interval, lower, upper)) return 0;
  if ((lower - interval.upper) * (upper - interval.lower) > 0) return 0;
  const double below = lower - interval.lower;
  const double above = upper - interval.upper;
  if (below * above > 0) return 1;
  return above > 0 ? 0 : 2;
}

v1::ConfidenceFromStudies JudgeFromStudies(const v1::SharesByLevel& shares,
                                           v1::CinemaRule::Code rule) {
  v1::ConfidenceFromStudies domain;
  *domain.mutable_shares() = shares;
  v1::ConfidenceJudgement* judgement = domain.mutable_judgement();
  if (shares.not_judged() > 0) {
    CannotJudge("studies with a share of the evidence are not judged",
                judgement);
    return domain;
  }
  const Shares levels = {shares.low(), shares.some(), shares.high()};
  domain.set_majority(LevelOf(Majority(levels)));
  domain.set_average(LevelOf(Average(levels)));
  domain.set_highest(LevelOf(Highest(levels)));
  domain.set_mean_level(MeanLevel(levels));
  if (rule == v1::CinemaRule::MAJORITY) {
    Judge(domain.majority(), kMajority, judgement);
  } else if (rule == v1::CinemaRule::HIGHEST) {
    Judge(domain.highest(), kHighest, judgement);
  } else {
    Judge(domain.average(), kAverage, judgement);
  }
  return domain;
}

v1::ImprecisionJudgement JudgeImprecision(const v1::RelativeEffect& effect,
                                          std::optional<double> mid) {
  v1::ImprecisionJudgement imprecision;
  v1::ConfidenceJudgement* judgement = imprecision.mutable_judgement();
  const std::string why_not = WhyNoConfidence(effect, mid);
  if (!why_not.empty()) {
    CannotJudge(why_not, judgement);
    return imprecision;
  }
  const nma::Interval interval = ConfidenceOf(effect);
  const bool within = IsInside(interval, -*mid, *mid);
  const int crossings =
      within ? 0
             : Crossings(interval, effect.effect() > 0 ? -*mid : 0,
                         effect.effect() < 0 ? *mid : 0);
  imprecision.set_crossings(crossings);
  constexpr std::array<const char*, 3> kRules = {kCrossesNone, kCrossesOne,
                                                 kCrossesBoth};
  Judge(LevelOf(crossings + 1), within ? kWithinRange : kRules[crossings],
        judgement);
  return imprecision;
}

v1::HeterogeneityJudgement JudgeHeterogeneity(const v1::RelativeEffect& effect,
                                              std::optional<double> mid) {
  v1::HeterogeneityJudgement heterogeneity;
  v1::ConfidenceJudgement* judgement = heterogeneity.mutable_judgement();
  const std::string why_not = WhyNoConfidence(effect, mid);
  if (!why_not.empty()) {
    CannotJudge(why_not, judgement);
    return heterogeneity;
  }
  const nma::Interval interval = ConfidenceOf(effect);
  const bool within = IsInside(interval, -*mid, *mid);
  const double lower = effect.effect() < 0 && !within ? 0 : -*mid;
  const double upper = effect.effect() > 0 && !within ? 0 : *mid;
  const int confidence = Crossings(interval, lower, upper);
  heterogeneity.set_confidence_crossings(confidence);
  if (!effect.has_predict_lower() || !effect.has_predict_upper()) {
    CannotJudge(absl::StrCat("there is no prediction interval: ",
                             effect.no_prediction()),
                judgement);
    return heterogeneity;
  }
  const int prediction =
      Crossings({effect.predict_lower(), effect.predict_upper()}, lower, upper);
  heterogeneity.set_prediction_crossings(prediction);
  if (prediction < confidence) {
    CannotJudge(
        "the prediction interval crosses fewer limits than the confidence "
        "interval",
        judgement);
    return heterogeneity;
  }
  constexpr std::array<const char*, 3> kRules = {kAsMany, kOneMore, kTwoMore};
  Judge(LevelOf(prediction - confidence + 1), kRules[prediction - confidence],
        judgement);
  return heterogeneity;
}

v1::IncoherenceJudgement JudgeIncoherence(const IncoherenceEvidence& evidence,
                                          std::optional<double> mid) {
  v1::IncoherenceJudgement incoherence;
  incoherence.set_evidence(evidence.evidence);
  if (evidence.direct.has_value()) {
    Write(*evidence.direct, incoherence.mutable_direct());
  }
  if (evidence.indirect.has_value()) {
    Write(*evidence.indirect, incoherence.mutable_indirect());
  }
  const bool mixed = evidence.evidence == v1::IncoherenceJudgement::MIXED;
  v1::ConfidenceJudgement* judgement = incoherence.mutable_judgement();
  if (!evidence.p.has_value()) {
    if (mixed) {
      CannotJudge("the test is beyond the range of double precision",
                  judgement);
    } else {
      Judge(v1::Concern::MAJOR, kNoTest, judgement);
    }
    return incoherence;
  }
  incoherence.set_p(*evidence.p);
  const double rounded = std::round(*evidence.p * 1000) / 1000;
  if (mixed) {
    JudgeMixed(evidence, rounded, mid, &incoherence);
  } else {
    JudgeByNetwork(rounded, judgement);
  }
  return incoherence;
}

}  // namespace tidemark::review
