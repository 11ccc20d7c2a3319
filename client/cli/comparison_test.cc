#include "client/cli/comparison.h"

#include <vector>

#include "client/cli/table.h"
#include "gtest/gtest.h"

namespace tidemark::cli {
namespace {

TEST(AddNumbersTest, WhatIsAbsentIsEmptyNotZero) {
  v1::RelativeEffect effect;
  effect.set_effect(-3);
  std::vector<Cell> cells;
  AddNumbers(&effect, cells);
  AddNumbers(nullptr, cells);
  ASSERT_EQ(cells.size(), 6U);
  EXPECT_EQ(cells[0].exact, "-3");
  for (size_t i = 1; i < cells.size(); ++i) EXPECT_EQ(cells[i].exact, "");
}

}  // namespace
}  // namespace tidemark::cli
