#include "client/cli/interrupt.h"

#include <pthread.h>

#include <csignal>
#include <functional>
#include <thread>
#include <utility>

namespace tidemark::cli {

Interrupt::Interrupt() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGINT);
  sigaddset(&signals_, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
}

Interrupt::~Interrupt() {
  if (thread_.joinable()) {
    is_over_ = true;
    pthread_kill(thread_.native_handle(), SIGTERM);
    thread_.join();
  }
  pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);
}

void Interrupt::Call(std::function<void()> act) {
  thread_ = std::thread([this, act = std::move(act)] {
    int signal = 0;
    sigwait(&signals_, &signal);
    if (is_over_) return;
    act();
    sigwait(&signals_, &signal);
    if (is_over_) return;
    pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);
    raise(signal);
  });
}

}  // namespace tidemark::cli
