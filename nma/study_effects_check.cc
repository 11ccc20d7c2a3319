#include "nma/study_effects_check.h"

#include <cstddef>
#include <set>
#include <string>

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

absl::Status CheckShape(const StudyEffects& study) {
  const std::set<std::string> distinct(study.treatments.begin(),
                                       study.treatments.end());
  if (distinct.size() < 2 || distinct.size() != study.treatments.size()) {
    return StudyError(study, absl::StrCat("needs two or more treatments, each "
                                          "once, found ",
                                          study.treatments.size(), " of which ",
                                          distinct.size(), " distinct"));
  }
  const auto m = static_cast<Eigen::Index>(distinct.size()) - 1;
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

absl::Status CheckNumbers(const StudyEffects& study) {
  if (!study.effects.allFinite() || !study.covariance.allFinite()) {
    return StudyError(study, "its effects and covariance must be finite");
  }
  if (!study.covariance.isApprox(study.covariance.transpose(),
                                 kSymmetryTolerance) ||
      Eigen::LLT<Eigen::MatrixXd>(study.covariance).info() != Eigen::Success) {
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
