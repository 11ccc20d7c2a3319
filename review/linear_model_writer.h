// What a linear model of study effects says, as messages.
#ifndef TIDEMARK_REVIEW_LINEAR_MODEL_WRITER_H_
#define TIDEMARK_REVIEW_LINEAR_MODEL_WRITER_H_

#include <optional>
#include <string>
#include <vector>

#include "Eigen/Core"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "google/protobuf/repeated_field.h"
#include "nma/effects.h"
#include "nma/linear_model.h"
#include "review/relative_effects.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/model_fit.pb.h"
#include "tidemark/v1/relative_effect.pb.h"

namespace tidemark::review {

// INVALID_ARGUMENT: more than 200 parameters, more than 200 treatments to
// compare in pairs, or more than 10^8 effects times parameters squared, to
// which each of some 50 fits is proportional.
absl::Status CheckModelSize(int parameters, int treatments,
                            const std::vector<nma::StudyEffects>& studies);

// The combination of parameters that is treatment i minus j.
using DifferenceOf = absl::FunctionRef<Eigen::VectorXd(int i, int j)>;

// Refers to model, fit and treatments.
class LinearModelWriter {
 public:
  LinearModelWriter(const nma::LinearModel& model, const nma::LinearFit& fit,
                    const std::vector<std::string>& treatments,
                    v1::IntervalMethod::Code method)
      : model_(model), fit_(fit), treatments_(treatments), method_(method) {}

  // None if the studies do not identify it.
  std::optional<v1::Coefficient> WriteCombination(
      const Eigen::VectorXd& combination, Model model) const;

  // Every pair that is identified, first < second. O(T² p r).
  void WriteEffects(
      DifferenceOf difference, Model model,
      google::protobuf::RepeatedPtrField<v1::RelativeEffect>* effects) const;

  void WriteComparable(
      DifferenceOf difference,
      google::protobuf::RepeatedPtrField<v1::ComparableTreatments>* groups)
      const;

 private:
  std::optional<nma::RelativeEffect> EstimateUnder(
      const Eigen::VectorXd& combination, Model model) const;

  const nma::LinearModel& model_;
  const nma::LinearFit& fit_;
  const std::vector<std::string>& treatments_;
  const v1::IntervalMethod::Code method_;
};

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_LINEAR_MODEL_WRITER_H_
