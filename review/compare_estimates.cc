#include "review/compare_estimates.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::review {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double LargestMagnitude(const google::protobuf::RepeatedField<double>& values) {
  double largest = 0;
  for (const double value : values)
    largest = std::max(largest, std::abs(value));
  return largest;
}

// |a - b| / scale. What is not finite deviates without limit from all numbers:
// NaN must not slip through a comparison.
double Deviation(double a, double b, double scale) {
  if (a == b) return 0;
  return std::isfinite(a) && std::isfinite(b) ? std::abs(a - b) / scale
                                              : kInfinity;
}

double VectorDeviation(const google::protobuf::RepeatedField<double>& a,
                       const google::protobuf::RepeatedField<double>& b) {
  const double scale = std::max(LargestMagnitude(a), LargestMagnitude(b));
  double worst = 0;
  for (int i = 0; i < a.size(); ++i) {
    worst = std::max(worst, Deviation(a[i], b[i], scale));
  }
  return worst;
}

double ScalarDeviation(double a, double b, double floor) {
  return Deviation(a, b, std::max({std::abs(a), std::abs(b), floor}));
}

double ModelDeviation(const v1::ModelEstimate& a, const v1::ModelEstimate& b) {
  return std::max(VectorDeviation(a.effects(), b.effects()),
                  VectorDeviation(a.covariance(), b.covariance()));
}

// What must be the same to the letter: all but the numbers. Which of them are
// there must be the same too.
v1::Estimate WithoutNumbers(v1::Estimate estimate) {
  if (estimate.has_tau2()) estimate.set_tau2(0);
  estimate.clear_q();
  if (estimate.has_p_q()) estimate.set_p_q(0);
  estimate.clear_i2();
  estimate.clear_engine_build();
  estimate.clear_inputs_digest();
  for (v1::ModelEstimate* model :
       {estimate.mutable_common(), estimate.mutable_random()}) {
    std::fill(model->mutable_effects()->begin(),
              model->mutable_effects()->end(), 0);
    std::fill(model->mutable_covariance()->begin(),
              model->mutable_covariance()->end(), 0);
  }
  for (v1::PScore& score : *estimate.mutable_p_scores()) {
    score.clear_common();
    score.clear_random();
  }
  for (v1::Heterogeneity& component :
       *estimate.mutable_component_heterogeneity()) {
    component.clear_q();
    if (component.has_p_q()) component.set_p_q(0);
    component.clear_i2();
    component.clear_tau2();
  }
  return estimate;
}

}  // namespace

absl::StatusOr<double> LargestDeviation(const v1::Estimate& stored,
                                        const v1::Estimate& recomputed) {
  google::protobuf::util::MessageDifferencer differencer;
  std::string difference;
  differencer.ReportDifferencesToString(&difference);
  if (!differencer.Compare(WithoutNumbers(stored),
                           WithoutNumbers(recomputed))) {
    return absl::DataLossError(
        absl::StrCat("the stored estimate is not the recomputed one: ",
                     difference.substr(0, difference.find('\n'))));
  }
  const double variance = LargestMagnitude(stored.random().covariance());
  double worst = std::max(ModelDeviation(stored.common(), recomputed.common()),
                          ModelDeviation(stored.random(), recomputed.random()));
  const auto scalar = [&worst](double a, double b, double floor) {
    worst = std::max(worst, ScalarDeviation(a, b, floor));
  };
  scalar(stored.q(), recomputed.q(), 1);
  scalar(stored.p_q(), recomputed.p_q(), 1);
  scalar(stored.i2(), recomputed.i2(), 1);
  scalar(stored.tau2(), recomputed.tau2(), variance);
  for (int i = 0; i < stored.p_scores_size(); ++i) {
    scalar(stored.p_scores(i).common(), recomputed.p_scores(i).common(), 1);
    scalar(stored.p_scores(i).random(), recomputed.p_scores(i).random(), 1);
  }
  for (int i = 0; i < stored.component_heterogeneity_size(); ++i) {
    const v1::Heterogeneity& a = stored.component_heterogeneity(i);
    const v1::Heterogeneity& b = recomputed.component_heterogeneity(i);
    scalar(a.q(), b.q(), 1);
    scalar(a.p_q(), b.p_q(), 1);
    scalar(a.i2(), b.i2(), 1);
    scalar(a.tau2(), b.tau2(), variance);
  }
  return worst;
}

}  // namespace tidemark::review
