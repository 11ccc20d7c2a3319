#include "review/agreement.h"

#include <map>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/testing/honest_log.h"
#include "review/testing/toy_review.h"
#include "tidemark/v1/change.pb.h"
#include "tidemark/v1/extraction.pb.h"

namespace tidemark::review {
namespace {

using testing::HonestLog;
using testing::Submit;
using testing::ToyTrial;

// 50 applications, of which two readers each accept some: 20 both, 15 neither,
// 5 only the first, 10 only the second. p_o = 0.7, p_e = 0.5·0.6 + 0.5·0.4.
TEST(CohensKappaTest, OfATwoByTwoTable) {
  const CategoryPairs pairs = {{{"yes", "yes"}, 20},
                               {{"yes", "no"}, 5},
                               {{"no", "yes"}, 10},
                               {{"no", "no"}, 15}};
  EXPECT_NEAR(*CohensKappa(pairs), (0.7 - 0.5) / (1 - 0.5), 1e-12);
}

// p_o = 8/12; first 6, 4, 2 times, second 5, 3, 4 times: p_e = 50/144.
TEST(CohensKappaTest, OfThreeCategories) {
  const CategoryPairs pairs = {{{"low", "low"}, 4},  {{"low", "some"}, 1},
                               {{"low", "high"}, 1}, {{"some", "some"}, 2},
                               {{"some", "low"}, 1}, {{"some", "high"}, 1},
                               {{"high", "high"}, 2}};
  EXPECT_NEAR(*CohensKappa(pairs), (8. / 12 - 50. / 144) / (1 - 50. / 144),
              1e-12);
}

TEST(CohensKappaTest, IsOneOrAbsentOrNegativeAtItsEnds) {
  EXPECT_EQ(CohensKappa({{{"a", "a"}, 3}, {{"b", "b"}, 1}}), 1.0);
  EXPECT_EQ(CohensKappa({{{"a", "b"}, 1}, {{"b", "a"}, 1}}), -1.0);
  EXPECT_EQ(CohensKappa({{{"a", "a"}, 3}}), std::nullopt);
  EXPECT_EQ(CohensKappa({}), std::nullopt);
  // Agreement where one of the two never hesitates is agreement by chance.
  EXPECT_EQ(CohensKappa({{{"a", "a"}, 3}, {{"a", "b"}, 1}}), 0.0);
}

HonestLog DoubleExtraction() {
  HonestLog log;
  log.Append(testing::PutReview(testing::ToyReview()));
  v1::Change change;
  v1::Policy& policy = *change.mutable_set_policy()->mutable_policy();
  policy.set_extraction(v1::Policy::DOUBLE_EXTRACTION);
  policy.set_adjudication(v1::Policy::THIRD_PERSON);
  log.Append(change);
  return log;
}

v1::RiskOfBias* AddBias(v1::RiskOfBias::Judgement overall, v1::Trial* trial) {
  v1::RiskOfBias* bias = trial->add_risk_of_bias();
  bias->set_outcome("pain");
  bias->set_overall(overall);
  return bias;
}

TEST(AgreementTest, ComparesFirstDraftsFieldByField) {
  HonestLog log = DoubleExtraction();
  v1::Trial first = ToyTrial("alpha");
  AddBias(v1::RiskOfBias::LOW, &first);
  v1::Trial second = ToyTrial("alpha");
  second.set_title("In other words");
  AddBias(v1::RiskOfBias::HIGH, &second);
  testing::AddEvents("ha", 3, 15, &second);
  second.mutable_results(0)->mutable_continuous()->set_sd(99);
  log.Append(Submit({first}), "ana");
  log.Append(Submit({second}), "ben");
  // What was written after the pair, and what is alone, does not count.
  log.Append(Submit({first}), "ben");
  log.Append(Submit({ToyTrial("beta")}), "ana");

  const v1::Agreement agreement = AgreementOf(log.state());
  EXPECT_EQ(agreement.trials(), 1);
  ASSERT_EQ(agreement.by_trial_size(), 1);
  const v1::TrialAgreement& alpha = agreement.by_trial(0);
  EXPECT_EQ(alpha.first_sequence(), 3);
  EXPECT_EQ(alpha.second_sequence(), 4);
  // They differ in sd and overall, and only one has the events, of n, and the
  // report where they stand.
  EXPECT_EQ(alpha.fields() - alpha.agreed(), 5) << agreement.DebugString();
  EXPECT_EQ(agreement.fields(), alpha.fields());
  EXPECT_DOUBLE_EQ(agreement.share(), static_cast<double>(alpha.agreed()) /
                                          static_cast<double>(alpha.fields()));
  std::map<std::string, v1::CategoryAgreement> categories;
  for (const auto& category : agreement.categories()) {
    categories[category.field()] = category;
  }
  const v1::CategoryAgreement& bias = categories["risk_of_bias.overall"];
  EXPECT_EQ(bias.pairs(), 1);
  EXPECT_EQ(bias.agreed(), 0);
  EXPECT_EQ(bias.kappa(), 0);
  const v1::CategoryAgreement& kind =
      categories["results.continuous.value_kind"];
  EXPECT_EQ(kind.pairs(), 2);
  EXPECT_EQ(kind.agreed(), 2);
  EXPECT_FALSE(kind.has_kappa());
}

TEST(AgreementTest, OfNothingIsAbsent) {
  const v1::Agreement agreement = AgreementOf(DoubleExtraction().state());
  EXPECT_EQ(agreement.trials(), 0);
  EXPECT_FALSE(agreement.has_share());
}

}  // namespace
}  // namespace tidemark::review
