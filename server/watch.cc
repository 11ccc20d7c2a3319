#include "server/watch.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/random/random.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/failpoint.h"
#include "base/mutex.h"
#include "base/status_macros.h"
#include "google/protobuf/duration.pb.h"
#include "grpcpp/support/slice.h"
#include "review/errors.h"
#include "review/review_state.h"
#include "server/live_review.h"
#include "server/status_conversion.h"
#include "server/watch_messages.h"

namespace tidemark::server {
namespace {

using std::chrono::milliseconds;

// A reader of old entries makes room for others after so many.
constexpr int kMostEntriesATurn = 64;
// So near the head an entry is read at once: others will want it too.
constexpr int64_t kRecentEntries = 16;
constexpr milliseconds kDefaultProgressInterval(30000);
constexpr milliseconds kLeastProgressInterval(1000);
// An hour: sooner than asked is always allowed.
constexpr milliseconds kMostProgressInterval(std::chrono::hours(1));
// Some 64 kbit/s, the slowest network that a large message still gets through.
constexpr size_t kLeastBytesAMillisecond = 8;
// Watches that began at once must not all send their progress at once.
constexpr double kMostJitter = 0.1;

// To a day at the most: all seconds that can be asked for do not fit.
milliseconds ToMilliseconds(const google::protobuf::Duration& duration) {
  constexpr int64_t kDay = 86400;
  return std::chrono::duration_cast<milliseconds>(
      std::chrono::seconds(std::clamp(duration.seconds(), -kDay, kDay)) +
      std::chrono::nanoseconds(duration.nanos()));
}

// Never longer than asked.
milliseconds LongestSilence(const v1::WatchRequest& request) {
  milliseconds interval = kDefaultProgressInterval;
  if (request.has_progress_interval()) {
    interval = std::clamp(ToMilliseconds(request.progress_interval()),
                          kLeastProgressInterval, kMostProgressInterval);
  }
  absl::InsecureBitGen random;
  return milliseconds(
      static_cast<int64_t>(static_cast<double>(interval.count()) *
                           (1 - absl::Uniform(random, 0.0, kMostJitter))));
}

absl::Status CheckStart(int64_t found, int64_t least, int64_t most) {
  if (found >= least && found <= most) return absl::OkStatus();
  return review::Error(absl::StatusCode::kOutOfRange, "NO_SUCH_MOMENT",
                       absl::StrCat("a watch starts in ", least, "..", most,
                                    " of the log, found ", found),
                       {{"latest_start", absl::StrCat(most)}});
}

absl::Status CheckDelivery(const v1::WatchRequest& request) {
  if (v1::WatchRequest::Delivery_IsValid(request.delivery())) {
    return absl::OkStatus();
  }
  review::Violations violations;
  violations.Add("delivery", absl::StrCat("must be ALL or LATEST, found ",
                                          request.delivery()));
  return violations.ToStatus();
}

SharedMessage Serialise(const v1::WatchResponse& response) {
  const size_t size = response.ByteSizeLong();
  const grpc::Slice slice(size);
  response.SerializeWithCachedSizesToArray(const_cast<uint8_t*>(slice.begin()));
  return std::make_shared<const grpc::ByteBuffer>(&slice, 1);
}

}  // namespace

Watch::Watch(const v1::WatchRequest& request, WatchFilter filter,
             std::shared_ptr<WatchGroup> group, WatchCall call)
    : group_(std::move(group)),
      call_(std::move(call)),
      filter_(std::move(filter)),
      tokens_(request, group_->live().epoch()),
      only_latest_(request.delivery() == v1::WatchRequest::LATEST &&
                   !filter_.AsksForEvents()),
      longest_silence_(LongestSilence(request)) {}

absl::StatusOr<std::shared_ptr<Watch>> Watch::Create(
    const v1::WatchRequest& request, std::shared_ptr<WatchGroup> group,
    WatchCall call) {
  ASSIGN_OR_RETURN(WatchFilter filter, WatchFilter::FromRequest(request));
  RETURN_IF_ERROR(CheckDelivery(request));
  std::shared_ptr<Watch> watch(
      new Watch(request, std::move(filter), std::move(group), std::move(call)));
  RETURN_IF_ERROR(watch->FindStart(request));
  return watch;
}

absl::Status Watch::FindStart(const v1::WatchRequest& request) {
  const auto state = group_->live().Committed();
  const int64_t head = state->sequence();
  for (const std::string& analysis : filter_.analyses()) {
    if (state->FindAnalysis(analysis) != nullptr) continue;
    return review::Error(
        absl::StatusCode::kNotFound, "ANALYSIS_NOT_FOUND",
        absl::StrCat("the review has no analysis \"", analysis, "\""),
        {{"analysis", analysis}});
  }
  MutexLock lock(&mutex_);
  point_.sequence = head;
  if (request.has_from_sequence()) {
    RETURN_IF_ERROR(CheckStart(request.from_sequence(), 1, head + 1));
    point_.sequence = request.from_sequence() - 1;
  } else if (request.has_resume_token()) {
    ASSIGN_OR_RETURN(point_, tokens_.Read(request.resume_token()));
    RETURN_IF_ERROR(CheckStart(point_.sequence, 0, head));
  } else if (request.snapshot()) {
    point_.items = 0;
  }
  if (!point_.items.has_value()) return absl::OkStatus();
  const auto analyses = SnapshotAnalyses(*state, filter_, point_.sequence);
  snapshot_size_ = static_cast<int64_t>(analyses.size());
  return CheckStart(*point_.items, 0, snapshot_size_);
}

void Watch::Start() {
  id_ = group_->Join(shared_from_this());
  MutexLock lock(&mutex_);
  stands_ = true;
  v1::WatchResponse response;
  response.mutable_started()->set_head_sequence(Head());
  Send(std::move(response));
}

Watch::Step Watch::NextStep() const {
  const int64_t redaction = group_->live().Committed()->last_redaction();
  if (!point_.items.has_value()) {
    const int64_t sequence = point_.sequence + 1;
    return {{sequence, -1, tokens_.filter(), redaction},
            {sequence, std::nullopt}};
  }
  // After the items comes that these were all.
  Step step = {{point_.sequence, *point_.items, tokens_.filter(), redaction},
               point_};
  if (*point_.items < snapshot_size_) {
    ++*step.after.items;
  } else {
    step.after.items.reset();
  }
  return step;
}

std::optional<SharedMessage> Watch::FindKept(const Step& step,
                                             int64_t head) const {
  const bool may_leave_out =
      only_latest_ && step.key.item < 0 && step.key.sequence < head;
  if (may_leave_out) return std::nullopt;
  return group_->messages().Find(step.key);
}

absl::StatusOr<SharedMessage> Watch::Make(const Step& step) const {
  const int64_t sequence = step.key.sequence;
  if (only_latest_ && step.key.item < 0) {
    ASSIGN_OR_RETURN(const std::set<std::string> left_out,
                     MovedAgain(group_->reader(), filter_, sequence, Head()));
    if (!left_out.empty()) return MakeOwn(step, left_out);
  }
  return group_->messages().Get(step.key,
                                [&] { return MakeOwn(step, /*left_out=*/{}); });
}

absl::StatusOr<SharedMessage> Watch::MakeOwn(
    const Step& step, const std::set<std::string>& left_out) const {
  const auto state = group_->live().Committed();
  const int64_t sequence = step.key.sequence;
  const int64_t item = step.key.item;
  v1::WatchResponse response;
  response.set_resume_token(tokens_.Make(step.after));
  if (item < 0) {
    ASSIGN_OR_RETURN(
        std::optional<v1::WatchEntry> entry,
        ReadWatchEntry(group_->reader(), *state, filter_, sequence, left_out));
    if (!entry.has_value()) return SharedMessage();
    *response.mutable_entry() = *std::move(entry);
  } else if (step.after.items.has_value()) {
    const auto analyses = SnapshotAnalyses(*state, filter_, sequence);
    ASSIGN_OR_RETURN(
        *response.mutable_snapshot_item(),
        ReadSnapshotItem(group_->reader(), *state, *analyses[item], sequence));
  } else {
    response.mutable_snapshot_end()->set_sequence(sequence);
  }
  return Serialise(response);
}

void Watch::Pump(bool may_block) {
  bool is_recent = false;
  {
    MutexLock lock(&mutex_);
    if (!SendDue()) return;
    reading_ = true;
    is_recent = point_.sequence + kRecentEntries >= Head();
  }
  if (may_block && is_recent) return Read();
  group_->ReadLater(shared_from_this());
}

void Watch::Read() {
  for (int turn = 0; turn < kMostEntriesATurn; ++turn) {
    Step step;
    {
      MutexLock lock(&mutex_);
      step = NextStep();
    }
    const absl::StatusOr<SharedMessage> message = Make(step);
    MutexLock lock(&mutex_);
    reading_ = false;
    if (finished_) return;
    if (!message.ok()) return Fail(message.status());
    Deliver(step, *message);
    if (!SendDue()) return;
    reading_ = true;
  }
  group_->ReadLater(shared_from_this());
}

bool Watch::SendDue() {
  // A commit or the server's end may come before it stands.
  if (!stands_ || writing_ || reading_ || finished_) return false;
  // What was committed before a failure is delivered first.
  const bool broken = group_->live().broken();
  if (end_ == nullptr && MustRead(Head())) return true;
  if (writing_) return false;
  if (end_ == nullptr && progress_due_) {
    SendProgress();
    return false;
  }
  if (broken) {
    SetEnd(v1::WatchEnd::RELOADED,
           "a commit failed and the review is being loaded again");
  }
  if (end_ != nullptr) SendEnd();
  return false;
}

bool Watch::MustRead(int64_t head) {
  while (point_.items.has_value() || point_.sequence < head) {
    // Also while it reads much that the filter holds back.
    if (progress_due_ && !point_.items.has_value()) return false;
    const Step step = NextStep();
    const std::optional<SharedMessage> kept = FindKept(step, head);
    if (!kept.has_value()) return true;
    Deliver(step, *kept);
    if (writing_) return false;
  }
  return false;
}

void Watch::Deliver(const Step& step, const SharedMessage& message) {
  point_ = step.after;
  if (message == nullptr) return;
  if (TIDEMARK_SEEDED_BUG("drop_watch_event") && point_.sequence == 7) return;
  SendShared(message);
}

void Watch::SendProgress() {
  v1::WatchResponse response;
  response.mutable_progress()->set_sequence(point_.sequence);
  Send(std::move(response));
}

void Watch::SendEnd() {
  // OK, because gRPC delivers what was written before an OK status only.
  if (end_sent_) return FinishOnce(absl::OkStatus());
  end_sent_ = true;
  v1::WatchResponse response;
  *response.mutable_end() = *end_;
  Send(std::move(response));
}

void Watch::Send(v1::WatchResponse response) {
  response.set_resume_token(tokens_.Make(point_));
  SendShared(Serialise(response));
}

void Watch::SendShared(SharedMessage message) {
  in_flight_ = std::move(message);
  writing_ = true;
  progress_due_ = false;
  sent_at_ = std::chrono::steady_clock::now();
  StartWrite(in_flight_.get());
}

// One message is all that there is to see of a reader: a slow one and one that
// takes nothing look the same until it is through.
milliseconds Watch::StallLimit() const {
  return call_.stall_limit +
         milliseconds(in_flight_->Length() / kLeastBytesAMillisecond);
}

void Watch::Tick(TimePoint now) {
  {
    MutexLock lock(&mutex_);
    if (finished_ || !stands_) return;
    if (writing_) {
      if (cut_off_ || now - sent_at_ < StallLimit()) return;
      cut_off_ = true;
      std::cerr << absl::StrCat(
          "tidemarkd: watch of review \"", group_->live().review_id(), "\" by ",
          call_.context->peer(), " is cut off after sequence ", point_.sequence,
          ": it did not take ", in_flight_->Length(), " bytes in ",
          StallLimit().count(), " ms\n");
      return call_.context->TryCancel();
    }
    if (now + kWatchTick < sent_at_ + longest_silence_) return;
    progress_due_ = true;
  }
  Pump(/*may_block=*/false);
}

void Watch::End(v1::WatchEnd::Reason reason, absl::string_view message) {
  {
    MutexLock lock(&mutex_);
    SetEnd(reason, message);
  }
  Pump(/*may_block=*/false);
}

void Watch::Recheck() {
  {
    MutexLock lock(&mutex_);
    if (finished_) return;
    const absl::Status allowed = call_.may_still_read();
    if (allowed.ok()) return;
    SetEnd(v1::WatchEnd::NO_LONGER_ALLOWED, allowed.message());
  }
  Pump(/*may_block=*/false);
}

void Watch::SetEnd(v1::WatchEnd::Reason reason, absl::string_view message) {
  if (end_ != nullptr) return;
  v1::WatchEnd end;
  end.set_reason(reason);
  end.set_message(std::string(message));
  end_ = std::make_unique<const v1::WatchEnd>(std::move(end));
}

void Watch::Fail(const absl::Status& error) {
  if (!absl::IsDataLoss(error)) return FinishOnce(error);
  SetEnd(v1::WatchEnd::DATA_LOSS, error.message());
  SendDue();
}

void Watch::FinishOnce(const absl::Status& status) {
  if (finished_) return;
  finished_ = true;
  Finish(ToGrpcStatus(status));
}

void Watch::OnWriteDone(bool ok) {
  {
    MutexLock lock(&mutex_);
    writing_ = false;
    in_flight_.reset();
    if (!ok) FinishOnce(absl::CancelledError("the reader is gone"));
  }
  Pump(/*may_block=*/false);
}

void Watch::OnCancel() {
  MutexLock lock(&mutex_);
  FinishOnce(absl::CancelledError("the call was cancelled"));
}

// Tasks that are still queued hold their own reference.
void Watch::OnDone() {
  const std::shared_ptr<Watch> self = shared_from_this();
  group_->Leave(id_);
  call_.on_done();
}

}  // namespace tidemark::server
