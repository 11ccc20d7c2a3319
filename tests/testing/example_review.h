// The review of examples/koa-msc, read from its files.
#ifndef TIDEMARK_TESTS_TESTING_EXAMPLE_REVIEW_H_
#define TIDEMARK_TESTS_TESTING_EXAMPLE_REVIEW_H_

#include <string>
#include <vector>

#include "tidemark/v1/change.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::testing {

inline constexpr char kExampleReview[] = "knee-msc";

// Each ends the test process, naming the file, if a file cannot be read: they
// are part of the tests' data.

// The change that creates the review.
v1::Change CreateExampleReview();

// The change that creates its analyses.
v1::Change PutExampleAnalyses();

// Its trials in the order of their files: by year, then id.
std::vector<v1::Trial> ExampleTrials();

// The change that submits these trials.
v1::Change SubmitTrials(const std::vector<v1::Trial>& trials);

// The change that moves one trial to a status.
v1::Change SetStatus(const std::string& trial_id, v1::TrialStatus::Code status,
                     const std::string& notice);

// A file of the tests' data.
std::string ReadFileOrDie(const std::string& path);

}  // namespace tidemark::testing

#endif  // TIDEMARK_TESTS_TESTING_EXAMPLE_REVIEW_H_
