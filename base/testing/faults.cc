#include "base/testing/faults.h"

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <string>

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

std::mutex mutex;

std::string& SeededBug() {
  static std::string name = FromEnvironment("TIDEMARK_SEEDED_BUG");
  return name;
}

}  // namespace

bool IsFailpointDue(const char* mark) {
  std::lock_guard<std::mutex> lock(mutex);
  static Failpoint armed = ArmedFailpoint();
  return armed.mark == mark && --armed.hits_left == 0;
}

void Die() {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

bool IsBugSeeded(const char* mark) {
  std::lock_guard<std::mutex> lock(mutex);
  return !SeededBug().empty() && "bug:" + SeededBug() == mark;
}

void SeedBug(const std::string& name) {
  std::lock_guard<std::mutex> lock(mutex);
  SeededBug() = name;
}

}  // namespace tidemark::testing
