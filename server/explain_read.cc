#include "server/explain_read.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "review/compare_estimates.h"
#include "review/conclusion_events.h"
#include "review/errors.h"
#include "review/network_events.h"
#include "review/pair_events.h"
#include "review/protocol.h"
#include "review/relative_effects.h"
#include "review/review_state.h"
#include "server/conclusion_reads.h"
#include "server/estimate_skim.h"
#include "server/leave_out_read.h"
#include "server/review_range.h"
#include "server/review_view.h"

namespace tidemark::server {
namespace {

// Steps that are also looked at from the end.
constexpr size_t kMostLeftOut = 20;

using Effect = std::optional<v1::RelativeEffect>;

Effect EffectIn(const v1::Estimate& estimate,
                const v1::ExplainRequest& request) {
  auto effect = review::Compare(estimate, review::Model::kRandom,
                                request.first(), request.second());
  if (!effect.ok()) return std::nullopt;
  return *std::move(effect);
}

bool AreSame(const Effect& a, const Effect& b) {
  return a.has_value() == b.has_value() &&
         (!a.has_value() || review::SameComparison(*a, *b));
}

bool HasTreatment(const v1::Estimate& estimate, const std::string& treatment) {
  return std::binary_search(estimate.treatments().begin(),
                            estimate.treatments().end(), treatment);
}

// Follows the comparison from estimate to estimate.
class Follower {
 public:
  Follower(const v1::ExplainRequest& request, const ReviewView& view,
           v1::ExplainResponse* response)
      : request_(request), view_(view), response_(response) {}

  // The estimate before the first step.
  absl::Status Begin(v1::Estimate estimate);
  // The next one.
  absl::Status Add(v1::Estimate estimate);
  // After the last one.
  void End();

  bool has_seen_first() const { return has_seen_first_; }
  bool has_seen_second() const { return has_seen_second_; }

 private:
  void Look(const v1::Estimate& estimate);
  absl::StatusOr<review::DeclaredEstimate> DeclareComparison(
      v1::Estimate estimate, const Effect& effect) const;
  absl::StatusOr<v1::LogEntry> ReadCause(int64_t sequence) const;
  std::vector<v1::ConclusionEvent> EventsOf(
      const review::DeclaredEstimate& declared) const;
  bool HasOtherScale(const review::DeclaredEstimate& declared) const;
  absl::Status AddStep(const review::DeclaredEstimate& declared,
                       const Effect& effect,
                       std::vector<v1::ConclusionEvent> events);

