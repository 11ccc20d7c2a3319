// Asks witnesses to cosign the checkpoints of every log (C2SP tlog-witness).
#ifndef TIDEMARK_SERVER_WITNESS_COLLECTOR_H_
#define TIDEMARK_SERVER_WITNESS_COLLECTOR_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/cosignature.h"
#include "base/mutex.h"
#include "server/cosigned_checkpoints.h"
#include "server/live_review.h"
#include "server/review_registry.h"
#include "storage/review_store.h"
#include "witness/add_checkpoint.h"
#include "witness/witness_client.h"

namespace tidemark::server {

// Runs on a thread of its own, and only reads what is committed and anchored:
// no write waits for it or fails with it. At each interval it goes through all
// logs, and shows the latest checkpoint of each to the witnesses that have not
// cosigned it: to all of them the same, so that a quorum is of one checkpoint.
//
// A witness that does not answer is asked again after 1 s, 2 s, ... 5 min; so
// is one that does not cosign a log, about that log. Each trouble is told of
// once, and when it is over. These are troubles of trust, over which nothing is
// taken from the witness until it answers otherwise:
//
// * It has a larger tree than the log, or a tree that the log does not extend:
//   the log was rolled back, or another server signs another history of it.
// * It has a smaller tree than it has cosigned: the witness was rolled back,
//   and might cosign two histories. Its operator must bring back what it knew,
//   or make it a new witness with a new key.
class WitnessCollector {
 public:
  using Report = std::function<void(const std::string& message)>;

  // `witnesses` are URL+VKEY. All pointers must outlive it. INVALID_ARGUMENT,
  // naming it: one is not of this form, or is named twice.
  static absl::StatusOr<std::unique_ptr<WitnessCollector>> Create(
      const std::vector<std::string>& witnesses, ReviewRegistry* registry,
      const storage::ReviewStore* store, CosignedCheckpoints* cosigned,
      std::chrono::milliseconds interval, Report report);
  ~WitnessCollector() { Stop(); }

  // Starts the thread. Call once.
  void Start();
  // Ends it, also a request that is under way.
  void Stop();

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;

  // Trouble with a witness, or with a log of one.
  struct Trouble {
    absl::Status status;
    std::chrono::milliseconds wait = std::chrono::milliseconds(0);
    SteadyTime retry_at = {};
  };

  struct Witness {
    audit::WitnessKey key;
    std::unique_ptr<witness::WitnessClient> client;
    Trouble unreachable;
    std::map<std::string, Trouble> of_logs;  // by origin
  };

  WitnessCollector(std::vector<Witness> witnesses, ReviewRegistry* registry,
                   const storage::ReviewStore* store,
                   CosignedCheckpoints* cosigned,
                   std::chrono::milliseconds interval, Report report);

  void Run();
  void CollectAll();
  void Collect(LiveReview& log);
  // Asks one that has cosigned the log up to this size. UNAVAILABLE: it cannot
  // be reached. Other errors: what is wrong with its answers about the log.
  absl::Status Ask(Witness& witness, int64_t cosigned, LiveReview& log,
                   const storage::SignedCheckpoint& latest);
  absl::StatusOr<witness::AddCheckpointRequest> RequestFrom(
      int64_t old_size, const storage::SignedCheckpoint& latest) const;
  absl::Status Keep(const Witness& witness, const std::string& note,
                    absl::string_view answer);
  // Notes what a call came to.
  void Settle(absl::string_view whose, const absl::Status& status,
              Trouble& trouble);
  bool stopping();

  std::vector<Witness> witnesses_;
  ReviewRegistry* const registry_;
  const storage::ReviewStore* const store_;
  CosignedCheckpoints* const cosigned_;
  const std::chrono::milliseconds interval_;
  const Report report_;
  Mutex mutex_;
  CondVar stop_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_WITNESS_COLLECTOR_H_
