#include "nma/study_effects_check.h"

#include <cmath>
#include <string>
#include <vector>

#include "Eigen/Core"
#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nma/effects.h"
#include "nma/testing/two_arms.h"

namespace tidemark::nma {
namespace {

using ::tidemark::testing::StatusIs;

StudyEffects ThreeArms() {
  Eigen::MatrixXd covariance(2, 2);
  covariance << 0.5, 0.2, 0.2, 0.7;
  return {"three", {"A", "B", "C"}, Eigen::Vector2d(1, 2), covariance};
}

void ExpectRefused(const StudyEffects& study, const std::string& problem) {
  EXPECT_THAT(CheckStudyEffects({&study, 1}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "study \"" + study.study + "\": " + problem));
}

TEST(StudyEffectsCheckTest, AcceptsWhatANetworkIsFittedTo) {
  EXPECT_OK(CheckStudyEffects({}));
  EXPECT_OK(CheckStudyEffects({TwoArms("two", "A", "B", 0, 1e-300), ThreeArms(),
                               TwoArms("huge", "A", "B", 1e300, 1e300)}));
}

TEST(StudyEffectsCheckTest, TreatmentsAreTwoOrMoreEachOnce) {
  const std::string rule = "needs two or more treatments, each once, found ";
  ExpectRefused(TwoArms("s", "A", "A", 1, 1), rule + "2 of which 1 distinct");
  StudyEffects study = ThreeArms();
  study.treatments = {"A", "B", "A"};
  ExpectRefused(study, rule + "3 of which 2 distinct");
  study.treatments = {"A"};
  ExpectRefused(study, rule + "1 of which 1 distinct");
  study.treatments = {};
  ExpectRefused(study, rule + "0 of which 0 distinct");
}

TEST(StudyEffectsCheckTest, SizesFitTheTreatments) {
  StudyEffects study = ThreeArms();
  study.effects.conservativeResize(1);
  ExpectRefused(study,
                "needs 2 effects and a covariance of that size, found 1 and "
                "2 x 2");
  study = ThreeArms();
  study.covariance.resize(2, 3);
  ExpectRefused(study,
                "needs 2 effects and a covariance of that size, found 2 and "
                "2 x 3");
}

TEST(StudyEffectsCheckTest, NumbersAreFinite) {
  const std::string rule = "its effects and covariance must be finite";
  for (const double number : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
    ExpectRefused(TwoArms("s", "A", "B", number, 1), rule);
    ExpectRefused(TwoArms("s", "A", "B", 1, number), rule);
    StudyEffects study = ThreeArms();
    study.covariance(1, 0) = number;
    ExpectRefused(study, rule);
  }
}

TEST(StudyEffectsCheckTest, CovariancesAreSymmetricAndPositiveDefinite) {
  const std::string rule =
      "its covariance must be symmetric and positive definite";
  ExpectRefused(TwoArms("s", "A", "B", 1, 0), rule);
  ExpectRefused(TwoArms("s", "A", "B", 1, -1), rule);
  StudyEffects study = ThreeArms();
  study.covariance(1, 0) = 0.2 + 1e-9;
  ExpectRefused(study, rule);
  study.covariance(1, 0) = 0.2 + 1e-14;  // rounding
  EXPECT_OK(CheckStudyEffects({&study, 1}));
  study.covariance << 1, 2, 2, 1;
  ExpectRefused(study, rule);
}

TEST(StudyEffectsCheckTest, NamesTheFirstStudyThatIsRefused) {
  const std::vector<StudyEffects> studies = {ThreeArms(),
                                             TwoArms("bad", "A", "B", 1, -1),
                                             TwoArms("worse", "A", "A", 1, 1)};
  EXPECT_THAT(CheckStudyEffects(studies),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       ::testing::HasSubstr("study \"bad\"")));
}

}  // namespace
}  // namespace tidemark::nma
