// One review as it is now: takes its writes one after another, publishes its
// head.
#ifndef TIDEMARK_SERVER_LIVE_REVIEW_H_
#define TIDEMARK_SERVER_LIVE_REVIEW_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/leaf.h"
#include "audit/merkle.h"
#include "audit/note.h"
#include "audit/sha256.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "boost/asio/strand.hpp"
#include "boost/asio/thread_pool.hpp"
#include "review/analysis_inputs.h"
#include "review/live_analysis.h"
#include "review/plan_change.h"
#include "review/review_state.h"
#include "server/committer.h"
#include "server/complete_redaction.h"
#include "server/log_signer.h"
#include "server/roles.h"
#include "storage/review_store.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/write_service.pb.h"

namespace tidemark::server {

// What every live review works with; all must outlive it.
struct LiveReviewEnvironment {
  storage::ReviewStore* store = nullptr;
  Committer* committer = nullptr;
  boost::asio::thread_pool* pool = nullptr;
  Clock* clock = nullptr;
};

// Thread-safe. Owned by shared_ptr: work that is queued keeps it alive.
//
// Writes run one at a time on a strand; each sees the state that the one before
// it leaves, committed or not yet. Readers see the committed state only and
// never wait for a writer. After a failed commit the review is broken: it
// refuses writes and must be loaded again.
class LiveReview : public std::enable_shared_from_this<LiveReview> {
 public:
  using ApplyCallback = std::function<void(absl::StatusOr<v1::ApplyResponse>)>;

  // Replays the log (server/replay.h).
  static absl::StatusOr<std::shared_ptr<LiveReview>> Load(
      const LiveReviewEnvironment& environment, absl::string_view review_id,
      int64_t epoch, std::unique_ptr<LogSigner> signer);

  // Validates, applies, estimates, commits; write_service.proto says the
  // errors. `done` is called once, on a thread of the pool or of the committer;
  // if this is called on one of the pool, maybe before it returns.
  void Apply(v1::ApplyRequest request, Actor actor, ApplyCallback done);

  const std::string& review_id() const { return review_id_; }
  int64_t epoch() const { return epoch_; }

  // The key that signs trees of this size, as C2SP vkey; and the one that signs
  // now. What is committed counts.
  std::string VkeyAt(int64_t size) const;
  std::string vkey() const;

  // Appends the entry that names the key of this seed, and signs with it from
  // then on; answers as Apply does. An empty log, which no key signed yet,
  // breaks instead, with sequence 0 in the answer: whoever loads it again gives
  // it its key.
  void RotateKey(const audit::KeySeed& seed, const std::string& reason,
                 Actor actor, ApplyCallback done);

  // Appends the entry that says which steps of living mode are overdue by now,
  // if there are any that no entry says yet; answers as Apply does, with
  // sequence 0 if there are none.
  void ReportOverdue(ApplyCallback done);

  // The committed state; its sequence is the head.
  std::shared_ptr<const review::ReviewState> Committed() const;

  // The latest checkpoint that is anchored; covers at least the head. Its size
  // is 0 before the first entry.
  storage::SignedCheckpoint checkpoint() const;

  // Calls `wake` after each commit, and when the review breaks, on any thread,
  // until Unsubscribe returns. `wake` must not block or call back here.
  int64_t Subscribe(std::function<void()> wake);
  void Unsubscribe(int64_t subscription);

  // Whether a commit failed.
  bool broken() const { return *broken_; }

 private:
  // A request with what makes two of them the same.
  struct Request;
  // A write between plan and commit.
  struct Draft;
  // By analysis.
  using LiveAnalyses =
      std::map<std::string, std::unique_ptr<review::LiveAnalysis>>;
  // A request that is being committed, with its answer, which lacks only a
  // checkpoint, and all who wait for it.
  struct InFlight {
    audit::Digest digest = {};
    v1::ApplyResponse response;
    std::vector<ApplyCallback> waiting;
  };

  LiveReview(const LiveReviewEnvironment& environment,
             absl::string_view review_id, int64_t epoch,
             std::unique_ptr<LogSigner> signer);

  void EstimateInFull();
  // `next` is the key that the change names, if it names one.
  void ApplyOnStrand(const v1::ApplyRequest& message, const Actor& actor,
                     ApplyCallback done,
                     std::shared_ptr<const audit::Signer> next = nullptr);
  void RotateKeyOnStrand(const audit::KeySeed& seed, const std::string& reason,
                         const Actor& actor, ApplyCallback done);
  void ReportOverdueOnStrand(ApplyCallback done);
  // True if the request was made before: then `done` was or will be called.
  bool AnswerRepeated(const Request& request, ApplyCallback& done);
  // What the server says of some changes beside their plan.
  struct Completed {
    // That a release is held against.
    std::vector<v1::ConclusionEvent> of_release;
    std::optional<Redaction> redaction;
  };
  absl::StatusOr<review::PlannedChange> Plan(const v1::Change& change,
                                             const review::Author& author,
                                             Completed* completed);
  // Waits until all that was accepted is committed. UNAVAILABLE: it never will.
  absl::Status AwaitCommits();
  absl::StatusOr<Draft> MakeDraft(const Request& request, const Actor& actor);
  absl::Status EstimateMoved(bool dry, Draft& draft);
  // Absent: no such analysis yet.
  absl::StatusOr<std::optional<v1::Estimate>> EstimateNow(
      const std::string& analysis);
  void AnswerDry(std::vector<std::string> trials, v1::ApplyResponse response,
                 ApplyCallback done);
  review::LiveAnalysis& LiveAnalysisOf(const review::AnalysisVersion& analysis,
                                       Draft& draft);
  void Enqueue(const Request& request, Draft draft, ApplyCallback done);
  // On the committer's thread.
  void OnCommitted(const std::shared_ptr<const review::ReviewState>& state,
                   const std::string& request_id,
                   const absl::StatusOr<storage::SignedCheckpoint>& committed);
  static void Answer(absl::StatusOr<v1::ApplyResponse> response,
                     const std::vector<ApplyCallback>& waiting);
  // The response with a receipt against a checkpoint of a larger tree.
  absl::StatusOr<v1::ApplyResponse> ProveIn(
      const storage::SignedCheckpoint& checkpoint, v1::ApplyResponse response);
  void WakeSubscribers();
  int64_t NextTime();

  const LiveReviewEnvironment environment_;
  const std::string review_id_;
  const int64_t epoch_;
  // Only for the committer.
  const std::shared_ptr<LogSigner> signer_;
  // The key that the log began with.
  std::string first_vkey_;
  const std::shared_ptr<std::atomic<bool>> broken_;
  boost::asio::strand<boost::asio::thread_pool::executor_type> strand_;

  // Only on the strand: the state after the last write that was accepted.
  std::shared_ptr<const review::ReviewState> state_;
  review::InputsDigests inputs_;
  LiveAnalyses analyses_;
  audit::Frontier frontier_;
  int64_t last_time_nanos_ = 0;

  mutable Mutex mutex_;
  std::shared_ptr<const review::ReviewState> committed_ ABSL_GUARDED_BY(mutex_);
  // After each commit, also one that failed.
  CondVar committed_changed_;
  storage::SignedCheckpoint checkpoint_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, InFlight> in_flight_ ABSL_GUARDED_BY(mutex_);
  std::map<int64_t, std::function<void()>> subscribers_ ABSL_GUARDED_BY(mutex_);
  int64_t next_subscription_ ABSL_GUARDED_BY(mutex_) = 1;
};

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_LIVE_REVIEW_H_
