// A directory of a test's own.
#ifndef TIDEMARK_STORAGE_TESTING_TEMP_DIR_H_
#define TIDEMARK_STORAGE_TESTING_TEMP_DIR_H_

#include <filesystem>
#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace tidemark::storage {

// An empty directory named after the running test and `name`. What an earlier
// call of this name left is removed.
inline std::string MakeTempDir(absl::string_view name = "dir") {
  const ::testing::TestInfo& test =
      *::testing::UnitTest::GetInstance()->current_test_info();
  const std::string path = ::testing::TempDir() + "/" + test.test_suite_name() +
                           "." + test.name() + "." + std::string(name);
  std::filesystem::remove_all(path);
  std::filesystem::create_directories(path);
  return path;
}

}  // namespace tidemark::storage

#endif  // TIDEMARK_STORAGE_TESTING_TEMP_DIR_H_
