// One subscriber: reads the log from its own position, one message in flight.
#ifndef TIDEMARK_SERVER_WATCH_H_
#define TIDEMARK_SERVER_WATCH_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "boost/asio/steady_timer.hpp"
#include "boost/asio/strand.hpp"
#include "boost/asio/thread_pool.hpp"
#include "grpcpp/support/server_callback.h"
#include "server/live_review.h"
#include "server/log_reader.h"
#include "server/resume_token.h"
#include "tidemark/v1/watch_service.pb.h"

namespace tidemark::server {

// Commits only wake it; it reads what it sends from the store. So it costs one
// message of memory however slow its reader is, and the writer never waits.
// Everything runs on its strand; it keeps itself alive until OnDone.
class Watch final : public grpc::ServerWriteReactor<v1::WatchResponse>,
                    public std::enable_shared_from_this<Watch> {
 public:
  // `on_done` is called once, when the call is over.
  Watch(const v1::WatchRequest& request, std::shared_ptr<LiveReview> live,
        const storage::ReviewStore* store, boost::asio::thread_pool* pool,
        std::function<void()> on_done);

  // Begins. Call once, after it is owned by a shared_ptr.
  void Start();

  // Sends the reason in-band, then ends the call with OK.
  void End(v1::WatchEnd::Reason reason, absl::string_view message);

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  using Timer = boost::asio::steady_timer;

  template <typename Work>
  void Post(Work work);
  // First sequence not to be sent: sets position_ from the request.
  absl::Status FindStart();
  // Sends the next message if the watch stands and none is in flight.
  void Pump();
  // True if entry position_ + 1 was sent or the watch failed; false if the
  // filter held it back.
  bool SendNext();
  absl::StatusOr<v1::WatchResponse> ReadNext(int64_t sequence);
  bool Passes(const v1::WatchResponse& response) const;
  void Send(v1::WatchResponse response);
  void SendProgress();
  void SendEnd();
  void SetTimer();
  void FinishOnce(const absl::Status& status);

  const v1::WatchRequest request_;
  const std::shared_ptr<LiveReview> live_;
  const LogReader reader_;
  const ResumeTokens tokens_;
  const std::set<std::string> analyses_;
  const std::function<void()> on_done_;
  boost::asio::strand<boost::asio::thread_pool::executor_type> strand_;
  Timer timer_;
  std::shared_ptr<Watch> self_;
  int64_t subscription_ = 0;

  // Only on the strand.
  v1::WatchResponse in_flight_;
  int64_t position_ = 0;
  bool stands_ = false;
  bool writing_ = false;
  bool finished_ = false;
  bool progress_due_ = false;
  v1::WatchEnd end_;
  bool end_sent_ = false;
};

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_WATCH_H_
