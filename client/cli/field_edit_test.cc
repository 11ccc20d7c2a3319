#include "client/cli/field_edit.h"

#include "base/testing/status_matchers.h"
#include "client/cli/exit_code.h"
#include "gtest/gtest.h"

namespace tidemark::cli {
namespace {

TEST(FieldEditTest, PartsAtTheFirstEqualsSignOutsideBrackets) {
  ASSERT_OK_AND_ASSIGN(
      const v1::FieldEdit edit,
      ParseFieldEdit("arms[a].attributes[cells=dose]=1e6 = many"));
  EXPECT_EQ(edit.path(), "arms[a].attributes[cells=dose]");
  EXPECT_EQ(edit.value(), "1e6 = many");
}

TEST(FieldEditTest, EmptyValueClears) {
  ASSERT_OK_AND_ASSIGN(const v1::FieldEdit edit, ParseFieldEdit("notes="));
  EXPECT_EQ(edit.path(), "notes");
  EXPECT_EQ(edit.value(), "");
}

TEST(FieldEditTest, RefusesOthersAsUsage) {
  for (const char* text : {"", "notes", "=3", "arms[a=3]"}) {
    EXPECT_EQ(ExitCodeOf(ParseFieldEdit(text).status()), ExitCode::kUsage);
  }
}

}  // namespace
}  // namespace tidemark::cli
