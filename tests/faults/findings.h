// What a check of these tests has to say, instead of failing the test.
#ifndef TIDEMARK_TESTS_FAULTS_FINDINGS_H_
#define TIDEMARK_TESTS_FAULTS_FINDINGS_H_

#include <functional>
#include <string>
#include <vector>

#include "gtest/gtest-spi.h"
#include "gtest/gtest.h"

namespace tidemark::testing {

// Runs `check`; the messages of the assertions that failed in it, on whatever
// thread.
inline std::vector<std::string> FindingsOf(const std::function<void()>& check) {
  ::testing::TestPartResultArray results;
  {
    ::testing::ScopedFakeTestPartResultReporter reporter(
        ::testing::ScopedFakeTestPartResultReporter::INTERCEPT_ALL_THREADS,
        &results);
    check();
  }
  std::vector<std::string> findings;
  for (int i = 0; i < results.size(); ++i) {
    const ::testing::TestPartResult& result = results.GetTestPartResult(i);
    if (result.failed()) findings.emplace_back(result.message());
  }
  return findings;
}

}  // namespace tidemark::testing

#endif  // TIDEMARK_TESTS_FAULTS_FINDINGS_H_
