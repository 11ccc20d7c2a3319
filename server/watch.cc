#include "server/watch.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/failpoint.h"
#include "base/status_macros.h"
#include "boost/asio/post.hpp"
#include "google/protobuf/util/time_util.h"
#include "review/errors.h"
#include "review/estimate_details.h"
#include "server/live_review.h"
#include "server/status_conversion.h"

namespace tidemark::server {
namespace {

// A reader of old entries makes room for others after so many.
constexpr int kMostEntriesATurn = 64;
constexpr std::chrono::milliseconds kDefaultProgressInterval(30000);
constexpr std::chrono::milliseconds kLeastProgressInterval(1000);
// An hour: sooner than asked is always allowed, and a timer counts nanoseconds.
constexpr std::chrono::milliseconds kMostProgressInterval(3600000);

std::chrono::milliseconds ProgressInterval(const v1::WatchRequest& request) {
  if (!request.has_progress_interval()) return kDefaultProgressInterval;
  const std::chrono::milliseconds asked(
      google::protobuf::util::TimeUtil::DurationToMilliseconds(
          request.progress_interval()));
  return std::clamp(asked, kLeastProgressInterval, kMostProgressInterval);
}

absl::Status CheckStart(int64_t found, int64_t least, int64_t most) {
  if (found >= least && found <= most) return absl::OkStatus();
  return review::Error(absl::StatusCode::kOutOfRange, "NO_SUCH_MOMENT",
                       absl::StrCat("a watch starts in ", least, "..", most,
                                    " of the log, found ", found),
                       {{"latest_start", absl::StrCat(most)}});
}

}  // namespace

Watch::Watch(const v1::WatchRequest& request, std::shared_ptr<LiveReview> live,
             const storage::ReviewStore* store, boost::asio::thread_pool* pool,
             std::function<void()> on_done)
    : request_(request),
      live_(std::move(live)),
      reader_(store, request.review_id()),
      tokens_(request, live_->epoch()),
      analyses_(request.analyses().begin(), request.analyses().end()),
      on_done_(std::move(on_done)),
      strand_(boost::asio::make_strand(pool->get_executor())),
      timer_(strand_) {}

template <typename Work>
void Watch::Post(Work work) {
  boost::asio::post(strand_, [self = shared_from_this(),
                              work = std::move(work)] { work(*self); });
}

void Watch::Start() {
  self_ = shared_from_this();
  subscription_ = live_->Subscribe([weak = weak_from_this()] {
    if (const std::shared_ptr<Watch> self = weak.lock()) {
      self->Post([](Watch& watch) { watch.Pump(); });
    }
  });
  Post([](Watch& watch) {
    if (const absl::Status status = watch.FindStart(); !status.ok()) {
      return watch.FinishOnce(status);
    }
    watch.stands_ = true;
    v1::WatchResponse response;
    response.mutable_started()->set_head_sequence(
        watch.live_->Committed()->sequence());
    watch.Send(std::move(response));
  });
}

absl::Status Watch::FindStart() {
  const int64_t head = live_->Committed()->sequence();
  for (const std::string& analysis : analyses_) {
    if (live_->Committed()->FindAnalysis(analysis) == nullptr) {
      return review::Error(
          absl::StatusCode::kNotFound, "ANALYSIS_NOT_FOUND",
          absl::StrCat("the review has no analysis \"", analysis, "\""),
          {{"analysis", analysis}});
    }
  }
  switch (request_.start_case()) {
    case v1::WatchRequest::kFromSequence:
      RETURN_IF_ERROR(CheckStart(request_.from_sequence(), 1, head + 1));
      position_ = request_.from_sequence() - 1;
      return absl::OkStatus();
    case v1::WatchRequest::kResumeToken: {
      ASSIGN_OR_RETURN(position_, tokens_.Read(request_.resume_token()));
      return CheckStart(position_, 0, head);
    }
    default:
      position_ = head;
      return absl::OkStatus();
  }
}

void Watch::Pump() {
  // A commit or the server's end may come before the start is found.
  if (!stands_ || writing_ || finished_) return;
  if (end_.reason() != v1::WatchEnd::REASON_UNSPECIFIED) return SendEnd();
  const int64_t head = live_->Committed()->sequence();
  for (int turn = 0; position_ < head; ++turn) {
    if (turn == kMostEntriesATurn) {
      return Post([](Watch& watch) { watch.Pump(); });
    }
    if (SendNext()) return;
  }
  // What was committed before the failure is delivered first.
  if (live_->broken()) {
    end_.set_reason(v1::WatchEnd::RELOADED);
    end_.set_message("a commit failed and the review is being loaded again");
    return SendEnd();
  }
  if (progress_due_) SendProgress();
}

bool Watch::SendNext() {
  absl::StatusOr<v1::WatchResponse> response = ReadNext(position_ + 1);
  if (absl::IsDataLoss(response.status())) {
    end_.set_reason(v1::WatchEnd::DATA_LOSS);
    end_.set_message(std::string(response.status().message()));
    SendEnd();
    return true;
  }
  if (!response.ok()) {
    FinishOnce(response.status());
    return true;
  }
  ++position_;
  if (!Passes(*response)) return false;
  if (TIDEMARK_SEEDED_BUG("drop_watch_event") && position_ == 7) return false;
  Send(*std::move(response));
  return true;
}

absl::StatusOr<v1::WatchResponse> Watch::ReadNext(int64_t sequence) {
  v1::WatchResponse response;
  v1::WatchEntry* entry = response.mutable_entry();
  ASSIGN_OR_RETURN(*entry->mutable_entry(),
                   reader_.Entry(sequence, /*with_leaf=*/false));
  for (const v1::AnalysisDigest& digest : entry->entry().analyses()) {
    if (!analyses_.empty() && analyses_.count(digest.analysis_id()) == 0) {
      continue;
    }
    ASSIGN_OR_RETURN(v1::Estimate estimate,
                     reader_.EstimateAsOf(digest.analysis_id(), sequence));
    review::FillDerived(&estimate);
    *entry->add_estimates() = std::move(estimate);
  }
  return response;
}

bool Watch::Passes(const v1::WatchResponse& response) const {
  return analyses_.empty() || !response.entry().estimates().empty();
}

void Watch::Send(v1::WatchResponse response) {
  response.set_resume_token(tokens_.Make(position_));
  in_flight_ = std::move(response);
  writing_ = true;
  progress_due_ = false;
  SetTimer();
  StartWrite(&in_flight_);
}

void Watch::SendProgress() {
  v1::WatchResponse response;
  response.mutable_progress()->set_sequence(position_);
  Send(std::move(response));
}

void Watch::SendEnd() {
  // OK, because gRPC delivers what was written before an OK status only.
  if (end_sent_) return FinishOnce(absl::OkStatus());
  end_sent_ = true;
  v1::WatchResponse response;
  *response.mutable_end() = end_;
  Send(std::move(response));
}

void Watch::SetTimer() {
  timer_.expires_after(ProgressInterval(request_));
  timer_.async_wait(
      [weak = weak_from_this()](const boost::system::error_code& error) {
        const std::shared_ptr<Watch> self = weak.lock();
        if (error || self == nullptr) return;
        self->progress_due_ = true;
        self->Pump();
      });
}

void Watch::End(v1::WatchEnd::Reason reason, absl::string_view message) {
  Post([reason, message = std::string(message)](Watch& watch) {
    watch.end_.set_reason(reason);
    watch.end_.set_message(message);
    watch.Pump();
  });
}

void Watch::FinishOnce(const absl::Status& status) {
  if (finished_) return;
  finished_ = true;
  timer_.cancel();
  live_->Unsubscribe(subscription_);
  Finish(ToGrpcStatus(status));
}

void Watch::OnWriteDone(bool ok) {
  Post([ok](Watch& watch) {
    watch.writing_ = false;
    if (!ok)
      return watch.FinishOnce(absl::CancelledError("the reader is gone"));
    watch.Pump();
  });
}

void Watch::OnCancel() {
  Post([](Watch& watch) {
    watch.FinishOnce(absl::CancelledError("the call was cancelled"));
  });
}

// Tasks that are still queued hold their own reference.
void Watch::OnDone() {
  const std::shared_ptr<Watch> self = std::move(self_);
  on_done_();
}

}  // namespace tidemark::server
