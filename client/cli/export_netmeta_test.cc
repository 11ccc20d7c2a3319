#include "client/cli/export_netmeta.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/testing/toy_review.h"

namespace tidemark::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::StatusIs;

// Version 1 of a trial with pain of 5, 4 and 2 points, SD 2, 25 people an arm.
std::vector<v1::TrialRecord> Records() {
  v1::TrialRecord record;
  record.set_version(1);
  record.set_status(v1::TrialStatus::INCLUDED);
  v1::Trial& trial = *record.mutable_trial();
  trial = testing::TrialOf("alpha", {"ha", "msc1", "msc2"});
  testing::AddPain("ha", "vas", 50, 20, 25, &trial);
  testing::AddPain("msc1", "vas", 40, 20, 25, &trial);
  testing::AddPain("msc2", "vas", 20, 20, 25, &trial);
  return {record};
}

v1::Estimate EstimateOf(int version, const std::string& treatments) {
  return testing::FromText<v1::Estimate>(
      "review_id: 'toy' analysis_id: 'pain-6m' sequence: 3 effect_measure: MD "
      "tau2_method: REML interval_method: NORMAL level: 0.95 components { "
      "values { string_value: 'ha' } values { string_value: 'msc1' } values { "
      "string_value: 'msc2' } } studies { study: 'alpha' version: " +
      std::to_string(version) + " " + treatments + " }");
}

constexpr char kThreeArms[] =
    "treatments: 'ha' treatments: 'msc1' treatments: 'msc2'";

absl::StatusOr<std::vector<ExportedFile>> Export(const v1::Estimate& estimate) {
  return ExportNetmeta(Records(), testing::ToyReview(), testing::PainAnalysis(),
                       estimate);
}

TEST(ExportNetmetaTest, WritesEveryPairOfAStudy) {
  ASSERT_OK_AND_ASSIGN(const std::vector<ExportedFile> files,
                       Export(EstimateOf(1, kThreeArms)));
  EXPECT_EQ(files[0].name, "studies.csv");
  // Each mean has the variance 2² / 25, a difference of two twice that.
  EXPECT_EQ(files[0].text,
            "component,study,first,second,effect,se\n"
            "1,alpha,msc1,ha,-1,0.565685424949238\n"
            "1,alpha,msc2,ha,-3,0.565685424949238\n"
            "1,alpha,msc2,msc1,-2,0.565685424949238\n");
}

TEST(ExportNetmetaTest, TheScriptHasTheMethodsOfTheEstimate) {
  v1::Estimate estimate = EstimateOf(1, kThreeArms);
  ASSERT_OK_AND_ASSIGN(std::vector<ExportedFile> files, Export(estimate));
  EXPECT_EQ(files[3].name, "refit.R");
  EXPECT_THAT(files[3].text,
              AllOf(HasSubstr("\nmethod <- \"REML\"\n"),
                    HasSubstr("\ninterval <- \"NORMAL\"\n"),
                    HasSubstr("\nlevel <- 0.95\ntolerance <- 1e-5\n")));
  estimate.set_tau2_method(v1::Tau2Method::PM);
  ASSERT_OK_AND_ASSIGN(files, Export(estimate));
  EXPECT_THAT(files[3].text, HasSubstr("\ntolerance <- 1e-8\n"));
}

TEST(ExportNetmetaTest, OtherStudiesThanTheEstimateUsedAreAnError) {
  for (const v1::Estimate& estimate :
       {EstimateOf(2, kThreeArms), EstimateOf(1, "treatments: 'ha'")}) {
    EXPECT_THAT(
        Export(estimate).status(),
        StatusIs(absl::StatusCode::kDataLoss,
                 AllOf(HasSubstr("study alpha"), HasSubstr("sequence 3"))));
  }
  v1::Estimate another = EstimateOf(1, kThreeArms);
  another.add_studies()->set_study("beta");
  EXPECT_THAT(Export(another).status(),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("study beta")));
}

}  // namespace
}  // namespace tidemark::cli
