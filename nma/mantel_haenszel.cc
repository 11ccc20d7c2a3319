#include "nma/mantel_haenszel.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <optional>
#include <utility>
#include <variant>

#include "Eigen/Cholesky"
#include "Eigen/Core"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "nma/heterogeneity.h"
#include "nma/study_check.h"
#include "nma/treatment_index.h"
#include "nma/zero_cells.h"

namespace tidemark::nma {
namespace {

// Events and non-events of the k treatments of a design, by study.
struct Counts {
  std::vector<std::string> treatments;  // k, sorted
  Eigen::MatrixXd events;               // S x k
  Eigen::MatrixXd others;               // S x k
};

// A pair of two different treatments, by index.
struct Pair {
  Eigen::Index first;
  Eigen::Index second;
};

std::string Named(const std::vector<std::string>& treatments) {
  return absl::StrJoin(treatments, " : ");
}

Counts CountsOf(const std::vector<std::string>& treatments,
                const std::vector<const Study*>& studies) {
  Counts counts{treatments,
                Eigen::MatrixXd::Zero(studies.size(), treatments.size()),
                Eigen::MatrixXd::Zero(studies.size(), treatments.size())};
  for (size_t s = 0; s < studies.size(); ++s) {
    for (const BinaryArm& arm :
         std::get<std::vector<BinaryArm>>(studies[s]->data)) {
      const int at = TreatmentIndex(treatments, arm.treatment);
      counts.events(s, at) = arm.events;
      counts.others(s, at) = arm.total - arm.events;
    }
  }
  return counts;
}

// Why a treatment says nothing within its design.
std::optional<std::string> UselessReason(const Counts& counts,
                                         Eigen::Index treatment) {
  if (counts.events.col(treatment).sum() == 0) return "no event";
  if (counts.others.col(treatment).sum() == 0) return "only events";
  return std::nullopt;
}

// Without the treatments that say nothing; their arms are listed.
Counts KeepUseful(const Counts& all, const std::vector<const Study*>& studies,
                  LeftOutEvents* left_out) {
  Counts kept{{}, {all.events.rows(), 0}, {all.others.rows(), 0}};
  for (Eigen::Index i = 0; i < all.events.cols(); ++i) {
    const std::optional<std::string> reason = UselessReason(all, i);
    if (reason.has_value()) {
      for (const Study* study : studies) {
        left_out->arms.push_back(
            {study->id, all.treatments[i],
             absl::StrCat(*reason, " in any study of the design ",
                          Named(all.treatments))});
      }
      continue;
    }
    const Eigen::Index k = kept.events.cols();
    kept.treatments.push_back(all.treatments[i]);
    kept.events.conservativeResize(Eigen::NoChange, k + 1);
    kept.others.conservativeResize(Eigen::NoChange, k + 1);
    kept.events.col(k) = all.events.col(i);
    kept.others.col(k) = all.others.col(i);
  }
  return kept;
}

// The logarithms of the odds ratios of all pairs of treatments of a design,
// and their covariances.
class PairLogOdds {
 public:
  explicit PairLogOdds(const Counts& counts)
      : events_(counts.events), others_(counts.others) {
    people_ = (events_ + others_).rowwise().sum();
    cross_ =
        events_.transpose() * people_.cwiseInverse().asDiagonal() * others_;
  }

  Eigen::Index treatments() const { return events_.cols(); }
  // Two treatments without a finite odds ratio.
  std::optional<Pair> Infinite() const {
    for (Eigen::Index x = 0; x < treatments(); ++x) {
      for (Eigen::Index y = 0; y < treatments(); ++y) {
        if (x != y && cross_(x, y) == 0) return Pair{x, y};
      }
    }
    return std::nullopt;
  }

  double LogOddsRatio(Pair pair) const {
    return std::log(cross_(pair.first, pair.second)) -
           std::log(cross_(pair.second, pair.first));
  }

  // Of two pairs. Arms are independent, so that pairs without a common
  // treatment have none.
  double Covariance(Pair a, Pair b) const {
    double sum = 0;
    if (a.first == b.first) sum += Shared(a.first, a.second, b.second);
    if (a.second == b.second) sum += Shared(a.second, a.first, b.first);
    if (a.first == b.second) sum -= Shared(a.first, a.second, b.first);
    if (a.second == b.first) sum -= Shared(a.second, a.first, b.second);
    // The pair itself, or reversed, was met twice.
    const bool is_same =
        std::minmax(a.first, a.second) == std::minmax(b.first, b.second);
    return is_same ? sum / 2 : sum;
  }

