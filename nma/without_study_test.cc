#include "nma/without_study.h"

#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "Eigen/Core"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nma/coherence.h"
#include "nma/effects.h"
#include "nma/network.h"
#include "nma/network_fit.h"
#include "nma/testing/explicit_model.h"
#include "nma/testing/fit_differences.h"
#include "nma/testing/random_edits.h"
#include "nma/testing/two_arms.h"

namespace tidemark::nma {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::tidemark::testing::StatusIs;

std::vector<StudyEffects> Others(const std::vector<StudyEffects>& studies,
                                 int left_out) {
  std::vector<StudyEffects> others = studies;
  others.erase(others.begin() + left_out);
  return others;
}

// As the fits without a study are made.
FitOptions OfRest(FitOptions options) {
  options.reference.clear();
  options.tau2_limits = false;
  return options;
}

struct Kind {
  const char* name;
  RandomNumbers numbers;
};
constexpr Kind kKinds[] = {
    {"homogeneous", {1, 0, 0}},
    {"heterogeneous", {1, 2, 0}},
    {"studies agree exactly", {0, 0, 0}},
    {"precise and vague studies", {1, 0.5, 8}},
    {"somewhat heterogeneous", {1, 0.5, 1}},
};

// Each seed is another network: of 2 to 6 arms a study, in pieces or whole.
class LeaveOutTest : public ::testing::TestWithParam<int> {
 protected:
  LeaveOutTest() {
    RandomEdits edits(2 + GetParam() % 7, kind_.numbers,
                      static_cast<std::uint32_t>(GetParam()));
    for (int i = 0; i < 20 + GetParam() % 30; ++i) edits.Next();
    for (const auto& [id, study] : edits.studies()) {
      studies_.push_back(study);
      by_id_[id] = study;
    }
    options_.tau2_method = static_cast<Tau2Method>(GetParam() % 4);
    options_.interval_method = static_cast<IntervalMethod>(GetParam() / 4 % 3);
    options_.small_values_desirable = GetParam() % 2 == 0;
  }

