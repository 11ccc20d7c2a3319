// A review in a directory, and the real command over it.
#ifndef TIDEMARK_TESTS_CLI_LOCAL_REVIEW_H_
#define TIDEMARK_TESTS_CLI_LOCAL_REVIEW_H_

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/cli/run_tidemark.h"

namespace tidemark::testing {

// Protocol of the review `knees`: `msc`, `ha` and `saline`, each a node of its
// own; `pain` (points of 0 to 100, threshold 5) and `harm` (binary) at `6m`,
// less of both is better.
extern const char kKneesProtocol[];

// Files of the example, from where tests run.
inline constexpr char kKneeExample[] = "examples/koa-msc";

// Has a fresh directory and a fresh memory of logs for each test.
class LocalReview : public ::testing::Test {
 protected:
  // `review` is what commands are about that name none.
  explicit LocalReview(const std::string& review);

  Finished Run(std::vector<std::string> arguments,
               const std::string& input = "") const;
  // Fails the test unless the command succeeds.
  Finished Done(const std::vector<std::string>& arguments,
                const std::string& input = "") const;
  // Also: what it writes with `--output json`.
  nlohmann::json RunJson(std::vector<std::string> arguments) const;

  // Three entries: the protocol, the analyses, the trials of a table, which are
  // of the outcome at `6m`. What the import wrote.
  Finished CreateReview(const std::string& protocol,
                        const std::string& analyses, const std::string& outcome,
                        const std::string& table) const;

  // The review of the example, without trials: two entries.
  void CreateKneeReview() const;
  // All its trials: one entry.
  void SubmitKneeTrials() const;

  const std::string base_;  // for files of the test
  const std::string data_;  // in it: of the review
};

}  // namespace tidemark::testing

#endif  // TIDEMARK_TESTS_CLI_LOCAL_REVIEW_H_
