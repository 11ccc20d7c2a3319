// Makes the entries, checkpoints and anchors of one review's log, as a server
// would: each commit extends the tree of the one before.
#ifndef TIDEMARK_STORAGE_TESTING_LOG_WRITER_H_
#define TIDEMARK_STORAGE_TESTING_LOG_WRITER_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "audit/merkle.h"
#include "audit/note.h"
#include "storage/anchor.h"
#include "storage/review_store.h"

namespace tidemark::storage {

class LogWriter {
 public:
  explicit LogWriter(absl::string_view review)
      : LogWriter(review, audit::Frontier()) {}
  // Goes on after a log that has this frontier.
  LogWriter(absl::string_view review, audit::Frontier frontier);

  // The next entry, with change `text`: a leaf, salt, nodes, the request
  // "request-<sequence>", and no versions.
  Entry Append(absl::string_view text);

  // Of all entries appended.
  SignedCheckpoint Checkpoint() const;
  AnchoredCheckpoint Anchored() const;

  const audit::Frontier& frontier() const { return frontier_; }

 private:
  std::string review_;
  audit::Frontier frontier_;
  audit::Signer signer_;
};

}  // namespace tidemark::storage

#endif  // TIDEMARK_STORAGE_TESTING_LOG_WRITER_H_