 private:
  // Cov(L_xy, L_xz).
  double Shared(Eigen::Index x, Eigen::Index y, Eigen::Index z) const {
    return y == z ? Variance(x, y) : DifferentPairs(x, y, z);
  }

  // Robins, Breslow & Greenland (1986), N being all people of the study.
  double Variance(Eigen::Index x, Eigen::Index y) const {
    const Eigen::ArrayXd n = people_.array();
    const Eigen::ArrayXd r =
        events_.col(x).array() * others_.col(y).array() / n;
    const Eigen::ArrayXd s =
        events_.col(y).array() * others_.col(x).array() / n;
    const Eigen::ArrayXd p = (events_.col(x) + others_.col(y)).array() / n;
    const Eigen::ArrayXd q = (events_.col(y) + others_.col(x)).array() / n;
    const double r_sum = cross_(x, y);
    const double s_sum = cross_(y, x);
    return (p * r).sum() / (2 * r_sum * r_sum) +
           (p * s + q * r).sum() / (2 * r_sum * s_sum) +
           (q * s).sum() / (2 * s_sum * s_sum);
  }

  // Greenland (1989): the mean of three estimates of
  //   sum_s n_x n_y n_z (1-p_y)(1-p_z) p_x / ((1-p_x) N^2) / (c_xy c_xz).
  double DifferentPairs(Eigen::Index x, Eigen::Index y, Eigen::Index z) const {
    const auto sum = [this](const Eigen::VectorXd& a, const Eigen::VectorXd& b,
                            const Eigen::VectorXd& c) {
      return (a.array() * b.array() * c.array() / people_.array().square())
          .sum();
    };
    const Eigen::VectorXd all = events_.col(x) + others_.col(x);
    return (sum(events_.col(x), others_.col(y), others_.col(z)) /
                (cross_(x, y) * cross_(x, z)) +
            sum(all, others_.col(y), events_.col(z)) /
                (cross_(x, y) * cross_(z, x)) +
            sum(all, events_.col(y), others_.col(z)) /
                (cross_(y, x) * cross_(x, z)) +
            sum(others_.col(x), events_.col(y), events_.col(z)) /
                (cross_(y, x) * cross_(z, x))) /
           3;
  }

