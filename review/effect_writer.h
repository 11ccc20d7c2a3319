// Numbers of the engine as messages, with the reason for what does not exist.
#ifndef TIDEMARK_REVIEW_EFFECT_WRITER_H_
#define TIDEMARK_REVIEW_EFFECT_WRITER_H_

#include <optional>
#include <string>

#include "nma/heterogeneity.h"
#include "nma/relative_effect.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/model_fit.pb.h"
#include "tidemark/v1/relative_effect.pb.h"

namespace tidemark::review {

// What decides which intervals exist. By default those of the common-effect
// model: normal, and no prediction.
struct IntervalBasis {
  v1::IntervalMethod::Code method = v1::IntervalMethod::NORMAL;
  bool predicts = false;
  int df = 0;
  std::optional<double> residual_scale;
};

// Of the random-effects model.
IntervalBasis RandomIntervalBasis(v1::IntervalMethod::Code method, int df,
                                  std::optional<double> residual_scale);

// `numbers` were made by the interval rule of `basis`.
v1::RelativeEffect WriteRelativeEffect(const std::string& first,
                                       const std::string& second,
                                       const nma::RelativeEffect& numbers,
                                       const IntervalBasis& basis);
v1::Coefficient WriteCoefficient(const nma::RelativeEffect& numbers,
                                 const IntervalBasis& basis);

v1::ResidualHeterogeneity WriteResidualHeterogeneity(
    const nma::Heterogeneity& heterogeneity);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_EFFECT_WRITER_H_
