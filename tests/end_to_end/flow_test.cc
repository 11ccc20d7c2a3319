// The flow of studies between two moments, as the command reads it from a
// server.
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "client/cli/moment_range.h"
#include "client/cli/plot_flow.h"
#include "client/client.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/testing/toy_review.h"
#include "tests/testing/example_review.h"
#include "tests/testing/server_fixture.h"

namespace tidemark {
namespace {

using ::testing::AllOf;
using testing::FromText;
using ::testing::HasSubstr;
using testing::kExampleReview;
using ::testing::Not;
using testing::ServerFixture;

class FlowTest : public ::testing::Test {
 protected:
  FlowTest() {
    fixture_.CreateExample();    // 1, 2
    fixture_.SubmitOneByOne(3);  // 3, 4, 5
    client::ConnectOptions options;
    options.channel = fixture_.server->InProcessChannel();
    options.trust.unverified = true;
    auto client = client::Client::Connect(options);
    EXPECT_TRUE(client.ok()) << client.status();
    client_ = *std::move(client);
  }

  void Apply(const v1::Change& change) {
    v1::ApplyResponse response;
    const grpc::Status status = fixture_.Apply(change, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }

  std::string CsvOf(const std::string& range) {
    const auto parsed = cli::ParseMomentRange(range);
    EXPECT_TRUE(parsed.ok()) << parsed.status();
    const auto figure = cli::PlotFlow(*client_, kExampleReview, *parsed);
    EXPECT_TRUE(figure.ok()) << figure.status();
    return figure.ok() ? figure->csv : "";
  }

  ServerFixture fixture_;
  std::unique_ptr<client::Client> client_;
};

TEST_F(FlowTest, CountsWhatWasRecordedBetweenTheTwoAndTheTrialsAtBothEnds) {
  Apply(FromText<v1::Change>(R"(
    record_runs { runs { step: SEARCH source: "MEDLINE"
      performed_on: "2026-01-02" search { identified: 7 duplicates: 2 } } })"));
  const std::vector<v1::Trial> trials = testing::ExampleTrials();
  Apply(testing::SubmitTrials({trials[3]}));  // 7
  Apply(testing::SetStatus(trials[0].trial_id(), v1::TrialStatus::RETRACTED,
                           "10.1000/notice"));  // 8
  Apply(FromText<v1::Change>(
      "make_release { tag: '2026.1' sequence: 5 declared: AUTO }"));  // 9
  EXPECT_THAT(
      CsvOf("tag:2026.1..8"),
      AllOf(HasSubstr("Version 2026.1,Studies,3,\n"),
            HasSubstr("Records identified,MEDLINE (1 search),7,\n"),
            HasSubstr("Records screened,No screening is recorded,,\n"),
            HasSubstr("New in this version,Studies,1," + trials[3].trial_id()),
            HasSubstr("Of these studies,Retracted,1," + trials[0].trial_id()),
            HasSubstr("Version at sequence 8,Studies,3,\n")));
  // The search is entry 6.
  EXPECT_THAT(CsvOf("6.."), Not(HasSubstr("MEDLINE")));
  EXPECT_THAT(CsvOf("5..6"), HasSubstr("MEDLINE (1 search),7"));
}

TEST_F(FlowTest, TheFirstVersionComesFromNothing) {
  EXPECT_THAT(CsvOf("..5"),
              AllOf(HasSubstr("Before the first version,Studies,0,\n"),
                    HasSubstr("New in this version,Studies,3,"),
                    HasSubstr("Version at sequence 5,Studies,3,\n")));
}

}  // namespace
}  // namespace tidemark
