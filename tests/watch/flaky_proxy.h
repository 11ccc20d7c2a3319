// A network that delays, stalls and cuts connections.
#ifndef TIDEMARK_TESTS_WATCH_FLAKY_PROXY_H_
#define TIDEMARK_TESTS_WATCH_FLAKY_PROXY_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>

#include "boost/asio/executor_work_guard.hpp"
#include "boost/asio/io_context.hpp"
#include "boost/asio/ip/tcp.hpp"

namespace tidemark::testing {

// What happens to each piece of data that passes, in either direction: one in
// so many. 0: never.
struct NetworkFaults {
  int cut = 0;
  int delay = 0;
  int stall = 0;
  // Delays are up to this long; stalls are so long.
  std::chrono::milliseconds longest_delay{20};
  std::chrono::milliseconds stall_time{300};
};

// Listens on a free port of loopback and passes everything on, with faults, to
// another. Its methods may be called from any thread.
class FlakyProxy {
 public:
  explicit FlakyProxy(uint64_t seed);
  ~FlakyProxy();

  std::string target() const;
  // Where new connections lead to.
  void SetUpstream(int port) { upstream_ = port; }
  // From now on.
  void SetFaults(const NetworkFaults& faults);
  // Cuts every connection that stands.
  void CutAll();

  // Connections that were cut, by chance or by CutAll().
  int cuts() const { return cuts_; }

 private:
  class Link;

  void Accept();

  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type>
      work_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::atomic<int> upstream_{0};
  std::atomic<int> cuts_{0};
  // Of the thread.
  NetworkFaults faults_;
  std::mt19937_64 random_;
  std::set<std::shared_ptr<Link>> links_;
  std::thread thread_;
};

}  // namespace tidemark::testing

#endif  // TIDEMARK_TESTS_WATCH_FLAKY_PROXY_H_
