#include "review/check.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/numbers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/errors.h"
#include "review/testing/violations.h"

namespace tidemark::review {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(IsIdentifierTest, AllowsLowerCaseDigitsAndThreeSigns) {
  for (const char* id : {"a", "0", "pain", "hip.0-100_b", "-", "."}) {
    EXPECT_TRUE(IsIdentifier(id)) << id;
  }
  for (const char* id : {"", "Pain", "a b", "a/b", "a+b", "a]",
                         "schmerz\xC3"
                         "\xA4",
                         "a\n"}) {
    EXPECT_FALSE(IsIdentifier(id)) << id;
  }
}

TEST(IsIdentifierTest, Allows64CharactersAndNoMore) {
  EXPECT_TRUE(IsIdentifier(std::string(64, 'a')));
  EXPECT_FALSE(IsIdentifier(std::string(65, 'a')));
  EXPECT_FALSE(IsIdentifier(std::string("a\0b", 3)));
}

TEST(IsTrialIdTest, AllowsUtf8WithSpacesInside) {
  for (const char* id : {"a", "Matas 2019", "G\xC3\xB3mez/2020", "A,B"}) {
    EXPECT_TRUE(IsTrialId(id)) << id;
  }
  for (const char* id : {"", " a", "a ", "a\nb", "a\x7F"}) {
    EXPECT_FALSE(IsTrialId(id)) << id;
  }
  EXPECT_FALSE(IsTrialId(std::string("a\0b", 3)));
}

TEST(IsTrialIdTest, CountsBytes) {
  EXPECT_TRUE(IsTrialId(std::string(128, 'a')));
  EXPECT_FALSE(IsTrialId(std::string(129, 'a')));
  std::string umlauts;
  for (int i = 0; i < 64; ++i) umlauts += "\xC3\xA4";
  EXPECT_TRUE(IsTrialId(umlauts));
  EXPECT_FALSE(IsTrialId(umlauts + "a"));
}

TEST(CheckNewIdentifierTest, RefusesWhatIsNoneAndWhatIsThereAlready) {
  absl::flat_hash_set<std::string> seen;
  Violations violations;
  CheckNewIdentifier("list[0].id", "a", seen, violations);
  EXPECT_TRUE(violations.empty());
  CheckNewIdentifier("list[1].id", "a", seen, violations);
  CheckNewIdentifier("list[2].id", "A", seen, violations);
  CheckNewIdentifier("list[3].id", "b", seen, violations);
  const absl::Status status = violations.ToStatus();
  EXPECT_THAT(testing::FieldsOf(status),
              ElementsAre("list[1].id", "list[2].id"));
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("\"a\" stands in the list twice"));
  EXPECT_TRUE(seen.contains("b"));
  EXPECT_FALSE(seen.contains("A"));
}

TEST(CheckFiniteTest, NamesWhatItFound) {
  Violations violations;
  EXPECT_TRUE(CheckFinite("x", -1.5, violations));
  EXPECT_TRUE(CheckFinite("x", std::numeric_limits<double>::max(), violations));
  EXPECT_TRUE(violations.empty());
  EXPECT_FALSE(CheckFinite("nan", kNan, violations));
  EXPECT_FALSE(CheckFinite("inf", -kInfinity, violations));
  const auto details = testing::BadRequestOf(violations.ToStatus());
  ASSERT_EQ(details.field_violations_size(), 2);
  EXPECT_THAT(details.field_violations(0).description(), HasSubstr("NaN"));
  EXPECT_THAT(details.field_violations(1).description(), HasSubstr("infinity"));
}

TEST(CheckPositiveTest, RefusesWhatIsNotFiniteAndAboveZero) {
  Violations violations;
  CheckPositive("x", std::numeric_limits<double>::denorm_min(), violations);
  EXPECT_TRUE(violations.empty());
  for (const double value : {0.0, -1.5, kInfinity, kNan}) {
    CheckPositive("y", value, violations);
  }
  EXPECT_THAT(testing::FieldsOf(violations.ToStatus()),
              ElementsAre("y", "y", "y", "y"));
}

TEST(CheckNotEmptyTest, RefusesTheEmptyTextOnly) {
  Violations violations;
  CheckNotEmpty("a", "x", violations);
  CheckNotEmpty("b", "", violations);
  EXPECT_THAT(testing::FieldsOf(violations.ToStatus()), ElementsAre("b"));
}

TEST(ElementTest, PutsTheIndexIntoBrackets) {
  EXPECT_EQ(Element("trials", 7), "trials[7]");
}

TEST(NumberTest, IsWhatAPersonWouldWrite) {
  EXPECT_EQ(Number(0), "0");
  EXPECT_EQ(Number(16.2), "16.2");
  EXPECT_EQ(Number(0.1), "0.1");
  EXPECT_EQ(Number(-3), "-3");
  EXPECT_EQ(Number(1234567), "1234567");
}

TEST(NumberTest, ReadsBackAsTheSameDouble) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20000; ++i) {
    double value = 0;
    const uint64_t bits = random();
    static_assert(sizeof(bits) == sizeof(value));
    std::memcpy(&value, &bits, sizeof(value));
    if (!std::isfinite(value)) continue;
    double back = 0;
    ASSERT_TRUE(absl::SimpleAtod(Number(value), &back)) << Number(value);
    EXPECT_EQ(back, value);
  }
}

}  // namespace
}  // namespace tidemark::review
