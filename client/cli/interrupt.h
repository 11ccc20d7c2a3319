// Ctrl-C as a request to end in good order.
#ifndef TIDEMARK_CLIENT_CLI_INTERRUPT_H_
#define TIDEMARK_CLIENT_CLI_INTERRUPT_H_

#include <atomic>
#include <csignal>
#include <functional>
#include <thread>

namespace tidemark::cli {

// Holds back SIGINT and SIGTERM from its thread, and from those that this one
// starts, so it must come before them.
class Interrupt {
 public:
  Interrupt();
  // From here on they end the process again.
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  // Calls `act`, on a thread of its own, when one of them comes or if one has
  // come since; the next one ends the process. Call once; what `act` uses must
  // outlive this.
  void Call(std::function<void()> act);

 private:
  sigset_t signals_;
  std::atomic<bool> is_over_ = false;
  std::thread thread_;
};

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_INTERRUPT_H_
