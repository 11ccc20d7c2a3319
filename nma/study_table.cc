#include "nma/study_table.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

namespace tidemark::nma {
namespace {

constexpr double kLargestRatio = 1e5;
// Squares of squares of such numbers are finite and not 0.
constexpr double kLargest = 1e60;

}  // namespace

StudyTable::StudyTable(ConnectedNetwork network)
    : network_(std::move(network)),
      centre_(Eigen::VectorXd::Zero(network_.nodes)),
      smallest_variance_(std::numeric_limits<double>::infinity()) {
  places_.reserve(network_.blocks.size());
  for (int study = 0; study < size(); ++study) Insert(study);
}

void StudyTable::Add(StudyBlock block) {
  network_.blocks.push_back(std::move(block));
  Insert(size() - 1);
}

void StudyTable::Remove(int study) {
  const Place place = places_[study];
  ContrastGroup& group = groups_[place.group];
  contrasts_ -= group.arms() - 1;
  // The last of the group, then the last of all, moves to the gap.
  const int moved = group.owner(group.size() - 1);
  group.Remove(place.study);
  places_[moved].study = place.study;
  const int last = size() - 1;
  if (study != last) {
    network_.blocks[study] = std::move(network_.blocks[last]);
    places_[study] = places_[last];
    groups_[places_[study].group].set_owner(places_[study].study, study);
  }
  network_.blocks.pop_back();
  places_.pop_back();
}

void StudyTable::Replace(int study, const StudyBlock& block) {
  network_.blocks[study] = block;
  const Place place = places_[study];
  groups_[place.group].Set(place.study, block, centre_);
  Widen(study);
}

void StudyTable::Insert(int study) {
  const StudyBlock& block = network_.blocks[study];
  const int arms = static_cast<int>(block.nodes.size());
  const auto at =
      std::find_if(groups_.begin(), groups_.end(),
                   [&](const ContrastGroup& g) { return g.arms() == arms; });
  const auto group = static_cast<int>(at - groups_.begin());
  if (at == groups_.end()) groups_.emplace_back(arms);
  places_.push_back({group, groups_[group].size()});
  groups_[group].Add(block, study, centre_);
  contrasts_ += arms - 1;
  Widen(study);
}

void StudyTable::Widen(int study) {
  for (int j = 0; j + 1 < groups_[places_[study].group].arms(); ++j) {
    const IndependentContrast contrast = At(study, j);
    smallest_variance_ = std::min(smallest_variance_, contrast.variance);
    largest_variance_ = std::max(largest_variance_, contrast.variance);
    largest_effect_ = std::max(largest_effect_, std::abs(contrast.effect));
  }
}

IndependentContrast StudyTable::At(int study, int j) const {
  const Place place = places_[study];
  return groups_[place.group].At(place.study, j);
}

void StudyTable::Centre(Eigen::VectorXd centre) {
  centre_ = std::move(centre);
  smallest_variance_ = std::numeric_limits<double>::infinity();
  largest_variance_ = largest_effect_ = 0;
  for (ContrastGroup& group : groups_) {
    if (group.size() == 0) continue;
    group.Centre(centre_);
    smallest_variance_ =
        std::min(smallest_variance_, group.smallest_variance());
    largest_variance_ = std::max(largest_variance_, group.largest_variance());
    largest_effect_ = std::max(largest_effect_, group.largest_effect());
  }
}

bool StudyTable::IsWellScaled(double tau2) const {
  const double smallest = smallest_variance_ + tau2;
  const double largest = largest_variance_ + tau2;
  return largest <= kLargestRatio * smallest && largest < kLargest &&
         smallest > 1 / kLargest && largest_effect_ < kLargest;
}

NormalEquations StudyTable::EquationsAt(double tau2) const {
  NormalEquations equations{Eigen::MatrixXd::Zero(nodes(), nodes()),
                            Eigen::VectorXd::Zero(nodes())};
  const double scale = smallest_variance_ + tau2;
  double& log_determinant = equations.log_determinant;
  for (const ContrastGroup& group : groups_) {
    group.AddEquations(tau2, scale, &equations.weight, &equations.flow,
                       &log_determinant);
    // log det V0 of each study: (m + 1) / 2^m.
    const double m = group.arms() - 1;
    log_determinant += group.size() * (std::log1p(m) - m * std::log(2));
  }
  log_determinant += contrasts_ * std::log(scale);
  return equations;
}

Eigen::VectorXd StudyTable::FlowAt(double tau2) const {
  Eigen::VectorXd flow = Eigen::VectorXd::Zero(nodes());
  for (const ContrastGroup& group : groups_) group.AddFlow(tau2, &flow);
  return flow;
}

ResidualSums StudyTable::ResidualSumsAt(double tau2,
                                        const Eigen::VectorXd& shift) const {
  ResidualSums sums;
  for (const ContrastGroup& group : groups_) {
    group.AddResidualSums(tau2, shift, &sums);
  }
  return sums;
}

Traces StudyTable::TracesAt(double tau2,
                            const Eigen::MatrixXd& pair_variances) const {
  Traces traces;
  for (const ContrastGroup& group : groups_) {
    group.AddTraces(tau2, pair_variances, &traces.weight_trace, &traces.trace);
  }
  return traces;
}

double StudyTable::WeightTraceAt(double tau2) const {
  double trace = 0;
  for (const ContrastGroup& group : groups_) trace += group.WeightTrace(tau2);
  return trace;
}

Eigen::MatrixXd StudyTable::SpreadAt(double tau2) const {
  Eigen::MatrixXd spread = Eigen::MatrixXd::Zero(nodes(), nodes());
  for (const ContrastGroup& group : groups_) group.AddSpread(tau2, &spread);
  return spread;
}

double StudyTable::SumOfSquaresAt(double tau2) const {
  double sum = 0;
  for (const ContrastGroup& group : groups_) sum += group.SumOfSquares(tau2);
  return sum;
}

}  // namespace tidemark::nma
