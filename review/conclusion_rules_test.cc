#include "review/conclusion_rules.h"

#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tidemark/v1/conclusion.pb.h"

namespace tidemark::review {
namespace {

TEST(ConclusionRulesTest, EveryKindHasItsRule) {
  const auto* kinds = v1::ConclusionEvent::Kind_descriptor();
  ASSERT_EQ(static_cast<int>(ConclusionRules().size()),
            kinds->value_count() - 1);
  for (int i = 1; i < kinds->value_count(); ++i) {
    const auto kind =
        static_cast<v1::ConclusionEvent::Kind>(kinds->value(i)->number());
    SCOPED_TRACE(v1::ConclusionEvent::Kind_Name(kind));
    EXPECT_EQ(RuleOf(kind).kind, kind);
    EXPECT_NE(RuleOf(kind).importance, v1::Importance::LEVEL_UNSPECIFIED);
    EXPECT_STRNE(RuleOf(kind).holds_if, "");
  }
}

// The table that readers see is the one that is computed by.
TEST(ConclusionRulesTest, AreThoseOfTheDocumentation) {
  std::ifstream file("docs/conclusions.md");
  const std::string page((std::istreambuf_iterator<char>(file)),
                         std::istreambuf_iterator<char>());
  for (const ConclusionRule& rule : ConclusionRules()) {
    const std::string row = absl::StrCat(
        "| `", v1::ConclusionEvent::Kind_Name(rule.kind), "` | ",
        absl::AsciiStrToLower(v1::Importance::Level_Name(rule.importance)),
        " | ", rule.holds_if, " | ",
        rule.parameter == 0 ? "" : absl::StrCat(rule.parameter, " "), "|\n");
    EXPECT_THAT(page, ::testing::HasSubstr(row));
  }
}

}  // namespace
}  // namespace tidemark::review
