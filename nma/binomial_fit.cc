#include "nma/binomial_fit.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <map>
#include <utility>

#include "Eigen/Cholesky"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "nma/binomial_likelihood.h"
#include "nma/chi_square.h"
#include "nma/root.h"
#include "nma/study_check.h"

namespace tidemark::nma {
namespace {

constexpr double kFirstTau = 0.05;

// The profile of the likelihood of one part over tau.
class Profile {
 public:
  Profile(const EventPart& part, absl::FunctionRef<bool()> cancelled)
      : part_(part), likelihood_(part), cancelled_(cancelled) {}

  absl::StatusOr<BinomialPartFit> Fit(double level) {
    BinomialPartFit fit;
    fit.treatments = part_.treatments;
    fit.studies = static_cast<int>(part_.studies.size());
    fit.df = 1 - static_cast<int>(part_.treatments.size());
    for (const EventStudy& study : part_.studies) {
      fit.df += static_cast<int>(study.events.size()) - 1;
    }
    ASSIGN_OR_RETURN(common_,
                     likelihood_.MaximumAt(0, likelihood_.Start(), cancelled_));
    known_ = {{0, common_.at}};
    ASSIGN_OR_RETURN(fit.common, Model(common_));
    const absl::Status status = AddRandom(level, &fit);
    if (absl::IsFailedPrecondition(status)) {
      fit.no_random = std::string(status.message());
    } else {
      RETURN_IF_ERROR(status);
    }
    return fit;
  }

 private:
  // FailedPrecondition, with nothing added: tau^2 cannot be estimated.
  absl::Status AddRandom(double level, BinomialPartFit* fit) {
    ProfilePoint best = common_;
    if (fit->df > 0) {
      ASSIGN_OR_RETURN(best, Best());
      while (likelihood_.Refine(best)) {
        ASSIGN_OR_RETURN(best, Again(best));
      }
    }
    ASSIGN_OR_RETURN(fit->random, Model(best));
    fit->tau2 = best.tau * best.tau;
    fit->quadrature_error = likelihood_.error();
    fit->most_nodes = likelihood_.most_nodes();
    fit->searched_tau = searched_tau_;
    if (fit->df == 0) {
      fit->no_interval = "no degrees of freedom are left for tau^2";
      return absl::OkStatus();
    }
    fit->likelihood_ratio =
        std::max(0.0, 2 * (best.log_likelihood - common_.log_likelihood));
    fit->p_tau2 =
        best.tau == 0 ? 1 : ChiSquareTail(fit->likelihood_ratio, 1) / 2;
    absl::StatusOr<Interval> interval = IntervalAround(best, level);
    if (interval.ok()) {
      fit->tau2_interval = *interval;
    } else if (absl::IsFailedPrecondition(interval.status())) {
      fit->no_interval = std::string(interval.status().message());
    } else {
      return interval.status();
    }
    return absl::OkStatus();
  }

  // The search begins at the maximum of the nearest tau that is known: from far
  // away steps lead where the nodes do not reach.
  absl::StatusOr<ProfilePoint> At(double tau) {
    auto nearest = known_.lower_bound(tau);
    if (nearest == known_.end() ||
        (nearest != known_.begin() &&
         tau - std::prev(nearest)->first < nearest->first - tau)) {
      --nearest;
    }
    ASSIGN_OR_RETURN(ProfilePoint point,
                     likelihood_.MaximumAt(tau, nearest->second, cancelled_));
    known_[tau] = point.at;
    return point;
  }

  absl::StatusOr<ProfilePoint> Best() {
    ProfilePoint low = common_;
    ProfilePoint best = common_;
    for (double tau = kFirstTau; tau <= kLargestTau; tau *= 2) {
      absl::StatusOr<ProfilePoint> next = At(tau);
      // Where it falls, what lies beyond the reach of the nodes is given up.
      if (absl::IsFailedPrecondition(next.status()) && low.slope <= 0) break;
      ASSIGN_OR_RETURN(ProfilePoint high, std::move(next));
      if (low.slope > 0 && high.slope <= 0) {
        ASSIGN_OR_RETURN(const ProfilePoint top, Between(low, high));
        if (top.log_likelihood > best.log_likelihood) best = top;
      }
      low = std::move(high);
    }
    searched_tau_ = low.tau;
    if (low.slope > 0) {
      return absl::FailedPreconditionError(absl::StrCat(
          "the likelihood still rises at tau = ", low.tau, ": the studies of ",
          part_.treatments.front(), ", ", part_.treatments[1],
          part_.treatments.size() > 2 ? " and others" : "",
          " contradict each other without bounds"));
    }
    return best;
  }

  // The maximum next to one of coarser rules; all are looked for anew if the
  // finer ones moved it by more than a hundredth.
  absl::StatusOr<ProfilePoint> Again(const ProfilePoint& coarse) {
    if (coarse.tau == 0) return coarse;
    ASSIGN_OR_RETURN(const ProfilePoint low, At(0.99 * coarse.tau));
    ASSIGN_OR_RETURN(const ProfilePoint high, At(1.01 * coarse.tau));
    if (!(low.slope > 0 && high.slope <= 0)) return Best();
    return Between(low, high);
  }

