#include "client/cli/json_files.h"

#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::tidemark::testing::StatusIs;

std::string Written(const std::string& name, const std::string& text) {
  const std::string path = absl::StrCat(::testing::TempDir(), "/", name);
  std::ofstream(path) << text;
  return path;
}

absl::StatusOr<std::vector<FromFile<v1::Trial>>> ReadTrials(
    const std::string& name, const std::string& text) {
  return ReadJsonFiles<v1::Trial>({Written(name, text)}, "trials");
}

TEST(JsonFilesTest, ReadsOneMessageAListOrANamedList) {
  const std::string a = R"({"trial_id": "a"})";
  const std::string b = R"({"trial_id": "b"})";
  const std::vector<std::string> files = {
      Written("one.json", a),
      Written("list.json", absl::StrCat("[", a, ",", b, "]")),
      Written("named.json", absl::StrCat(R"({"trials": [)", b, "]}"))};
  ASSERT_OK_AND_ASSIGN(const auto trials,
                       ReadJsonFiles<v1::Trial>(files, "trials"));
  ASSERT_THAT(trials, SizeIs(4));
  EXPECT_EQ(trials[2].message.trial_id(), "b");
  EXPECT_THAT(trials[2].place, HasSubstr("list.json[1]"));
}

TEST(JsonFilesTest, SyntaxErrorNamesFileLineAndColumn) {
  EXPECT_THAT(ReadTrials("bad.json", "{\n  \"trial_id\": oops\n}"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("bad.json: line 2, column"),
                             HasSubstr("invalid literal"))));
}

TEST(JsonFilesTest, UnknownFieldIsNamed) {
  EXPECT_THAT(ReadTrials("bad.json", R"({"trial_id": "a", "yaer": 2019})"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("bad.json"), HasSubstr("yaer"))));
}

TEST(JsonFilesTest, ValueThatDoesNotFitIsNamedWithItsField) {
  EXPECT_THAT(
      ReadTrials("bad.json",
                 R"([{}, {"results": [{"continuous": {"sd": "wide"}}]}])"),
      StatusIs(
          absl::StatusCode::kInvalidArgument,
          AllOf(HasSubstr("bad.json[1]"), HasSubstr("sd"), HasSubstr("wide"))));
}

TEST(JsonFilesTest, RefusesAKeyThatStandsTwice) {
  EXPECT_THAT(ReadTrials("twice.json", R"({"year": 2018, "year": 2019})"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("`year` stands twice")));
}

TEST(JsonFilesTest, RefusesWhatIsNoObject) {
  EXPECT_THAT(ReadTrials("bad.json", "[3]"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("[0]")));
  EXPECT_THAT(ReadTrials("bad.json", "[]"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("empty")));
  EXPECT_THAT(
      ReadTrials("bad.json", ""),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("line 1")));
}

TEST(JsonFilesTest, RefusesWhatIsNestedTooDeep) {
  const std::string deep = std::string(200000, '[') + std::string(200000, ']');
  EXPECT_THAT(ReadTrials("deep.json", deep),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("nested more than 100 deep")));
}

TEST(JsonFilesTest, MissingFileIsNotFound) {
  EXPECT_THAT(
      ReadInput("/nowhere/trial.json"),
      StatusIs(absl::StatusCode::kNotFound, HasSubstr("/nowhere/trial.json")));
  EXPECT_THAT(ReadInput(::testing::TempDir()),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("cannot read")));
}

TEST(JsonFilesTest, KeepsNumbersExactly) {
  ASSERT_OK_AND_ASSIGN(
      const auto trials,
      ReadTrials("n.json",
                 R"({"results": [{"continuous": {"mean": 0.1, "n": 30}}]})"));
  EXPECT_EQ(trials[0].message.results(0).continuous().mean(), 0.1);
}

}  // namespace
}  // namespace tidemark::cli
