// The randomness of a test, repeatable.
#ifndef TIDEMARK_TESTS_FAULTS_SEED_H_
#define TIDEMARK_TESTS_FAULTS_SEED_H_

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>

namespace tidemark::testing {

// The environment variable `name` as a number, or `otherwise`.
inline uint64_t NumberFromEnvironment(const char* name, uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::stoull(value);
}

// TIDEMARK_FAULT_SEED, or a fixed seed. Printed, so that a failure can be
// repeated as far as threads allow.
inline uint64_t PrintedSeed() {
  const uint64_t seed = NumberFromEnvironment("TIDEMARK_FAULT_SEED", 20260101);
  std::cerr << "TIDEMARK_FAULT_SEED=" << seed << std::endl;
  return seed;
}

}  // namespace tidemark::testing

#endif  // TIDEMARK_TESTS_FAULTS_SEED_H_