  const v1::ExplainRequest& request_;
  const ReviewView& view_;
  v1::ExplainResponse* const response_;
  // After the last step. Estimates that moved by rounding only do not change
  // it, so that each step begins where the one before ends.
  Effect effect_;
  // The estimate before the next one, with this comparison only.
  std::optional<review::DeclaredEstimate> previous_;
  bool has_seen_first_ = false;
  bool has_seen_second_ = false;
};

void Follower::Look(const v1::Estimate& estimate) {
  has_seen_first_ = has_seen_first_ || HasTreatment(estimate, request_.first());
  has_seen_second_ =
      has_seen_second_ || HasTreatment(estimate, request_.second());
  v1::Estimate* rule = response_->mutable_rule();
  rule->set_analysis_id(estimate.analysis_id());
  rule->set_effect_measure(estimate.effect_measure());
  rule->set_tau2_method(estimate.tau2_method());
  rule->set_interval_method(estimate.interval_method());
  rule->set_level(estimate.level());
  rule->set_small_values_desirable(estimate.small_values_desirable());
}

absl::StatusOr<review::DeclaredEstimate> Follower::DeclareComparison(
    v1::Estimate estimate, const Effect& effect) const {
  estimate.clear_random();
  if (effect.has_value()) {
    *estimate.mutable_random()->add_relative_effects() = *effect;
  }
  return Declare(*view_.state, std::move(estimate));
}

absl::Status Follower::Begin(v1::Estimate estimate) {
  Look(estimate);
  effect_ = EffectIn(estimate, request_);
  if (effect_.has_value()) *response_->mutable_before() = *effect_;
  ASSIGN_OR_RETURN(previous_, DeclareComparison(std::move(estimate), effect_));
  return absl::OkStatus();
}

// Digests of other analyses would be most of a long answer.
absl::StatusOr<v1::LogEntry> Follower::ReadCause(int64_t sequence) const {
  ASSIGN_OR_RETURN(v1::LogEntry cause,
                   view_.reader.Entry(sequence, /*with_leaf=*/false));
  auto& analyses = *cause.mutable_analyses();
  analyses.erase(std::remove_if(analyses.begin(), analyses.end(),
                                [this](const v1::AnalysisDigest& digest) {
                                  return digest.analysis_id() !=
                                         request_.analysis_id();
                                }),
                 analyses.end());
  return cause;
}

// What was declared otherwise, and what changed of this comparison.
std::vector<v1::ConclusionEvent> Follower::EventsOf(
    const review::DeclaredEstimate& declared) const {
  const review::DeclaredEstimate* previous =
      previous_.has_value() ? &*previous_ : nullptr;
  std::vector<v1::ConclusionEvent> events;
  if (previous != nullptr) events = review::DeclaredEvents(*previous, declared);
  for (v1::ConclusionEvent& event : review::PairEvents(previous, declared)) {
    events.push_back(std::move(event));
  }
  return events;
}

bool Follower::HasOtherScale(const review::DeclaredEstimate& declared) const {
  return previous_.has_value() &&
         !review::SameScale(*previous_->analysis, *previous_->protocol,
                            *declared.analysis, *declared.protocol);
}

absl::Status Follower::AddStep(const review::DeclaredEstimate& declared,
                               const Effect& effect,
                               std::vector<v1::ConclusionEvent> events) {
  v1::ExplainStep* step = response_->add_steps();
  const int64_t sequence = declared.estimate.sequence();
  ASSIGN_OR_RETURN(*step->mutable_cause(), ReadCause(sequence));
  if (effect_.has_value()) *step->mutable_before() = *effect_;
  if (effect.has_value()) *step->mutable_after() = *effect;
  if (effect_.has_value() && effect.has_value() && !HasOtherScale(declared)) {
    step->set_change(effect->effect() - effect_->effect());
  }
  for (v1::ConclusionEvent& event : events) {
    event.set_analysis_id(declared.estimate.analysis_id());
    event.set_sequence(sequence);
    *step->add_events() = std::move(event);
  }
  return absl::OkStatus();
}

// Whether one of the events is of a comparison.
bool HasPairEvent(const std::vector<v1::ConclusionEvent>& events) {
  return std::any_of(events.begin(), events.end(),
                     [](const auto& event) { return !event.first().empty(); });
}

absl::Status Follower::Add(v1::Estimate estimate) {
  Look(estimate);
  Effect effect = EffectIn(estimate, request_);
  ASSIGN_OR_RETURN(review::DeclaredEstimate declared,
                   DeclareComparison(std::move(estimate), effect));
  std::vector<v1::ConclusionEvent> events = EventsOf(declared);
  // Another scale has other numbers even where they look the same.
  const bool is_rescaled = effect.has_value() && HasOtherScale(declared);
  if (AreSame(effect_, effect) && !is_rescaled && !HasPairEvent(events)) {
    response_->set_unmoved(response_->unmoved() + 1);
  } else {
    RETURN_IF_ERROR(AddStep(declared, effect, std::move(events)));
    effect_ = std::move(effect);
  }
  previous_ = std::move(declared);
  return absl::OkStatus();
}

void Follower::End() {
  if (effect_.has_value()) *response_->mutable_after() = *effect_;
}

// That the treatment is or was in the network, or could come into it.
absl::Status CheckTreatment(const std::string& treatment, bool has_been_seen,
                            const v1::NodeMap* map) {
  if (has_been_seen) return absl::OkStatus();
  std::vector<std::string> nodes;
  if (map != nullptr) {
    for (const v1::Node& node : map->nodes()) {
      if (node.id() == treatment) return absl::OkStatus();
      nodes.push_back(node.id());
    }
  }
  return review::Error(
      absl::StatusCode::kNotFound, "TREATMENT_NOT_IN_NETWORK",
      absl::StrCat("\"", treatment, "\" is no node of the analysis; there is ",
                   absl::StrJoin(nodes, ", ")),
      {{"treatment", treatment}});
}

absl::Status CheckRequest(const v1::ExplainRequest& request) {
  review::Violations violations;
  if (request.first() == request.second()) {
    violations.Add("second", "a comparison is of two different treatments");
  }
  return violations.ToStatus();
}

// Whether the step makes or unmakes the comparison or puts it on another scale,
// and else how far it moves.
std::pair<bool, double> SizeOf(const v1::ExplainStep& step) {
  return {!step.has_change(), std::abs(step.change())};
}

std::vector<v1::ExplainStep*> LargestSteps(v1::ExplainResponse* response) {
  std::vector<v1::ExplainStep*> steps(
      response->mutable_steps()->pointer_begin(),
      response->mutable_steps()->pointer_end());
  std::stable_sort(steps.begin(), steps.end(),
                   [](const v1::ExplainStep* a, const v1::ExplainStep* b) {
                     return SizeOf(*a) > SizeOf(*b);
                   });
  steps.resize(std::min(steps.size(), kMostLeftOut));
  return steps;
}

absl::Status Follow(const ServiceContext& context,
                    const v1::ExplainRequest& request, const ReviewRange& range,
                    absl::FunctionRef<bool()> cancelled,
                    v1::ExplainResponse* response) {
  const ReviewView& view = range.view;
  const std::string& analysis = request.analysis_id();
  Follower follower(request, view, response);
  if (range.from > 0) {
    auto before = view.reader.EstimateAsOf(analysis, range.from);
    if (before.ok()) {
      RETURN_IF_ERROR(follower.Begin(*std::move(before)));
    } else if (!absl::IsNotFound(before.status())) {
      return before.status();
    }
  }
  RETURN_IF_ERROR(
      SkimEstimates(*context.store, request.review_id(), analysis,
                    range.from + 1, view.sequence, [&](v1::Estimate estimate) {
                      if (cancelled())
                        return absl::CancelledError("the call was cancelled");
                      return follower.Add(std::move(estimate));
                    }));
  follower.End();
  const v1::NodeMap* map = review::FindById(
      view.state->ProtocolAsOf(view.sequence)->review.node_maps(),
      view.state->FindAnalysis(analysis, view.sequence)
          ->record.analysis()
          .node_map());
  RETURN_IF_ERROR(
      CheckTreatment(request.first(), follower.has_seen_first(), map));
  return CheckTreatment(request.second(), follower.has_seen_second(), map);
}

}  // namespace

absl::Status ReadExplanation(const ServiceContext& context,
                             const v1::ExplainRequest& request,
                             absl::FunctionRef<bool()> cancelled,
                             v1::ExplainResponse* response) {
  RETURN_IF_ERROR(CheckRequest(request));
  ASSIGN_OR_RETURN(
      const ReviewRange range,
      OpenRange(context, request.review_id(),
                request.has_from() ? &request.from() : nullptr, request.to()));
  if (range.view.state->FindAnalysis(request.analysis_id(),
                                     range.view.sequence) == nullptr) {
    return UnknownAnalysis(request.analysis_id());
  }
  response->set_from_sequence(range.from);
  response->set_to_sequence(range.view.sequence);
  RETURN_IF_ERROR(Follow(context, request, range, cancelled, response));
  return FillLeaveOuts(*context.store, request, range.view, cancelled,
                       LargestSteps(response),
                       response->has_after() ? &response->after() : nullptr);
}

}  // namespace tidemark::server