  const Kind kind_ = kKinds[GetParam() % 5];
  FitOptions options_;
  std::vector<StudyEffects> studies_;
  StudiesById by_id_;
};

void ExpectSame(const QTest& actual, const QTest& expected) {
  EXPECT_NEAR(actual.q, expected.q, 1e-9 * (expected.q + expected.df));
  EXPECT_EQ(actual.df, expected.df);
}

TEST_P(LeaveOutTest, EqualsAFitFromScratchOfTheOthers) {
  if (studies_.empty()) GTEST_SKIP() << "the edits left no study";
  ASSERT_OK_AND_ASSIGN(const NetworkFit fit, FitNetwork(studies_, options_));
  int visited = 0;
  ASSERT_OK(LeaveOutEach(
      studies_, fit, options_,
      [&](int s, const absl::StatusOr<WithoutStudy>& without) {
        EXPECT_EQ(s, visited++);
        const std::vector<StudyEffects> others = Others(studies_, s);
        const absl::StatusOr<NetworkFit> expected =
            FitNetwork(others, OfRest(options_));
        EXPECT_EQ(without.status(), expected.status());
        if (!without.ok() || !expected.ok()) return absl::OkStatus();
        StudiesById rest = by_id_;
        rest.erase(studies_[s].study);
        EXPECT_THAT(FitDifferences(without->fit, *expected, rest), IsEmpty())
            << kind_.name << ", without " << studies_[s].study;
        const absl::StatusOr<Coherence> q = DecomposeQ(others);
        EXPECT_OK(q);
        ExpectSame(without->q.total, q->common.total);
        ExpectSame(without->q.within, q->common.within);
        ExpectSame(without->q.between, q->common.between);
        return absl::OkStatus();
      }));
  EXPECT_EQ(visited, static_cast<int>(studies_.size()));
}

// The regression written out, with a hundred digits, at the tau^2 of the whole
// network.
TEST_P(LeaveOutTest, FixedTau2IsTheRegressionOfTheOthersAtIt) {
  if (studies_.empty() || studies_.size() > 16) GTEST_SKIP();
  ASSERT_OK_AND_ASSIGN(const NetworkFit fit, FitNetwork(studies_, options_));
  std::map<std::string, double> tau2;
  for (size_t t = 0; t < fit.treatments.size(); ++t) {
    tau2[fit.treatments[t]] = fit.heterogeneity[fit.component[t]].tau2;
  }
  ASSERT_OK(LeaveOutEach(
      studies_, fit, options_,
      [&](int s, const absl::StatusOr<WithoutStudy>& without) {
        if (!without.ok()) return absl::OkStatus();
        const Network network = BuildNetwork(Others(studies_, s));
        EXPECT_EQ(network.treatments, without->fit.treatments);
        for (const Component& component : network.components) {
          const ReferenceModel model(component.network);
          const HundredDigits at =
              tau2.at(network.treatments[component.treatments[0]]);
          const ReferenceModel::Matrix covariance = model.Covariance(at);
          const ReferenceModel::Vector theta =
              covariance *
              (model.x.transpose() *
               ReferenceModel::Vector(model.Precision(at) * model.y));
          const int base = component.treatments[0];
          for (Eigen::Index i = 0; i < theta.size(); ++i) {
            const int t = component.treatments[i + 1];
            const auto variance = static_cast<double>(covariance(i, i));
            EXPECT_NEAR(without->fixed_tau2.pair_variances(t, base), variance,
                        1e-9 * variance);
            EXPECT_NEAR(without->fixed_tau2.effects[t] -
                            without->fixed_tau2.effects[base],
                        static_cast<double>(theta[i]),
                        1e-9 * std::sqrt(variance))
                << kind_.name << ", without " << studies_[s].study;
          }
        }
        return absl::OkStatus();
      }));
}

INSTANTIATE_TEST_SUITE_P(Seeds, LeaveOutTest, ::testing::Range(0, 60));

TEST(LeaveOutEachTest, WhatTheOthersDoNotConnectIsInOtherComponents) {
  // A chain: each study is a bridge; the first is all there is on A.
  const std::vector<StudyEffects> studies = {TwoArms("1", "A", "B", 1, 1),
                                             TwoArms("2", "B", "C", 1, 1),
                                             TwoArms("3", "C", "D", 1, 1)};
  const FitOptions options;
  ASSERT_OK_AND_ASSIGN(const NetworkFit fit, FitNetwork(studies, options));
  std::vector<std::vector<std::string>> treatments;
  std::vector<std::vector<int>> components;
  ASSERT_OK(LeaveOutEach(studies, fit, options,
                         [&](int, const absl::StatusOr<WithoutStudy>& without) {
                           EXPECT_OK(without);
                           treatments.push_back(without->fit.treatments);
                           components.push_back(without->fit.component);
                           return absl::OkStatus();
                         }));
  EXPECT_THAT(treatments, ElementsAre(ElementsAre("B", "C", "D"),
                                      ElementsAre("A", "B", "C", "D"),
                                      ElementsAre("A", "B", "C")));
  EXPECT_THAT(components,
              ElementsAre(ElementsAre(0, 0, 0), ElementsAre(0, 0, 1, 1),
                          ElementsAre(0, 0, 0)));
}

TEST(LeaveOutEachTest, TheOnlyStudyLeavesNothing) {
  const std::vector<StudyEffects> studies = {TwoArms("1", "A", "B", 1, 1)};
  const FitOptions options;
  ASSERT_OK_AND_ASSIGN(const NetworkFit fit, FitNetwork(studies, options));
  int visited = 0;
  ASSERT_OK(LeaveOutEach(studies, fit, options,
                         [&](int, const absl::StatusOr<WithoutStudy>& without) {
                           ++visited;
                           EXPECT_THAT(
                               without.status(),
                               StatusIs(absl::StatusCode::kFailedPrecondition,
                                        HasSubstr("no study")));
                           return absl::OkStatus();
                         }));
  EXPECT_EQ(visited, 1);
}

TEST(LeaveOutEachTest, EndsWithTheErrorOfTheVisitor) {
  const std::vector<StudyEffects> studies = {TwoArms("1", "A", "B", 1, 1),
                                             TwoArms("2", "A", "B", 2, 1)};
  const FitOptions options;
  ASSERT_OK_AND_ASSIGN(const NetworkFit fit, FitNetwork(studies, options));
  int visited = 0;
  EXPECT_THAT(LeaveOutEach(studies, fit, options,
                           [&](int, const absl::StatusOr<WithoutStudy>&) {
                             ++visited;
                             return absl::CancelledError("enough");
                           }),
              StatusIs(absl::StatusCode::kCancelled, "enough"));
  EXPECT_EQ(visited, 1);
}

}  // namespace
}  // namespace tidemark::nma
