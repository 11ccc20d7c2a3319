#include "review/errors.h"

#include <algorithm>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/testing/violations.h"

namespace tidemark::review {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

// What gRPC leaves for details beside a message of the greatest length.
constexpr size_t kMostBytes = 6500;

size_t PayloadBytes(const absl::Status& status) {
  size_t bytes = 0;
  status.ForEachPayload([&](absl::string_view type, const absl::Cord& value) {
    bytes += type.size() + value.size();
  });
  return bytes;
}

TEST(ErrorTest, CarriesReasonDomainAndMetadata) {
  const absl::Status status =
      Error(absl::StatusCode::kNotFound, "TRIAL_NOT_FOUND", "no trial \"x\"",
            {{"trial", "x"}});
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "no trial \"x\"");
  const google::rpc::ErrorInfo info = testing::ErrorInfoOf(status);
  EXPECT_EQ(info.reason(), "TRIAL_NOT_FOUND");
  EXPECT_EQ(info.domain(), "tidemark");
  EXPECT_THAT(info.metadata(), UnorderedElementsAre(Pair("trial", "x")));
}

TEST(ErrorTest, CutsMetadataThatACallerMadeLong) {
  const absl::Status status =
      Error(absl::StatusCode::kNotFound, "TRIAL_NOT_FOUND", "no such trial",
            {{"trial", std::string(100000, 'x')}});
  EXPECT_LT(PayloadBytes(status), kMostBytes);
}

TEST(ViolationsTest, NoneAreOk) {
  const Violations violations;
  EXPECT_TRUE(violations.empty());
  EXPECT_TRUE(violations.ToStatus().ok());
}

TEST(ViolationsTest, MessageNamesTheFirstAndCountsTheOthers) {
  Violations violations;
  violations.Add("trials[0].year", "must be in 1900-2200");
  EXPECT_EQ(violations.ToStatus().message(),
            "trials[0].year: must be in 1900-2200");
  violations.Add("trials[1].year", "must be in 1900-2200");
  violations.Add("trials[2].year", "must be in 1900-2200");
  const absl::Status status = violations.ToStatus();
  EXPECT_FALSE(violations.empty());
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(),
            "trials[0].year: must be in 1900-2200 (and 2 more violations)");
  EXPECT_THAT(
      testing::FieldsOf(status),
      ElementsAre("trials[0].year", "trials[1].year", "trials[2].year"));
}

TEST(ViolationsTest, OneMoreIsSaidInTheSingular) {
  Violations violations;
  violations.Add("a", "x");
  violations.Add("b", "x");
  EXPECT_EQ(violations.ToStatus().message(), "a: x (and 1 more violation)");
}

TEST(ViolationsTest, DetailsHoldTheFirst50AndTheInfoCountsAll) {
  Violations violations;
  for (int i = 0; i < 60; ++i) violations.Add(absl::StrCat("f[", i, "]"), "x");
  const absl::Status status = violations.ToStatus();
  ASSERT_EQ(testing::FieldsOf(status).size(), 50);
  EXPECT_EQ(testing::FieldsOf(status)[49], "f[49]");
  EXPECT_EQ(testing::ErrorInfoOf(status).reason(), "VALIDATION_FAILED");
  EXPECT_EQ(testing::ErrorInfoOf(status).metadata().at("violations"), "60");
}

TEST(ViolationsTest, DetailsFitATrailerHoweverLongTheyAre) {
  Violations violations;
  for (int i = 0; i < 50; ++i) {
    violations.Add(absl::StrCat("field", i), std::string(500, 'x'));
  }
  const absl::Status status = violations.ToStatus();
  EXPECT_GT(testing::FieldsOf(status).size(), 5);
  EXPECT_LT(PayloadBytes(status), kMostBytes);
}

// An identifier of a megabyte stands in its description.
TEST(ViolationsTest, AHugeDescriptionIsCutNotDropped) {
  Violations violations;
  violations.Add("a", std::string(1 << 20, 'x'));
  violations.Add("b", "too");
  const absl::Status status = violations.ToStatus();
  EXPECT_THAT(testing::FieldsOf(status), ElementsAre("a", "b"));
  EXPECT_LT(PayloadBytes(status), kMostBytes);
}

TEST(ViolationsTest, CutsBetweenCharacters) {
  std::string umlauts;
  for (int i = 0; i < 5000; ++i) umlauts += "\xC3\xA4";
  for (const char* shift : {"", "x"}) {
    Violations violations;
    violations.Add("a", absl::StrCat(shift, umlauts));
    const auto details = testing::BadRequestOf(violations.ToStatus());
    ASSERT_EQ(details.field_violations_size(), 1);
    const std::string& text = details.field_violations(0).description();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\xC3'),
              std::count(text.begin(), text.end(), '\xA4'));
  }
}

}  // namespace
}  // namespace tidemark::review
