#include "nma/live_component.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>

#include "base/status_macros.h"
#include "nma/elimination.h"
#include "nma/table_fit.h"

namespace tidemark::nma {
namespace {

// Of pair variances that follow edits, relative.
constexpr double kLargestError = 1e-10;
// Of the trace of the DerSimonian-Laird estimate, relative.
constexpr double kLargestTraceError = 1e-12;

}  // namespace

LiveComponent::LiveComponent(std::vector<std::string> treatments,
                             std::vector<std::string> ids,
                             ConnectedNetwork network)
    : treatments_(std::move(treatments)),
      ids_(std::move(ids)),
      table_(std::move(network)) {}

void LiveComponent::Add(std::string id, StudyBlock block) {
  ids_.push_back(std::move(id));
  table_.Add(std::move(block));
  if (follows_) AddContrasts(table_.size() - 1);
  Edited();
}

bool LiveComponent::Remove(int study) {
  KeepContrasts(study);
  table_.Remove(study);
  ids_[study] = std::move(ids_.back());
  ids_.pop_back();
  const bool connected = follows_ && RemoveKept();
  follows_ = connected;
  Edited();
  return connected;
}

bool LiveComponent::Replace(int study, const StudyBlock& block) {
  const bool same_nodes = table_.network().blocks[study].nodes == block.nodes;
  KeepContrasts(study);
  table_.Replace(study, block);
  if (follows_ && same_nodes && block.nodes.size() == 2) {
    const IndependentContrast before = Kept(0);
    const IndependentContrast after = table_.At(study, 0);
    AddToSums(before, -1);
    AddToSums(after, 1);
    follows_ = common_.Replace(before, after);
  } else if (follows_) {
    AddContrasts(study);
    follows_ = RemoveKept();
  }
  const bool connected = same_nodes || follows_;
  Edited();
  return connected;
}

void LiveComponent::Edited() {
  fit_.reset();
  follows_ = follows_ && common_.error() <= kLargestError &&
             table_.IsWellScaled(/*tau2=*/0);
}

void LiveComponent::AddContrasts(int study) {
  const size_t arms = table_.network().blocks[study].nodes.size();
  for (int j = 0; j + 1 < static_cast<int>(arms); ++j) {
    const IndependentContrast contrast = table_.At(study, j);
    common_.Add(contrast);
    AddToSums(contrast, 1);
  }
}

void LiveComponent::KeepContrasts(int study) {
  const IndependentContrast first = table_.At(study, 0);
  kept_.nodes.assign(first.nodes, first.nodes + first.arms);
  kept_.coefficients.clear();
  kept_.effects.clear();
  kept_.variances.clear();
  for (int j = 0; j + 1 < first.arms; ++j) {
    const IndependentContrast contrast = table_.At(study, j);
    kept_.coefficients.insert(kept_.coefficients.end(), contrast.coefficients,
                              contrast.coefficients + contrast.arms);
    kept_.effects.push_back(contrast.effect);
    kept_.variances.push_back(contrast.variance);
  }
}

IndependentContrast LiveComponent::Kept(int j) const {
  const int arms = static_cast<int>(kept_.nodes.size());
  return {arms, kept_.nodes.data(), &kept_.coefficients[j * arms],
          kept_.effects[j], kept_.variances[j]};
}

bool LiveComponent::RemoveKept() {
  for (int j = 0; j < static_cast<int>(kept_.effects.size()); ++j) {
    const IndependentContrast contrast = Kept(j);
    if (!common_.Remove(contrast)) return false;
    AddToSums(contrast, -1);
  }
  return true;
}

void LiveComponent::AddToSums(const IndependentContrast& contrast,
                              double sign) {
  const double w = 1 / contrast.variance;
  sums_.weight_trace += sign * w;
  for (int a = 1; a < contrast.arms; ++a) {
    for (int b = 0; b < a; ++b) {
      sums_.spread(contrast.nodes[a], contrast.nodes[b]) -=
          sign * w * w * contrast.coefficients[a] * contrast.coefficients[b];
    }
  }
  if (sign < 0) {
    sums_.removed_weights += w;
    sums_.removed_spread += w * w;
  }
}

void LiveComponent::Follow(const CommonEffect& common) {
  common_.Reset(common.estimates.effects, common.estimates.pair_variances,
                common.moments.q);
  FollowSums();
  follows_ = true;
}

void LiveComponent::FollowSums() {
  sums_ = {table_.SpreadAt(/*tau2=*/0), table_.WeightTraceAt(/*tau2=*/0)};
}

absl::StatusOr<CommonEffect> LiveComponent::Common() {
  if (follows_) return CommonFromUpdates();
  ASSIGN_OR_RETURN(CommonEffect common, FitCommonEffect(table_));
  if (table_.IsWellScaled(/*tau2=*/0)) Follow(common);
  return common;
}

// What is left of the effects at the estimates corrects these, so that only the
// error bound of the variances remains.
absl::StatusOr<CommonEffect> LiveComponent::CommonFromUpdates() {
  CommonEffect common;
  NodeEstimates& estimates = common.estimates;
  table_.Centre(common_.theta());
  estimates.pair_variances =
      common_.pair_variances().selfadjointView<Eigen::Lower>();
  const Eigen::VectorXd shift =
      estimates.pair_variances * table_.FlowAt(/*tau2=*/0) / -2;
  estimates.effects = common_.theta() + shift;
  const ResidualSums residual = table_.ResidualSumsAt(/*tau2=*/0, shift);
  HeterogeneityMoments& moments = common.moments;
  moments.q = residual.q;
  moments.quadratic = residual.quadratic;
  if (IsRoundingNoise(table_, /*tau2=*/0, moments.q)) {
    moments.q = moments.quadratic = 0;
  }
  common_.Correct(estimates.effects, moments.q);

  moments.weight_trace = sums_.weight_trace;
  // Without degrees of freedom the trace is 0 but for rounding.
  if (table_.degrees_of_freedom() == 0) return common;
  const auto trace = [&] {
    return sums_.weight_trace -
           TraceOfInverseTimes(estimates.pair_variances, sums_.spread);
  };
  moments.trace = trace();
  const double noise = std::numeric_limits<double>::epsilon() *
                       (sums_.removed_weights +
                        sums_.removed_spread * common_.largest_variance());
  if (!(noise <= kLargestTraceError * moments.trace)) {
    FollowSums();
    moments.trace = trace();
  }
  moments.weight_trace = sums_.weight_trace;
  if (KeepsItsDigits(moments)) return common;
  ASSIGN_OR_RETURN(moments, MomentsAt(table_, /*tau2=*/0));
  return common;
}

absl::StatusOr<const ComponentFit*> LiveComponent::Fit(
    const HeterogeneityOptions& options) {
  if (!fit_.has_value()) {
    ASSIGN_OR_RETURN(CommonEffect common, Common());
    ASSIGN_OR_RETURN(fit_,
                     FitComponent(table_, std::move(common), options, last_));
    last_ = fit_->heterogeneity;
  }
  return &*fit_;
}

}  // namespace tidemark::nma
