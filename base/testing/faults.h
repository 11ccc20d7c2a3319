// Which failpoint of base/failpoint.h kills this process, and which bug it has.
#ifndef TIDEMARK_BASE_TESTING_FAULTS_H_
#define TIDEMARK_BASE_TESTING_FAULTS_H_

#include <string>

namespace tidemark::testing {

// Both are read from the environment once, with the marks' names:
//   TIDEMARK_FAILPOINT=NAME@HIT    die at the hit with this number, from 1
//   TIDEMARK_SEEDED_BUG=NAME
// An empty or missing value: none. All functions are thread-safe.

// Counts a hit of `mark` = "failpoint:NAME". True for the one to die at.
bool IsFailpointDue(const char* mark);

// SIGKILL to this process, at once.
[[noreturn]] void Die();

// `mark` = "bug:NAME".
bool IsBugSeeded(const char* mark);

// Takes the place of TIDEMARK_SEEDED_BUG in this process; empty: no bug.
void SeedBug(const std::string& name);

}  // namespace tidemark::testing

#endif  // TIDEMARK_BASE_TESTING_FAULTS_H_
