// Holds what a server says now against everything that its clients were told.
#ifndef TIDEMARK_TESTS_FAULTS_LOG_CHECK_H_
#define TIDEMARK_TESTS_FAULTS_LOG_CHECK_H_

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "audit/checkpoint.h"
#include "audit/leaf.h"
#include "audit/note.h"
#include "audit/sha256.h"
#include "review/log_verifier.h"
#include "review/review_state.h"
#include "storage/anchor.h"
#include "tests/faults/ledger.h"
#include "tests/faults/stubs.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::testing {

// The checks fail the running test. Thread-compatible; remembers what it saw of
// the log, so use one for all restarts of a server.
class LogCheck {
 public:
  // The ledger must outlive it.
  explicit LogCheck(const Ledger* ledger)
      : ledger_(ledger), replayed_(ledger->review()) {}

  // That the log has no gap, extends all that was ever listed of it, and holds
  // each acknowledged and each watched entry once; that its root is signed,
  // with the same key as ever; that each receipt ever issued proves its entry
  // and its checkpoint is one of this log; that protocol, trials and estimates
  // that are served are those which the log makes when it is replayed. Proofs
  // are asked of the server for new receipts and a random choice of old ones,
  // and some requests repeated.
  void CheckAcknowledged(Stubs& stubs, std::mt19937_64& random);

  // That the log with its evidence verifies from the first entry, its root is
  // the signed one, and what is served is what it makes; and the server's
  // proofs for all receipts.
  void CheckWholeLog(Stubs& stubs);

  // After CheckAcknowledged, before any other write: that the anchor is of this
  // log as it was listed.
  void CheckAnchor(const storage::Anchor& anchor) const;

  // Entries at the last check.
  int64_t size() const { return static_cast<int64_t>(hashes_.size()); }

 private:
  void FetchLog(Stubs& stubs);
  void FetchCheckpoint(Stubs& stubs);
  void CheckEntries();
  void CheckWatched();
  // That the receipt proves by itself, and for this log, that the entry is in.
  void CheckReceipt(const v1::Receipt& receipt, const Acknowledged& told);
  void CheckProofs(Stubs& stubs, const Acknowledged& told);
  void CheckRepeat(Stubs& stubs, const Acknowledged& told);
  // Adds the entries that `verifier` has not seen, with their evidence.
  void Replay(Stubs& stubs, review::LogVerifier& verifier);
  // That the server's current state is this one.
  void CheckState(Stubs& stubs, const review::ReviewState& state);
  void CheckTrials(Stubs& stubs, const review::ReviewState& state);
  void CheckEstimate(Stubs& stubs, const std::string& analysis);

  const Ledger* const ledger_;
  std::string vkey_;
  audit::Checkpoint checkpoint_;
  // Of the log as it was listed last, by index.
  std::vector<audit::Leaf> leaves_;
  std::vector<audit::Digest> hashes_;
  // By size.
  std::vector<audit::Digest> roots_;
  // How many of the ledger's receipts were checked.
  size_t checked_ = 0;
  review::LogVerifier replayed_;
  // The last of each analysis in the evidence that was replayed.
  std::map<std::string, v1::Estimate> estimates_;
};

}  // namespace tidemark::testing

#endif  // TIDEMARK_TESTS_FAULTS_LOG_CHECK_H_
