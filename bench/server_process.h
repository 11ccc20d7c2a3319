// A server in a process of its own, so that its memory can be counted.
#ifndef TIDEMARK_BENCH_SERVER_PROCESS_H_
#define TIDEMARK_BENCH_SERVER_PROCESS_H_

#include <sys/types.h>

#include <functional>
#include <string>

namespace tidemark::bench {

// Make all of them before this process uses gRPC: the child is a fork.
class ServerProcess {
 public:
  // `serve` runs in the child: it starts a server, calls `ready` with its port
  // and keeps it until that returns.
  using Ready = std::function<void(int port)>;
  explicit ServerProcess(const std::function<void(const Ready&)>& serve);
  // Lets `ready` return and waits for the child.
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  // Blocks until it is ready. "127.0.0.1:PORT".
  const std::string& address() const { return address_; }

  // Anonymous memory that is resident.
  double ResidentBytes() const;

 private:
  pid_t child_ = 0;
  int stop_ = -1;
  std::string address_;
};

}  // namespace tidemark::bench

#endif  // TIDEMARK_BENCH_SERVER_PROCESS_H_