  // The maximum where the slope falls from positive to negative.
  absl::StatusOr<ProfilePoint> Between(const ProfilePoint& low,
                                       const ProfilePoint& high) {
    const FallibleFunction slope = [this](double t) -> absl::StatusOr<double> {
      ASSIGN_OR_RETURN(const ProfilePoint point, At(t));
      return point.slope;
    };
    ASSIGN_OR_RETURN(
        const double root,
        RootWithin(slope, {low.tau, high.tau, low.slope, high.slope}));
    return At(root);
  }

  absl::StatusOr<BinomialModelFit> Model(const ProfilePoint& point) const {
    const bool with_tau = point.tau > 0;
    const Eigen::MatrixXd information =
        likelihood_.InformationAt(point, with_tau);
    const Eigen::LLT<Eigen::MatrixXd> root(information);
    if (root.info() != Eigen::Success) {
      return absl::FailedPreconditionError(
          "the likelihood is flat at its maximum: it has no standard errors");
    }
    const Eigen::Index effects = point.at.theta.size() - 1;
    const Eigen::MatrixXd covariance =
        root.solve(Eigen::MatrixXd::Identity(information.rows(),
                                             information.cols()))
            .topLeftCorner(effects, effects);
    BinomialModelFit model;
    model.log_likelihood = point.log_likelihood;
    model.effects = point.at.theta;
    Eigen::MatrixXd padded = Eigen::MatrixXd::Zero(effects + 1, effects + 1);
    padded.bottomRightCorner(effects, effects) = covariance;
    model.pair_variances =
        padded.diagonal().replicate(1, effects + 1) +
        padded.diagonal().transpose().replicate(effects + 1, 1) -
        (padded + padded.transpose());
    return model;
  }

  // FailedPrecondition: an end cannot be found.
  absl::StatusOr<Interval> IntervalAround(const ProfilePoint& best,
                                          double level) {
    const double quantile = ChiSquareUpperQuantile(1 - level, 1);
    const FallibleFunction left = [&](double tau) -> absl::StatusOr<double> {
      ASSIGN_OR_RETURN(const ProfilePoint point, At(tau));
      return quantile - 2 * (best.log_likelihood - point.log_likelihood);
    };
    Interval interval;
    const double at_0 =
        quantile - 2 * (best.log_likelihood - common_.log_likelihood);
    if (at_0 < 0) {
      ASSIGN_OR_RETURN(interval.lower,
                       RootWithin(left, {0, best.tau, at_0, quantile}));
    }
    Bracket upper{best.tau, 0, quantile, 0};
    for (double step = kFirstTau; upper.high < searched_tau_; step *= 2) {
      upper.high = std::min(best.tau + step, searched_tau_);
      ASSIGN_OR_RETURN(upper.high_value, left(upper.high));
      if (upper.high_value < 0) {
        ASSIGN_OR_RETURN(interval.upper, UpperEnd(left, &upper));
        return Interval{interval.lower * interval.lower,
                        interval.upper * interval.upper};
      }
      upper.low = upper.high;
      upper.low_value = upper.high_value;
    }
    return absl::FailedPreconditionError(
        absl::StrCat("its upper end lies beyond tau = ", searched_tau_));
  }

  // With the nodes that the likelihood needs there.
  absl::StatusOr<double> UpperEnd(const FallibleFunction& left,
                                  Bracket* upper) {
    while (true) {
      ASSIGN_OR_RETURN(const double end, RootWithin(left, *upper));
      ASSIGN_OR_RETURN(const ProfilePoint point, At(end));
      if (!likelihood_.Refine(point)) return end;
      ASSIGN_OR_RETURN(upper->low_value, left(upper->low));
      ASSIGN_OR_RETURN(upper->high_value, left(upper->high));
    }
  }

  const EventPart& part_;
  BinomialLikelihood likelihood_;
  const absl::FunctionRef<bool()> cancelled_;
  std::map<double, EventParameters> known_;  // maxima by tau
  double searched_tau_ = 0;
  ProfilePoint common_;  // tau = 0, where every rule is exact
};

absl::Status CheckArms(const EventParts& parts) {
  for (const EventPart& part : parts.parts) {
    for (const EventStudy& study : part.studies) {
      if (study.events.size() <= kMostArms) continue;
      return absl::FailedPreconditionError(
          absl::StrCat("study \"", study.id, "\" has ", study.events.size(),
                       " arms; quadrature is for at most ", kMostArms));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<BinomialFit> FitBinomial(absl::Span<const Study> studies,
                                        double level,
                                        absl::FunctionRef<bool()> cancelled) {
  if (!(level > 0 && level < 1)) {
    return absl::InvalidArgumentError(
        absl::StrCat("level must be between 0 and 1, found ", level));
  }
  ASSIGN_OR_RETURN(const std::vector<const Study*> binary,
                   BinaryStudies(studies));
  RETURN_IF_ERROR(CheckStudies(studies, EffectMeasure::kOddsRatio));
  EventParts parts = DivideByEvents(binary);
  RETURN_IF_ERROR(CheckArms(parts));
  BinomialFit fit;
  for (const EventPart& part : parts.parts) {
    ASSIGN_OR_RETURN(BinomialPartFit one, Profile(part, cancelled).Fit(level));
    fit.parts.push_back(std::move(one));
  }
  fit.left_out = std::move(parts.left_out);
  return fit;
}

}  // namespace tidemark::nma
