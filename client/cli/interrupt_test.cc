#include "client/cli/interrupt.h"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <future>

#include "gtest/gtest.h"

namespace tidemark::cli {
namespace {

constexpr std::chrono::seconds kPatience(10);

TEST(InterruptTest, TheFirstIsACall) {
  for (const int signal : {SIGINT, SIGTERM}) {
    std::promise<void> called;
    Interrupt interrupt;
    interrupt.Call([&] { called.set_value(); });
    kill(getpid(), signal);
    EXPECT_EQ(called.get_future().wait_for(kPatience),
              std::future_status::ready);
  }
}

TEST(InterruptTest, OneThatCameBeforeTheCallIsHeard) {
  std::promise<void> called;
  Interrupt interrupt;
  kill(getpid(), SIGINT);
  interrupt.Call([&] { called.set_value(); });
  EXPECT_EQ(called.get_future().wait_for(kPatience), std::future_status::ready);
}

TEST(InterruptTest, WithoutOneNothingIsCalled) {
  bool called = false;
  {
    Interrupt interrupt;
    interrupt.Call([&] { called = true; });
  }
  EXPECT_FALSE(called);
}

TEST(InterruptDeathTest, TheSecondEndsTheProcess) {
  ::testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_EXIT(
      {
        std::promise<void> called;
        Interrupt interrupt;
        interrupt.Call([&] { called.set_value(); });
        kill(getpid(), SIGINT);
        called.get_future().wait();
        kill(getpid(), SIGINT);
        sleep(10);
      },
      ::testing::KilledBySignal(SIGINT), "");
}

}  // namespace
}  // namespace tidemark::cli
