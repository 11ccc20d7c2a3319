#include "review/record_diff.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/message.h"
#include "gtest/gtest.h"
#include "review/testing/toy_review.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/review.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// `path: before -> after`.
std::vector<std::string> Lines(const std::vector<v1::FieldDiff>& fields) {
  std::vector<std::string> lines;
  for (const v1::FieldDiff& field : fields) {
    lines.push_back(absl::StrCat(field.path(), ": ", field.before(), " -> ",
                                 field.after()));
  }
  return lines;
}

std::vector<std::string> Difference(const google::protobuf::Message& before,
                                    const google::protobuf::Message& after) {
  return Lines(DifferingFields(FieldsOf(before), FieldsOf(after)));
}

TEST(DifferingFieldsTest, NamesWhatChangedAndNothingElse) {
  const v1::Trial before = testing::ToyTrial();
  v1::Trial after = before;
  after.set_title("Alpha 2016");
  after.mutable_results(1)->mutable_continuous()->set_sd(16);
  EXPECT_THAT(Difference(before, after),
              ElementsAre("title: alpha -> Alpha 2016",
                          "results[pain/6m/msc1].continuous.sd: 20 -> 16"));
  EXPECT_THAT(Difference(before, before), IsEmpty());
}

TEST(DifferingFieldsTest, ShowsWhatIsGoneWhereItWas) {
  v1::Trial before = testing::ToyTrial();
  before.set_country("Spain");
  v1::Trial after = before;
  after.clear_country();
  after.mutable_results()->DeleteSubrange(0, 1);
  after.set_notes("one arm only");
  EXPECT_THAT(
      Difference(before, after),
      ElementsAre("country: Spain -> ", "results[pain/6m/ha].outcome: pain -> ",
                  "results[pain/6m/ha].time_point: 6m -> ",
                  "results[pain/6m/ha].arms: ha -> ",
                  "results[pain/6m/ha].instrument: vas -> ",
                  "results[pain/6m/ha].continuous.value_kind: FINAL -> ",
                  "results[pain/6m/ha].continuous.mean: 42 -> ",
                  "results[pain/6m/ha].continuous.sd: 21 -> ",
                  "results[pain/6m/ha].continuous.n: 15 -> ",
                  "results[pain/6m/ha].source.report: main -> ",
                  "notes:  -> one arm only"));
}

TEST(DifferingFieldsTest, DoesNotMindTheOrderOfElements) {
  const v1::Trial before = testing::ToyTrial();
  v1::Trial after = before;
  after.mutable_results()->SwapElements(0, 1);
  EXPECT_THAT(Difference(before, after), IsEmpty());
}

TEST(DifferingFieldsTest, IsForProtocolsAndAnalysesToo) {
  v1::Review review = testing::ToyReview();
  review.mutable_outcomes(0)->mutable_thresholds(0)->set_value(1.5);
  EXPECT_THAT(Difference(testing::ToyReview(), review),
              ElementsAre("outcomes[pain].thresholds[0].value: 1 -> 1.5"));
  v1::Analysis analysis = testing::PainAnalysis();
  analysis.mutable_filters()->add_exclude_trials("alpha");
  analysis.mutable_filters()->add_exclude_trials("beta");
  analysis.set_tau2_method(v1::Tau2Method::DL);
  EXPECT_THAT(Difference(testing::PainAnalysis(), analysis),
              ElementsAre("tau2_method: REML -> DL",
                          "filters.exclude_trials:  -> alpha, beta"));
}

TEST(FieldsOfRecordTest, StatusAndNoticeStandAtTheEnd) {
  v1::TrialRecord before;
  *before.mutable_trial() = testing::ToyTrial();
  before.set_status(v1::TrialStatus::INCLUDED);
  v1::TrialRecord after = before;
  after.set_status(v1::TrialStatus::RETRACTED);
  after.set_notice("10.1000/notice");
  EXPECT_THAT(
      Lines(DifferingFields(FieldsOfRecord(before), FieldsOfRecord(after))),
      ElementsAre("status: INCLUDED -> RETRACTED",
                  "notice:  -> 10.1000/notice"));
}

}  // namespace
}  // namespace tidemark::review
