// A server to export logs from with the real command.
#ifndef TIDEMARK_TESTS_TESTING_EXPORTED_LOG_H_
#define TIDEMARK_TESTS_TESTING_EXPORTED_LOG_H_

#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/cli/run_tidemark.h"
#include "tests/testing/server_fixture.h"

namespace tidemark::testing {

inline constexpr char kSmallReview[] = "small";

std::string Contents(const std::string& path);
void Overwrite(const std::string& path, const std::string& bytes);

// Has a fresh directory, a server and a fresh memory of logs for each test.
class ExportedLog : public ::testing::Test {
 protected:
  ExportedLog();

  // The real command, with this server.
  Finished Run(std::vector<std::string> arguments) const;
  // `export KIND`. Fails the test unless it succeeds.
  void Export(const std::string& kind, const std::string& review,
              const std::string& output) const;
  // The key that the command knows of a log.
  std::string KeyOf(const std::string& review) const;
  // Brings kSmallReview to so many entries: protocol, analysis, trials, of
  // which the first two move its estimate.
  void Grow(int64_t size);

  ServerFixture server_;
  const std::string base_;  // for files of the test

 private:
  int64_t size_ = 0;
};

}  // namespace tidemark::testing

#endif  // TIDEMARK_TESTS_TESTING_EXPORTED_LOG_H_
