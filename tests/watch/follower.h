// A service that follows a review with the client library, and restarts.
#ifndef TIDEMARK_TESTS_WATCH_FOLLOWER_H_
#define TIDEMARK_TESTS_WATCH_FOLLOWER_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "client/watch.h"
#include "tests/watch/history.h"
#include "tidemark/v1/watch_service.pb.h"

namespace tidemark::testing {

class Follower {
 public:
  struct Habits {
    // After each message.
    absl::Duration pause;
    // Once, after the first message.
    absl::Duration nap;
    // Starts anew, with the token that it kept, after so many. 0: never.
    int messages_a_life = 0;
  };

  // Follows the review of the request from its start on, on a thread of its
  // own.
  Follower(std::string target, v1::WatchRequest request, Habits habits);
  ~Follower();

  // Everything up to here was delivered or filtered, and is done with.
  int64_t position() const { return position_; }
  // How often it was cut off by the server: CANCELLED.
  int cut_offs() const { return cut_offs_; }

  // Ends it and holds what came against the history, up to its head.
  std::vector<std::string> StopAndCheck(const History& history);

 private:
  void Run();
  // Until it is stopped, or for a life.
  void Live();
  void Note(const v1::WatchResponse& message);
  client::WatchOptions Options();

  const std::string target_;
  const v1::WatchRequest request_;
  const Habits habits_;
  std::atomic<int64_t> position_{0};
  std::atomic<int> cut_offs_{0};

  // Of the thread; once it has ended, of StopAndCheck().
  std::string token_;
  std::vector<v1::WatchResponse> messages_;
  std::vector<std::string> errors_;

  Mutex mutex_;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  client::Watch* watch_ ABSL_GUARDED_BY(mutex_) = nullptr;
  std::thread thread_;
};

}  // namespace tidemark::testing

#endif  // TIDEMARK_TESTS_WATCH_FOLLOWER_H_
