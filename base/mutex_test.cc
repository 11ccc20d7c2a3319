#include "base/mutex.h"

#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "gtest/gtest.h"

namespace tidemark {
namespace {

struct Counter {
  Mutex mutex;
  CondVar changed;
  int value ABSL_GUARDED_BY(mutex) = 0;
};

TEST(MutexTest, ExcludesOtherThreads) {
  Counter counter;
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&counter] {
      for (int i = 0; i < 1000; ++i) {
        MutexLock lock(&counter.mutex);
        ++counter.value;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  MutexLock lock(&counter.mutex);
  EXPECT_EQ(counter.value, 4000);
}

TEST(CondVarTest, WakesAWaiter) {
  Counter counter;
  std::thread setter([&counter] {
    MutexLock lock(&counter.mutex);
    counter.value = 7;
    counter.changed.NotifyAll();
  });
  {
    MutexLock lock(&counter.mutex);
    while (counter.value != 7) counter.changed.Wait(&counter.mutex);
  }
  setter.join();
}

TEST(CondVarTest, GivesUpAfterTheTimeout) {
  Counter counter;
  MutexLock lock(&counter.mutex);
  EXPECT_FALSE(
      counter.changed.WaitFor(&counter.mutex, std::chrono::milliseconds(5)));
}

}  // namespace
}  // namespace tidemark
