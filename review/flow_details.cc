#include "review/flow_details.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "review/asked_comparisons.h"
#include "review/errors.h"
#include "review/evidence_flow.h"

namespace tidemark::review {
namespace {

constexpr int64_t kMostNumbers = int64_t{1} << 18;

constexpr int64_t kNumbersOfJudgements = 8;

absl::Status CheckSize(const v1::ContributionsSpec& spec,
                       const EvidenceFlow& flow, size_t comparisons) {
  const int64_t numbers = (spec.judgements_only() ? kNumbersOfJudgements
                                                  : flow.numbers_of_trace()) *
                          static_cast<int64_t>(comparisons);
  if (comparisons <= 1 || numbers <= kMostNumbers) return absl::OkStatus();
  return Error(
      absl::StatusCode::kInvalidArgument, "TOO_MANY_CONTRIBUTIONS",
      absl::StrCat(
          "contributions to all ", comparisons, " comparisons are ", numbers,
          " numbers, at most ", kMostNumbers,
          " are given at once; name one comparison (first and second), "
          "or ask for the shares by judgement alone "
          "(judgements_only)"),
      {{"comparisons", absl::StrCat(comparisons)},
       {"numbers", absl::StrCat(numbers)}});
}

void KeepJudgements(v1::ComparisonContributions* trace) {
  trace->clear_flows();
  trace->clear_direct_shares();
  trace->clear_study_shares();
}

absl::StatusOr<v1::Contributions> ContributionsUnder(
    const v1::ContributionsSpec& spec, Model model,
    const std::vector<TreatmentPair>& pairs, const FittedStudies& fitted,
    const FactsByStudy& facts, absl::FunctionRef<bool()> cancelled) {
  ASSIGN_OR_RETURN(const EvidenceFlow flow,
                   EvidenceFlow::Of(fitted, facts, model));
  RETURN_IF_ERROR(CheckSize(spec, flow, pairs.size()));
  v1::Contributions contributions = flow.Sources();
  for (const TreatmentPair& pair : pairs) {
    if (cancelled())
      return absl::CancelledError("contributions were cancelled");
    v1::ComparisonContributions* trace = contributions.add_comparisons();
    *trace = flow.Trace(pair);
    if (spec.judgements_only()) KeepJudgements(trace);
  }
  return contributions;
}

}  // namespace

absl::Status AddContributions(const v1::ContributionsSpec& spec,
                              const FittedStudies& fitted,
                              const FactsByStudy& facts,
                              absl::FunctionRef<bool()> cancelled,
                              v1::Estimate* estimate) {
  ASSIGN_OR_RETURN(const std::vector<TreatmentPair> pairs,
                   AskedComparisons(*estimate, spec.first(), spec.second()));
  ASSIGN_OR_RETURN(v1::Contributions random,
                   ContributionsUnder(spec, Model::kRandom, pairs, fitted,
                                      facts, cancelled));
  ASSIGN_OR_RETURN(v1::Contributions common,
                   ContributionsUnder(spec, Model::kCommon, pairs, fitted,
                                      facts, cancelled));
  *estimate->mutable_contributions() = std::move(random);
  *estimate->mutable_contributions_common() = std::move(common);
  return absl::OkStatus();
}

}  // namespace tidemark::review
