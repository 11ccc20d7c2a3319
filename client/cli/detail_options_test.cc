#include "client/cli/detail_options.h"

#include <string>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "base/testing/status_matchers.h"
#include "client/cli/exit_code.h"
#include "gtest/gtest.h"

namespace tidemark::cli {
namespace {

DetailOptions Parsed(const std::string& line) {
  CLI::App app;
  DetailOptions options;
  AddRankOptions(&app, &options);
  app.parse(line, /*program_name_included=*/false);
  return options;
}

TEST(DetailsOfTest, TheDifferenceIsPassedOn) {
  const auto details = DetailsOf(Parsed("--mid 0.25"));
  ASSERT_OK(details);
  EXPECT_EQ(details->minimal_important_difference(), 0.25);
}

TEST(DetailsOfTest, NoDifferenceIsNone) {
  const auto details = DetailsOf(Parsed("--ranks"));
  ASSERT_OK(details);
  EXPECT_FALSE(details->has_minimal_important_difference());
}

TEST(DetailsOfTest, ADifferenceIsFiniteAndGreaterThanZero) {
  for (const char* mid : {"0", "-0", "-1", "nan", "inf", "-inf"}) {
    const auto details = DetailsOf(Parsed(std::string("--mid=") + mid));
    EXPECT_EQ(ExitCodeOf(details.status()), ExitCode::kUsage) << mid;
  }
}

}  // namespace
}  // namespace tidemark::cli
