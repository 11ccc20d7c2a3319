// `plot` from the outside: where figures go, and what it refuses.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/local_review.h"
#include "tests/cli/run_tidemark.h"

namespace tidemark::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kAnalyses[] = R"({"analyses": [
  {"analysis_id": "pain-6m", "title": "Pain at 6 months", "outcome": "pain",
   "time_point": "6m", "node_map": "each", "effect_measure": "MD",
   "reference": "saline"},
  {"analysis_id": "harm-6m", "title": "Harm", "outcome": "harm",
   "time_point": "6m", "node_map": "each", "effect_measure": "OR"}]})";

constexpr char kTable[] =
    "study,treatment,mean,sd,n\n"
    "A 2019,msc,30,20,40\nA 2019,saline,44,20,40\n"
    "B 2020,ha,40,20,40\nB 2020,saline,45,20,40\n";

std::string Read(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class PlotTest : public LocalReview {
 protected:
  PlotTest() : LocalReview("knees") {
    CreateReview(kKneesProtocol, kAnalyses, "pain", kTable);
  }
};

TEST_F(PlotTest, FilesHoldTheFigureAndItsNumbers) {
  const std::string svg = base_ + "/forest.svg";
  const std::string csv = base_ + "/forest.csv";
  const Finished done =
      Done({"plot", "forest", "pain-6m", "-o", svg, "--data", csv});
  EXPECT_THAT(done.data, IsEmpty());
  EXPECT_THAT(Read(svg), AllOf(HasSubstr("<svg "), HasSubstr("versus saline")));
  EXPECT_THAT(Read(csv), AllOf(StartsWith("first,second,measure,effect,"),
                               HasSubstr("\nmsc,saline,MD,-14,")));
  // No -o: the same bytes go to the output, whatever its format.
  EXPECT_EQ(Done({"plot", "forest", "pain-6m", "--output", "json"}).data,
            Read(svg));
}

TEST_F(PlotTest, EachKindIsDrawn) {
  for (const std::vector<std::string>& kind :
       {std::vector<std::string>{"forest", "pain-6m", "--reference", "ha"},
        {"forest", "pain-6m", "--evidence"},
        {"forest", "pain-6m", "msc", "ha"},
        {"league", "pain-6m"},
        {"network", "harm-6m"},
        {"ranks", "pain-6m"},
        {"history", "pain-6m", "msc", "ha"},
        {"contributions", "pain-6m"},
        {"leave-one-out", "pain-6m", "msc", "ha"},
        {"flow", "--from", "1"}}) {
    std::vector<std::string> command = {"plot"};
    command.insert(command.end(), kind.begin(), kind.end());
    EXPECT_THAT(Done(command).data, HasSubstr("<svg ")) << kind[0];
  }
}

TEST_F(PlotTest, IsOfAMomentAndSaysWhatBecameKnownLater) {
  Done({"exclude", "A 2019", "-m", "not eligible"});
  EXPECT_THAT(Done({"plot", "forest", "pain-6m", "--as-of", "3"}).data,
              AllOf(HasSubstr("at sequence 3"),
                    HasSubstr("Known later: A 2019 is excluded now")));
  EXPECT_THAT(Done({"plot", "forest", "pain-6m"}).data,
              AllOf(HasSubstr("not estimable: no data"),
                    Not(HasSubstr("Known later"))));
}

TEST_F(PlotTest, RefusesWhatItCannotDraw) {
  const Finished nothing = Run({"plot", "forest", "harm-6m"});
  EXPECT_EQ(nothing.exit_code, 9) << nothing.messages;
  EXPECT_THAT(nothing.data, IsEmpty());
  const Finished reference =
      Run({"plot", "forest", "pain-6m", "--reference", "placebo"});
  EXPECT_THAT(reference.messages,
              HasSubstr("\"placebo\" has no data in analysis \"pain-6m\""));
  const Finished unknown = Run({"plot", "league", "pain-7m"});
  EXPECT_THAT(unknown.messages, HasSubstr("pain-7m"));
  const Finished one_file =
      Run({"plot", "league", "pain-6m", "-o", "x.svg", "--data", "x.svg"});
  EXPECT_EQ(one_file.exit_code, 2);
  EXPECT_FALSE(std::filesystem::exists("x.svg"));
  const Finished backwards = Run(
      {"plot", "history", "pain-6m", "msc", "ha", "--from", "3", "--to", "2"});
  EXPECT_EQ(backwards.exit_code, 2);
  EXPECT_THAT(backwards.messages, HasSubstr("exchange the two"));
  const Finished no_directory =
      Run({"plot", "league", "pain-6m", "-o", base_ + "/none/x.svg"});
  EXPECT_NE(no_directory.exit_code, 0);
  EXPECT_THAT(no_directory.messages, HasSubstr("/none/x.svg"));
}

}  // namespace
}  // namespace tidemark::testing
