// Holds what a server says now against everything that its clients were told.
#ifndef TIDEMARK_TESTS_FAULTS_LOG_CHECK_H_
#define TIDEMARK_TESTS_FAULTS_LOG_CHECK_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "audit/checkpoint.h"
#include "audit/leaf.h"
#include "audit/note.h"
#include "audit/sha256.h"
#include "tests/faults/ledger.h"
#include "tests/faults/stubs.h"

namespace tidemark::testing {

// The checks fail the running test. Thread-compatible; remembers what it saw of
// the log, so use one for all restarts of a server.
class LogCheck {
 public:
  // The ledger must outlive it.
  explicit LogCheck(const Ledger* ledger) : ledger_(ledger) {}

  // That the log has no gap, extends all that was ever listed of it, and holds
  // each acknowledged and each watched entry once; that its root is signed,
  // with the same key as ever; that each receipt ever issued proves its entry
  // and its checkpoint is one of this log. Proofs are asked of the server for
  // new receipts and a random choice of old ones, and some requests repeated.
  void CheckAcknowledged(Stubs& stubs, std::mt19937_64& random);

  // That the log with its evidence verifies from the first entry, and its root
  // is the signed one; and the server's proofs for all receipts.
  void CheckWholeLog(Stubs& stubs);

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
};

}  // namespace tidemark::testing

#endif  // TIDEMARK_TESTS_FAULTS_LOG_CHECK_H_
