#include "review/conclusion_rules.h"

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

}  // namespace
}  // namespace tidemark::review
