#include "review/linear_model_writer.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "review/effect_writer.h"
#include "review/errors.h"

namespace tidemark::review {
namespace {

constexpr int kMostParameters = 200;
constexpr int kMostTreatments = 200;
constexpr int64_t kMostWork = 100'000'000;

absl::Status TooMany(const char* reason, const char* what, int64_t found,
                     int64_t most) {
  return Error(absl::StatusCode::kInvalidArgument, reason,
               absl::StrCat("the model is for at most ", most, " ", what,
                            ", this one has ", found),
               {{"found", absl::StrCat(found)}});
}

IntervalBasis BasisOf(const nma::LinearFit& fit,
                      v1::IntervalMethod::Code method, Model model) {
  if (model == Model::kCommon) return {};
  return RandomIntervalBasis(method, fit.heterogeneity.df,
                             fit.heterogeneity.residual_scale);
}

}  // namespace

absl::Status CheckModelSize(int parameters, int treatments,
                            const std::vector<nma::StudyEffects>& studies) {
  if (parameters > kMostParameters) {
    return TooMany("TOO_MANY_PARAMETERS", "parameters", parameters,
                   kMostParameters);
  }
  if (treatments > kMostTreatments) {
    return TooMany("TOO_MANY_TREATMENTS", "treatments", treatments,
                   kMostTreatments);
  }
  int64_t work = 0;
  for (const nma::StudyEffects& study : studies) {
    work += study.effects.size() * parameters * parameters;
  }
  if (work > kMostWork) {
    return TooMany("MODEL_TOO_LARGE", "effects times parameters squared", work,
                   kMostWork);
  }
  return absl::OkStatus();
}

std::optional<nma::RelativeEffect> LinearModelWriter::EstimateUnder(
    const Eigen::VectorXd& combination, Model model) const {
  const std::optional<Eigen::VectorXd> in_basis = model_.InBasis(combination);
  if (!in_basis.has_value()) return std::nullopt;
  return model == Model::kCommon
             ? nma::EstimateOf(*in_basis, fit_.common, fit_.common_intervals)
             : nma::EstimateOf(*in_basis, fit_.random, fit_.random_intervals);
}

std::optional<v1::Coefficient> LinearModelWriter::WriteCombination(
    const Eigen::VectorXd& combination, Model model) const {
  const auto numbers = EstimateUnder(combination, model);
  if (!numbers.has_value()) return std::nullopt;
  return WriteCoefficient(*numbers, BasisOf(fit_, method_, model));
}

void LinearModelWriter::WriteEffects(
    DifferenceOf difference, Model model,
    google::protobuf::RepeatedPtrField<v1::RelativeEffect>* effects) const {
  const IntervalBasis basis = BasisOf(fit_, method_, model);
  const int size = static_cast<int>(treatments_.size());
  for (int i = 0; i < size; ++i) {
    for (int j = i + 1; j < size; ++j) {
      const auto numbers = EstimateUnder(difference(i, j), model);
      if (!numbers.has_value()) continue;
      *effects->Add() =
          WriteRelativeEffect(treatments_[i], treatments_[j], *numbers, basis);
    }
  }
}

void LinearModelWriter::WriteComparable(
    DifferenceOf difference,
    google::protobuf::RepeatedPtrField<v1::ComparableTreatments>* groups)
    const {
  for (const std::vector<int>& group : nma::ComparableGroups(
           static_cast<int>(treatments_.size()), model_, difference)) {
    v1::ComparableTreatments* message = groups->Add();
    for (const int t : group) message->add_treatments(treatments_[t]);
  }
}

}  // namespace tidemark::review
