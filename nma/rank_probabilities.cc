#include "nma/rank_probabilities.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "absl/status/status.h"
#include "base/status_macros.h"
#include "boost/math/distributions/complement.hpp"
#include "boost/math/distributions/students_t.hpp"
#include "nma/no_throw_policy.h"
#include "nma/pair_variance_factor.h"
#include "nma/quasi_normal.h"

namespace tidemark::nma {
namespace {

using Eigen::Index;

constexpr int kReplicates = 64;
constexpr int kPointsOfAllReplicates = 2 * kReplicates;  // z and -z
constexpr std::int64_t kPairsBetweenQuestions = 1024 / kPointsOfAllReplicates;
constexpr std::int64_t kFirstPoints = 8192;
// 2^22 points, fewer from 129 treatments on.
constexpr std::int64_t kMostPoints = std::int64_t{1} << 22;
constexpr std::int64_t kMostWork = std::int64_t{1} << 36;
constexpr double kWantedError = 2e-3;
constexpr double kUncertainty = 0.01;

// Element (i, r): how often treatment i had rank r.
using Counts = Eigen::Matrix<std::int64_t, Eigen::Dynamic, Eigen::Dynamic>;

// Draws effects jointly and counts the ranks from the smallest up.
class RankSampler {
 public:
  RankSampler(Eigen::VectorXd effects, Eigen::MatrixXd factor,
              absl::FunctionRef<bool()> cancelled)
      : cancelled_(cancelled),
        effects_(std::move(effects)),
        factor_(std::move(factor)),
        points_(static_cast<int>(factor_.cols()), kReplicates),
        counts_(kReplicates, Counts::Zero(effects_.size(), effects_.size())),
        point_(factor_.cols()),
        deviation_(effects_.size()),
        sorted_(effects_.size()) {}

  // Continues until there are so many points, rounded up to whole replicates.
  absl::Status SampleTo(std::int64_t points) {
    const std::int64_t pairs = (points - 1) / kPointsOfAllReplicates + 1;
    for (; pairs_ < pairs; ++pairs_) {
      if (pairs_ % kPairsBetweenQuestions == 0 && cancelled_()) {
        return absl::CancelledError("the simulation of ranks was cancelled");
      }
      if (pairs_ > 0) points_.Next();
      for (int replicate = 0; replicate < kReplicates; ++replicate) {
        points_.Point(replicate, &point_);
        deviation_.noalias() = factor_ * point_;
        CountRanks(1, &counts_[replicate]);
        CountRanks(-1, &counts_[replicate]);
      }
    }
    return absl::OkStatus();
  }

  std::int64_t points() const { return pairs_ * kPointsOfAllReplicates; }

  // Of all replicates.
  Counts Total() const {
    Counts total = counts_[0];
    for (int r = 1; r < kReplicates; ++r) total += counts_[r];
    return total;
  }

  // As the header of this file says.
  double Error() const;

 private:
  void CountRanks(double sign, Counts* counts) {
    const Index n = effects_.size();
    for (Index i = 0; i < n; ++i) {
      sorted_[i] = {effects_[i] + sign * deviation_[i], i};
    }
    std::sort(sorted_.begin(), sorted_.end());
    for (Index rank = 0; rank < n; ++rank) {
      ++(*counts)(sorted_[rank].second, rank);
    }
  }

  absl::FunctionRef<bool()> cancelled_;
  Eigen::VectorXd effects_;
  Eigen::MatrixXd factor_;
  QuasiNormal points_;
  std::int64_t pairs_ = 0;      // so far, of each replicate
  std::vector<Counts> counts_;  // of each replicate
  // Used again for every point.
  Eigen::VectorXd point_;
  Eigen::VectorXd deviation_;
  std::vector<std::pair<double, Index>> sorted_;
};

// The largest standard error of an element, from the spread of the replicates.
double LargestStandardError(const std::vector<Counts>& counts,
                            const Counts& total, std::int64_t points) {
  const Eigen::ArrayXXd mean = total.cast<double>() / kReplicates;
  Eigen::ArrayXXd squares = Eigen::ArrayXXd::Zero(mean.rows(), mean.cols());
  for (const Counts& replicate : counts) {
    squares += (replicate.cast<double>().array() - mean).square();
  }
  constexpr double kDegreesOfFreedom = kReplicates - 1;
  // The counts of all replicates have kReplicates times the variance of one.
  return std::sqrt(kReplicates * squares.maxCoeff() / kDegreesOfFreedom) /
         static_cast<double>(points);
}

double RankSampler::Error() const {
  const auto n = static_cast<double>(effects_.size());
  const double uncertainty = kUncertainty / (n * n);
  const boost::math::students_t_distribution<double, NoThrowPolicy> t(
      kReplicates - 1);
  const double quantile =
      boost::math::quantile(boost::math::complement(t, uncertainty / 2));
  const double unseen =
      -std::log(uncertainty) / static_cast<double>(pairs_ * kReplicates);
  return std::max(quantile * LargestStandardError(counts_, Total(), points()),
                  unseen);
}

// As the error needs, which falls at least with the root of the points; within
// the bound of RankOptions.
absl::Status SampleEnough(Index treatments, RankSampler* sampler) {
  const std::int64_t most =
      std::min(kMostPoints, kMostWork / (treatments * treatments));
  RETURN_IF_ERROR(sampler->SampleTo(kFirstPoints));
  for (double error = sampler->Error();
       error > kWantedError && sampler->points() < most;
       error = sampler->Error()) {
    const double more = std::clamp(std::pow(error / kWantedError, 2), 1.1, 2.0);
    const double points = more * static_cast<double>(sampler->points());
    RETURN_IF_ERROR(
        sampler->SampleTo(std::min(static_cast<std::int64_t>(points), most)));
  }
  return absl::OkStatus();
}

// The treatments from the smallest effect to the largest.
std::vector<int> OrderOf(const Eigen::VectorXd& effects) {
  std::vector<int> order(effects.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&effects](int i, int j) {
    return effects[i] < effects[j];
  });
  return order;
}

int MedianRank(const Counts& counts, Index treatment, std::int64_t points) {
  int rank = 0;
  for (std::int64_t cumulative = 0; 2 * cumulative < points; ++rank) {
    cumulative += counts(treatment, rank);
  }
  return rank;
}

}  // namespace

absl::StatusOr<RankProbabilities> EstimateRankProbabilities(
    const Eigen::VectorXd& effects, const Eigen::MatrixXd& pair_variances,
    bool small_values_desirable, const RankOptions& options,
    absl::FunctionRef<bool()> cancelled) {
  const std::vector<int> order = OrderOf(effects);
  RankSampler sampler(effects(order),
                      FactorPairVariances(pair_variances(order, order)),
                      cancelled);
  const Index n = effects.size();
  RETURN_IF_ERROR(options.points > 0 ? sampler.SampleTo(options.points)
                                     : SampleEnough(n, &sampler));

  RankProbabilities result;
  result.points = sampler.points();
  result.error = sampler.Error();
  result.probabilities.resize(n, n);
  result.median_ranks.resize(n);
  Counts counts = sampler.Total();
  if (!small_values_desirable) counts = counts.rowwise().reverse().eval();
  for (Index i = 0; i < n; ++i) {
    result.probabilities.row(order[i]) = counts.row(i).cast<double>();
    result.median_ranks[order[i]] = MedianRank(counts, i, result.points);
  }
  result.probabilities /= static_cast<double>(result.points);
  return result;
}

}  // namespace tidemark::nma
