#include "base/testing/faults.h"

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>

#include "absl/base/thread_annotations.h"
#include "base/mutex.h"

namespace tidemark::testing {
namespace {

std::string FromEnvironment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

struct Failpoint {
  std::string mark;
  int hits_left = 0;
};

Failpoint ArmedFailpoint() {
  const std::string armed = FromEnvironment("TIDEMARK_FAILPOINT");
  if (armed.empty()) return {};
  const size_t at = armed.find('@');
  if (at == std::string::npos) {
    std::cerr << "TIDEMARK_FAILPOINT must be NAME@HIT, found " << armed << "\n";
    std::abort();
  }
  return {"failpoint:" + armed.substr(0, at), std::stoi(armed.substr(at + 1))};
}

struct Faults {
  Mutex mutex;
  Failpoint armed ABSL_GUARDED_BY(mutex) = ArmedFailpoint();
  std::string bug ABSL_GUARDED_BY(mutex) =
      FromEnvironment("TIDEMARK_SEEDED_BUG");
};

// Never destroyed: threads may ask until the process ends.
Faults& TheFaults() {
  static auto* const faults = new Faults;
  return *faults;
}

}  // namespace

bool IsFailpointDue(const char* mark) {
  Faults& faults = TheFaults();
  MutexLock lock(&faults.mutex);
  return faults.armed.mark == mark && --faults.armed.hits_left == 0;
}

void Die() {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

bool IsBugSeeded(const char* mark) {
  Faults& faults = TheFaults();
  MutexLock lock(&faults.mutex);
  return "bug:" + faults.bug == mark;
}

void SeedBug(const std::string& name) {
  Faults& faults = TheFaults();
  MutexLock lock(&faults.mutex);
  faults.bug = name;
}

}  // namespace tidemark::testing
