#include "client/cli/output.h"

#include <sstream>

#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "client/cli/exit_code.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/read_service.pb.h"

namespace tidemark::cli {
namespace {

using ::testing::HasSubstr;
using ::tidemark::testing::IsOkAndHolds;

TEST(OutputFormatTest, IsATableOnATerminalAndRowsElsewhere) {
  EXPECT_THAT(OutputFormatOf("", true), IsOkAndHolds(OutputFormat::kTable));
  EXPECT_THAT(OutputFormatOf("", false),
              IsOkAndHolds(OutputFormat::kPlainRows));
  EXPECT_THAT(OutputFormatOf("table", false),
              IsOkAndHolds(OutputFormat::kTable));
  EXPECT_THAT(OutputFormatOf("json", true), IsOkAndHolds(OutputFormat::kJson));
}

TEST(OutputFormatTest, RefusesOthersAsUsage) {
  EXPECT_EQ(ExitCodeOf(OutputFormatOf("yaml", true).status()),
            ExitCode::kUsage);
}

TEST(ToJsonTest, UsesTheFieldNamesOfTheProtoAndPrintsDefaults) {
  v1::Estimate estimate;
  estimate.add_components()->add_values()->set_string_value("a");
  estimate.set_effect_measure(v1::EffectMeasure::MD);
  const std::string json = ToJson(estimate, false);
  EXPECT_THAT(json, HasSubstr(R"("effect_measure":"MD")"));
  EXPECT_THAT(json, HasSubstr(R"("studies_used":0)"));
  EXPECT_THAT(json, HasSubstr(R"("components":[["a"]])"));
  EXPECT_THAT(json, HasSubstr(R"("studies_left_out":[])"));
}

TEST(ToJsonTest, EmptyListsAreThere) {
  EXPECT_THAT(ToJson(v1::ListTrialsResponse(), false),
              HasSubstr(R"("trials":[])"));
}

TEST(OutputTest, KeepsDataAndMessagesApart) {
  std::ostringstream data;
  std::ostringstream messages;
  Output output(OutputFormat::kPlainRows, false, &data, &messages);
  output.Print({"title", {{"x"}}, {{Text("1")}}});
  output.Remark("only for people");
  output.Tell("done");
  EXPECT_EQ(data.str(), "1\n");
  EXPECT_EQ(messages.str(), "done\n");
}

TEST(OutputTest, FlushSaysWhetherTheDataWentOut) {
  std::ostringstream data;
  std::ostringstream messages;
  Output output(OutputFormat::kTable, false, &data, &messages);
  EXPECT_TRUE(output.Flush());
  data.setstate(std::ios::badbit);
  EXPECT_FALSE(output.Flush());
}

}  // namespace
}  // namespace tidemark::cli