  const Eigen::MatrixXd& events_;
  const Eigen::MatrixXd& others_;
  Eigen::VectorXd people_;  // S
  Eigen::MatrixXd cross_;   // k x k: c_xy
};

// The k-1 generalised effects versus the first treatment, each a linear
// combination of the pairs.
StudyEffects Generalise(const PairLogOdds& odds) {
  const Eigen::Index k = odds.treatments();
  std::vector<Pair> pairs;
  for (Eigen::Index x = 0; x < k; ++x) {
    for (Eigen::Index y = x + 1; y < k; ++y) pairs.push_back({x, y});
  }
  const auto m = static_cast<Eigen::Index>(pairs.size());
  Eigen::VectorXd values(m);
  Eigen::MatrixXd covariance(m, m);
  Eigen::MatrixXd weights = Eigen::MatrixXd::Zero(k, m);  // of sum_z L_xz
  for (Eigen::Index a = 0; a < m; ++a) {
    values(a) = odds.LogOddsRatio(pairs[a]);
    weights(pairs[a].first, a) = 1.0 / k;
    weights(pairs[a].second, a) = -1.0 / k;
    for (Eigen::Index b = 0; b <= a; ++b) {
      covariance(a, b) = odds.Covariance(pairs[a], pairs[b]);
      covariance(b, a) = covariance(a, b);
    }
  }
  const Eigen::MatrixXd versus_first =
      weights.bottomRows(k - 1).rowwise() - weights.row(0);
  StudyEffects effects;
  effects.effects = versus_first * values;
  effects.covariance = versus_first * covariance * versus_first.transpose();
  effects.covariance =
      ((effects.covariance + effects.covariance.transpose()) / 2).eval();
  return effects;
}

using Designs = std::map<std::vector<std::string>, std::vector<const Study*>>;

Designs DesignsOf(const std::vector<const Study*>& studies,
                  LeftOutEvents* left_out) {
  Designs designs;
  for (const Study* study : studies) {
    const std::optional<std::string> reason =
        UninformativeReason(*study, EffectMeasure::kOddsRatio);
    if (reason.has_value()) {
      left_out->studies.push_back({study->id, *reason});
      continue;
    }
    std::vector<std::string> treatments;
    for (const BinaryArm& arm : std::get<std::vector<BinaryArm>>(study->data)) {
      treatments.push_back(arm.treatment);
    }
    std::sort(treatments.begin(), treatments.end());
    designs[treatments].push_back(study);
  }
  return designs;
}

// Why the studies of a design, of which only `kept` are left, are left out.
std::optional<std::string> DesignReason(
    const std::vector<std::string>& treatments, const Counts& kept) {
  if (kept.treatments.size() < 2) {
    return absl::StrCat(
        "in the design ", Named(treatments), " ",
        kept.treatments.empty() ? "no treatment" : "only " + kept.treatments[0],
        " has both events and non-events");
  }
  const std::optional<Pair> infinite = PairLogOdds(kept).Infinite();
  if (!infinite.has_value()) return std::nullopt;
  return absl::StrCat("the design ", Named(treatments),
                      " has no study with an event of ",
                      kept.treatments[infinite->first], " and a non-event of ",
                      kept.treatments[infinite->second]);
}

absl::Status Pool(const std::vector<std::string>& treatments,
                  const std::vector<const Study*>& studies,
                  MantelHaenszelFit* fit) {
  LeftOutEvents left_out;
  const Counts kept =
      KeepUseful(CountsOf(treatments, studies), studies, &left_out);
  const std::optional<std::string> reason = DesignReason(treatments, kept);
  if (reason.has_value()) {
    for (const Study* study : studies) {
      fit->left_out.studies.push_back({study->id, *reason});
    }
    return absl::OkStatus();
  }
  fit->left_out.arms.insert(fit->left_out.arms.end(), left_out.arms.begin(),
                            left_out.arms.end());
  MantelHaenszelDesign design{treatments, static_cast<int>(studies.size()),
                              Generalise(PairLogOdds(kept))};
  design.pooled.study = absl::StrFormat("%08d", fit->designs.size());
  design.pooled.treatments = kept.treatments;
  if (Eigen::LLT<Eigen::MatrixXd>(design.pooled.covariance).info() !=
      Eigen::Success) {
    return absl::FailedPreconditionError(
        absl::StrCat("the estimated covariance of the design ",
                     Named(treatments), " is not positive definite"));
  }
  fit->designs.push_back(std::move(design));
  return absl::OkStatus();
}

void ListUnseen(const std::vector<const Study*>& studies,
                MantelHaenszelFit* fit) {
  std::map<std::string, double> events;
  for (const Study* study : studies) {
    for (const BinaryArm& arm : std::get<std::vector<BinaryArm>>(study->data)) {
      events[arm.treatment] += arm.events;
    }
  }
  for (const auto& [treatment, sum] : events) {
    if (std::binary_search(fit->network.treatments.begin(),
                           fit->network.treatments.end(), treatment)) {
      continue;
    }
    fit->left_out.treatments.push_back(
        {treatment, sum == 0 ? "no event in any arm"
                             : "only in studies or arms that are left out"});
  }
}

}  // namespace

absl::StatusOr<MantelHaenszelFit> FitMantelHaenszel(
    absl::Span<const Study> studies, double level) {
  ASSIGN_OR_RETURN(const std::vector<const Study*> binary,
                   BinaryStudies(studies));
  RETURN_IF_ERROR(CheckStudies(studies, EffectMeasure::kOddsRatio));
  MantelHaenszelFit fit;
  for (const auto& [treatments, of_design] : DesignsOf(binary, &fit.left_out)) {
    RETURN_IF_ERROR(Pool(treatments, of_design, &fit));
  }
  if (!fit.designs.empty()) {
    std::vector<StudyEffects> pooled;
    for (const MantelHaenszelDesign& design : fit.designs) {
      pooled.push_back(design.pooled);
    }
    FitOptions options;
    options.tau2_method = Tau2Method::kDerSimonianLaird;  // the quickest
    options.level = level;
    ASSIGN_OR_RETURN(fit.network, FitNetwork(pooled, options));
    for (const Heterogeneity& component : fit.network.heterogeneity) {
      fit.between = Sum(fit.between, TestOfQ(component.q, component.df));
    }
  }
  ListUnseen(binary, &fit);
  SortByName(&fit.left_out);
  return fit;
}

}  // namespace tidemark::nma
