#include "client/cli/what_if_options.h"

#include <fstream>
#include <string>

#include "client/cli/exit_code.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tidemark/v1/explain_service.pb.h"

namespace tidemark::cli {
namespace {

using ::testing::ElementsAre;

v1::WhatIfRequest RequestOf(const WhatIfOptions& options) {
  const auto request = WhatIfRequestOf(options);
  EXPECT_TRUE(request.ok()) << request.status();
  return request.value_or(v1::WhatIfRequest());
}

TEST(WhatIfRequestOfTest, NothingAskedIsNothingChanged) {
  EXPECT_EQ(RequestOf({}).ByteSizeLong(), 0U);
}

TEST(WhatIfRequestOfTest, EditsOfATrialStayTogetherInTheirOrder) {
  WhatIfOptions options;
  options.set = {"alpha:title=a: b=c", "doi:10.1/x:year=2019",
                 "alpha:arms[ha].attributes[a:b]=x"};
  const v1::WhatIfRequest request = RequestOf(options);
  ASSERT_EQ(request.edits_size(), 2);
  EXPECT_EQ(request.edits(0).trial_id(), "alpha");
  EXPECT_EQ(request.edits(0).edits(0).path(), "title");
  EXPECT_EQ(request.edits(0).edits(0).value(), "a: b=c");
  EXPECT_EQ(request.edits(0).edits(1).path(), "arms[ha].attributes[a:b]");
  EXPECT_EQ(request.edits(1).trial_id(), "doi:10.1/x");
}

TEST(WhatIfRequestOfTest, OptionsOfTheAnalysis) {
  WhatIfOptions options;
  options.tau2 = "dl";
  options.ci = "hk";
  options.level = 0.9;
  options.mid = {5, 10};
  options.exclude_rob = {"high", "some_concerns"};
  const v1::Analysis analysis = RequestOf(options).analysis();
  EXPECT_EQ(analysis.tau2_method(), v1::Tau2Method::DL);
  EXPECT_EQ(analysis.interval_method(), v1::IntervalMethod::HK);
  EXPECT_EQ(analysis.level(), 0.9);
  ASSERT_EQ(analysis.thresholds_size(), 2);
  EXPECT_EQ(analysis.thresholds(1).value(), 10);
  EXPECT_EQ(analysis.thresholds(1).kind(), v1::Threshold::BETWEEN_GROUPS);
  EXPECT_THAT(analysis.filters().exclude_risk_of_bias(),
              ElementsAre(v1::RiskOfBias::HIGH, v1::RiskOfBias::SOME_CONCERNS));
}

TEST(WhatIfRequestOfTest, ANodeMapComesFromItsFile) {
  WhatIfOptions options;
  options.node_map_file = ::testing::TempDir() + "/map.json";
  std::ofstream(options.node_map_file)
      << R"({"id": "any", "nodes": [{"id": "ha"}, {"id": "msc"}]})";
  EXPECT_EQ(RequestOf(options).node_map().nodes(1).id(), "msc");
}

TEST(WhatIfRequestOfTest, RefusesWhatIsNoValue) {
  const auto code_of = [](const WhatIfOptions& options) {
    return ExitCodeOf(WhatIfRequestOf(options).status());
  };
  WhatIfOptions options;
  options.tau2 = "eb";
  EXPECT_EQ(code_of(options), ExitCode::kUsage);
  for (const char* set : {"title=x", ":title=x", "alpha:=x", "alpha:title"}) {
    options = {};
    options.set = {set};
    EXPECT_EQ(code_of(options), ExitCode::kUsage) << set;
  }
  options = {};
  options.node_map_file = "/no/such/file.json";
  EXPECT_EQ(code_of(options), ExitCode::kNotFound);
}

}  // namespace
}  // namespace tidemark::cli
