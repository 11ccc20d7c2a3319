#include "nma/study_effects_check.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "Eigen/Cholesky"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace tidemark::nma {
namespace {

// Rounding of a covariance that was computed element by element.
constexpr double kSymmetryTolerance = 1e-12;

absl::Status StudyError(const StudyEffects& study, absl::string_view problem) {
  return absl::InvalidArgumentError(
      absl::StrCat("study \"", study.study, "\": ", problem));
}

size_t CountDistinct(const std::vector<std::string>& treatments) {
  size_t distinct = 0;
  for (auto it = treatments.begin(); it != treatments.end(); ++it) {
    if (std::find(treatments.begin(), it, *it) == it) ++distinct;
  }
  return distinct;
}

absl::Status CheckShape(const StudyEffects& study) {
  const size_t distinct = CountDistinct(study.treatments);
  if (distinct < 2 || distinct != study.treatments.size()) {
    return StudyError(study, absl::StrCat("needs two or more treatments, each "
                                          "once, found ",
                                          study.treatments.size(), " of which ",
                                          distinct, " distinct"));
  }
  const auto m = static_cast<Eigen::Index>(distinct) - 1;
  if (study.effects.size() == m && study.covariance.rows() == m &&
      study.covariance.cols() == m) {
    return absl::OkStatus();
  }
  return StudyError(study, absl::StrCat("needs ", m,
                                        " effects and a covariance of that "
                                        "size, found ",
                                        study.effects.size(), " and ",
                                        study.covariance.rows(), " x ",
                                        study.covariance.cols()));
}

bool IsSymmetric(const Eigen::MatrixXd& matrix) {
  return matrix.isApprox(matrix.transpose(), kSymmetryTolerance);
}

// A factor would be allocated, which two arms, by far the most common, need
// not.
bool IsPositiveDefinite(const Eigen::MatrixXd& matrix) {
  if (matrix.rows() == 1) return matrix(0, 0) > 0;
  return Eigen::LLT<Eigen::MatrixXd>(matrix).info() == Eigen::Success;
}

absl::Status CheckNumbers(const StudyEffects& study) {
  if (!study.effects.allFinite() || !study.covariance.allFinite()) {
    return StudyError(study, "its effects and covariance must be finite");
  }
  if (!IsSymmetric(study.covariance) || !IsPositiveDefinite(study.covariance)) {
    return StudyError(study,
                      "its covariance must be symmetric and positive definite");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckStudyEffects(absl::Span<const StudyEffects> studies) {
  for (const StudyEffects& study : studies) {
    RETURN_IF_ERROR(CheckShape(study));
    RETURN_IF_ERROR(CheckNumbers(study));
  }
  return absl::OkStatus();
}

}  // namespace tidemark::nma
