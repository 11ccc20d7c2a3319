#include "server/system_log.h"

#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "boost/asio/post.hpp"
#include "google/protobuf/util/message_differencer.h"
#include "review/review_state.h"
#include "review/validate_review.h"
#include "server/live_review.h"
#include "server/log_reader.h"
#include "server/roles.h"
#include "server/salt.h"
#include "tidemark/v1/write_service.pb.h"

namespace tidemark::server {
namespace {

using google::protobuf::util::MessageDifferencer;

// Enough that no two processes draw the same.
constexpr size_t kRunBytes = 8;

// The same whenever it is written, so that it is written once.
SystemEvent Created(const LiveReview& live) {
  SystemEvent event;
  v1::ReviewCreated& created = *event.change.mutable_review_created();
  created.set_review_id(live.review_id());
  created.set_vkey(live.VkeyAt(1));
  event.reason = "the review has its first entry";
  event.request_id = absl::StrCat("review.create/", live.review_id());
  return event;
}

}  // namespace

absl::Status SystemLog::CheckIdIsFree(const storage::ReviewStore& store) {
  const absl::StatusOr<v1::Change> first =
      LogReader(&store, review::kSystemLog).Change(1);
  // A log that cannot be read is for LoadAll to judge.
  if (!first.ok() || !first->has_put_review()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      store.path(), " holds a review named \"", review::kSystemLog,
      "\", which is now the server's own log; serve these data with the build "
      "that wrote them, and submit the review under another name"));
}

absl::StatusOr<std::unique_ptr<SystemLog>> SystemLog::Create(
    ReviewRegistry* registry, boost::asio::thread_pool* pool) {
  ASSIGN_OR_RETURN(const std::string random, RandomSalt());
  return std::unique_ptr<SystemLog>(new SystemLog(
      registry, pool, absl::BytesToHexString(random.substr(0, kRunBytes))));
}

absl::Status SystemLog::RecordStart(const v1::AccessSet& access, bool listens) {
  RETURN_IF_ERROR(RecordAccess(access));
  ASSIGN_OR_RETURN(const std::shared_ptr<LiveReview> log, Undamaged());
  return log == nullptr ? absl::OkStatus()
                        : AppendAll(NewAtStart(*log, listens));
}

absl::Status SystemLog::RecordAccess(const v1::AccessSet& access) {
  ASSIGN_OR_RETURN(const std::shared_ptr<LiveReview> log, Undamaged());
  return log == nullptr ? absl::OkStatus() : AppendAll(NewAccess(*log, access));
}

// Null: it is damaged.
absl::StatusOr<std::shared_ptr<LiveReview>> SystemLog::Undamaged() {
  absl::StatusOr<std::shared_ptr<LiveReview>> log = registry_->System();
  if (absl::IsDataLoss(log.status())) return nullptr;
  return log;
}

absl::Status SystemLog::AppendAll(std::vector<SystemEvent> events) {
  for (SystemEvent& event : events) {
    // One by one: those that are on their way together have no order.
    auto written = std::make_shared<std::promise<absl::Status>>();
    Append(std::move(event), [written](const absl::Status& status) {
      written->set_value(status);
    });
    RETURN_IF_ERROR(written->get_future().get());
  }
  return absl::OkStatus();
}

std::vector<SystemEvent> SystemLog::NewAccess(const LiveReview& log,
                                              const v1::AccessSet& access) {
  const auto state = log.Committed();
  const review::ServerRecord& known = state->server();
  if (known.access.has_value() &&
      MessageDifferencer::Equals(*known.access, access)) {
    return {};
  }
  SystemEvent event;
  *event.change.mutable_access_set() = access;
  event.reason = "who may call is not what it was";
  event.request_id = NewRequestId("access.set");
  return {std::move(event)};
}

std::vector<SystemEvent> SystemLog::NewAtStart(const LiveReview& log,
                                               bool listens) {
  const auto state = log.Committed();
  std::vector<SystemEvent> events;
  for (const ReviewRegistry::Listed& listed : registry_->List()) {
    if (listed.live == nullptr ||
        state->server().reviews.count(listed.review) > 0) {
      continue;
    }
    events.push_back(Created(*listed.live));
  }
  if (listens) {
    SystemEvent event;
    event.change.mutable_server_started()->set_vkey(log.vkey());
    event.reason = "the server listens";
    event.request_id = NewRequestId("server.start");
    events.push_back(std::move(event));
  }
  return events;
}

void SystemLog::RecordCreated(const std::string& review, Done done) {
  boost::asio::post(*pool_, [this, review, done = std::move(done)] {
    const absl::StatusOr<std::shared_ptr<LiveReview>> live =
        registry_->Find(review);
    if (!live.ok()) return done(live.status());
    Append(Created(**live), done);
  });
}

void SystemLog::Append(SystemEvent event, Done done) {
  // To load the log again after a failure blocks, which this thread must not.
  boost::asio::post(*pool_, [this, event = std::move(event),
                             done = std::move(done)]() mutable {
    const absl::StatusOr<std::shared_ptr<LiveReview>> log = registry_->System();
    if (!log.ok()) return done(log.status());
    v1::ApplyRequest request;
    request.set_review_id(review::kSystemLog);
    *request.mutable_change() = std::move(event.change);
    request.set_reason(std::move(event.reason));
    request.set_request_id(std::move(event.request_id));
    (*log)->Apply(std::move(request), ServerActor(),
                  [done = std::move(done)](
                      const absl::StatusOr<v1::ApplyResponse>& made) {
                    done(made.status());
                  });
  });
}

std::string SystemLog::NewRequestId(absl::string_view action) {
  return absl::StrCat(action, "/", run_, "/", ++requests_);
}

}  // namespace tidemark::server
