#include "storage/review_store.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/leaf.h"
#include "base/status_macros.h"
#include "storage/entry_batch.h"
#include "storage/keys.h"

namespace tidemark::storage {
namespace {

std::string Prefix(absl::string_view id) {
  return KeyWriter().String(id).Take();
}

std::string Prefix(absl::string_view review, absl::string_view id) {
  return KeyWriter().String(review).String(id).Take();
}

std::unique_ptr<KvStore::Iterator> IteratePrefix(const KvStore& store,
                                                 Table table,
                                                 absl::string_view prefix) {
  return store.NewIterator(table, prefix, PrefixEnd(prefix));
}

absl::Status Malformed(const KvStore& store, absl::string_view what) {
  return absl::DataLossError(
      absl::StrCat(store.path(), ": ", what, " is malformed"));
}

// The integer that follows `prefix` and ends the iterator's key.
absl::StatusOr<int64_t> LastInt(const KvStore& store,
                                const KvStore::Iterator& iterator,
                                absl::string_view prefix) {
  KeyReader key(iterator.key().substr(prefix.size()));
  int64_t value = 0;
  if (key.Int(&value) && key.AtEnd()) return value;
  return Malformed(store, "a key that ends in a sequence");
}

absl::StatusOr<StoredVersion> ReadVersion(const KvStore& store,
                                          const KvStore::Iterator& iterator,
                                          absl::string_view prefix) {
  ASSIGN_OR_RETURN(const int64_t sequence, LastInt(store, iterator, prefix));
  return StoredVersion{sequence, std::string(iterator.value())};
}

// Names the thing that was looked for instead of the key.
template <typename T>
absl::StatusOr<T> OrNotFound(absl::StatusOr<T> result, absl::string_view what) {
  if (!absl::IsNotFound(result.status())) return result;
  return absl::NotFoundError(absl::StrCat("there is no ", what));
}

// The last version of `id` with a sequence <= as_of.
absl::StatusOr<StoredVersion> VersionAsOf(const KvStore& store, Table table,
                                          absl::string_view what,
                                          absl::string_view review,
                                          absl::string_view id, int64_t as_of) {
  RETURN_IF_ERROR(CheckId("review", review));
  RETURN_IF_ERROR(CheckId(what, id));
  const std::string prefix = Prefix(review, id);
  const auto iterator = IteratePrefix(store, table, prefix);
  if (as_of > 0) {
    iterator->SeekForPrev(VersionKey(review, id, as_of));
    if (iterator->Valid()) return ReadVersion(store, *iterator, prefix);
    RETURN_IF_ERROR(iterator->status());
  }
  return absl::NotFoundError(absl::StrCat("there is no ", what, " ", id, " in ",
                                          review, " as of sequence ", as_of));
}

// The versions of `id` with from <= sequence <= to, at most `most` of them.
absl::StatusOr<std::vector<StoredVersion>> VersionsBetween(
    const KvStore& store, Table table, absl::string_view what,
    absl::string_view review, absl::string_view id, int64_t from, int64_t to,
    size_t most) {
  RETURN_IF_ERROR(CheckId("review", review));
  RETURN_IF_ERROR(CheckId(what, id));
  const std::string prefix = Prefix(review, id);
  std::vector<StoredVersion> versions;
  const auto iterator = IteratePrefix(store, table, prefix);
  iterator->Seek(VersionKey(review, id, std::max<int64_t>(from, 0)));
  for (; iterator->Valid() && versions.size() < most; iterator->Next()) {
    ASSIGN_OR_RETURN(StoredVersion version,
                     ReadVersion(store, *iterator, prefix));
    if (version.sequence > to) break;
    versions.push_back(std::move(version));
  }
  RETURN_IF_ERROR(iterator->status());
  return versions;
}

// The distinct strings that follow `prefix` in keys, ascending.
absl::StatusOr<std::vector<std::string>> DistinctIds(const KvStore& store,
                                                     Table table,
                                                     absl::string_view begin,
                                                     absl::string_view end,
                                                     size_t prefix_size) {
  std::vector<std::string> ids;
  const auto iterator = store.NewIterator(table, begin, end);
  iterator->SeekToFirst();
  while (iterator->Valid()) {
    const absl::string_view key = iterator->key();
    std::string id;
    if (!KeyReader(key.substr(prefix_size)).String(&id)) {
      return Malformed(store, "a key without an id");
    }
    const std::string seen(key.substr(0, prefix_size + id.size() + 1));
    iterator->Seek(PrefixEnd(seen));
    ids.push_back(std::move(id));
  }
  RETURN_IF_ERROR(iterator->status());
  return ids;
}

absl::StatusOr<SignedCheckpoint> ReadCheckpoint(
    const KvStore& store, const KvStore::Iterator& iterator,
    absl::string_view review, absl::string_view prefix) {
  ASSIGN_OR_RETURN(const int64_t size, LastInt(store, iterator, prefix));
  return SignedCheckpoint{std::string(review), size,
                          std::string(iterator.value())};
}

}  // namespace

ReviewStore::ReviewStore(std::unique_ptr<KvStore> store)
    : store_(std::move(store)) {}

absl::StatusOr<std::unique_ptr<ReviewStore>> ReviewStore::Open(
    const OpenOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<KvStore> store, KvStore::Open(options));
  return std::unique_ptr<ReviewStore>(new ReviewStore(std::move(store)));
}

absl::Status ReviewStore::Commit(
    absl::Span<const Entry> entries,
    absl::Span<const SignedCheckpoint> checkpoints) {
  std::vector<const Entry*> pointers;
  for (const Entry& entry : entries) pointers.push_back(&entry);
  return Commit(pointers, checkpoints);
}

absl::Status ReviewStore::Commit(
    absl::Span<const Entry* const> entries,
    absl::Span<const SignedCheckpoint> checkpoints) {
  EntryBatch batch(*this, std::move(log_sizes_));
  // Until this is committed, only the store knows.
  log_sizes_.clear();
  for (const Entry* entry : entries) RETURN_IF_ERROR(batch.Add(*entry));
  for (const SignedCheckpoint& checkpoint : checkpoints) {
    RETURN_IF_ERROR(batch.Add(checkpoint));
  }
  RETURN_IF_ERROR(store_->Write(batch.batch()));
  log_sizes_ = std::move(batch).log_sizes();
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> ReviewStore::Reviews() const {
  // Past the keys of the store itself, whose first string is empty.
  return DistinctIds(*store_, Table::kLog, "\x01", "\xFF", 0);
}

absl::StatusOr<int64_t> ReviewStore::LogSize(absl::string_view review) const {
  RETURN_IF_ERROR(CheckId("review", review));
  const std::string prefix = Prefix(review);
  const auto iterator = IteratePrefix(*store_, Table::kLog, prefix);
  iterator->SeekToLast();
  if (iterator->Valid()) return LastInt(*store_, *iterator, prefix);
  RETURN_IF_ERROR(iterator->status());
  return 0;
}

absl::StatusOr<std::string> ReviewStore::Leaf(absl::string_view review,
                                              int64_t sequence) const {
  RETURN_IF_ERROR(CheckId("review", review));
  return OrNotFound(store_->Get(Table::kLog, LogKey(review, sequence)),
                    absl::StrCat("entry ", sequence, " in ", review));
}

absl::StatusOr<SaltedChange> ReviewStore::Change(absl::string_view review,
                                                 int64_t sequence) const {
  RETURN_IF_ERROR(CheckId("review", review));
  const std::string what = absl::StrCat("change ", sequence, " in ", review);
  ASSIGN_OR_RETURN(
      const std::string value,
      OrNotFound(store_->Get(Table::kChange, ChangeKey(review, sequence)),
                 what));
  if (value.size() < audit::kSaltBytes) return Malformed(*store_, what);
  return SaltedChange{value.substr(0, audit::kSaltBytes),
                      value.substr(audit::kSaltBytes)};
}

absl::StatusOr<audit::Digest> ReviewStore::Node(absl::string_view review,
                                                int level,
                                                int64_t index) const {
  if (const auto cached = nodes_.Find(review, level, index)) return *cached;
  RETURN_IF_ERROR(CheckId("review", review));
  const absl::StatusOr<std::string> value =
      store_->Get(Table::kMerkle, MerkleKey(review, level, index));
  absl::StatusOr<audit::Digest> node =
      value.ok() ? audit::DigestFromBytes(*value) : value.status();
  if (!node.ok()) {
    const std::string what =
        absl::StrCat("Merkle node ", level, "/", index, " in ", review);
    if (value.ok()) return Malformed(*store_, what);
    return OrNotFound(std::move(node), what);
  }
  nodes_.Insert(review, level, index, *node);
  return node;
}

absl::StatusOr<std::string> ReviewStore::Checkpoint(absl::string_view review,
                                                    int64_t size) const {
  RETURN_IF_ERROR(CheckId("review", review));
  return OrNotFound(
      store_->Get(Table::kCheckpoint, CheckpointKey(review, size)),
      absl::StrCat("checkpoint of size ", size, " in ", review));
}

absl::StatusOr<SignedCheckpoint> ReviewStore::LatestCheckpoint(
    absl::string_view review) const {
  RETURN_IF_ERROR(CheckId("review", review));
  const std::string prefix = Prefix(review);
  const auto iterator = IteratePrefix(*store_, Table::kCheckpoint, prefix);
  iterator->SeekToLast();
  if (iterator->Valid()) {
    return ReadCheckpoint(*store_, *iterator, review, prefix);
  }
  RETURN_IF_ERROR(iterator->status());
  return absl::NotFoundError(
      absl::StrCat("there is no checkpoint of ", review));
}

absl::Status ReviewStore::ForEachCheckpoint(
    absl::string_view review, int64_t from_size,
    absl::FunctionRef<absl::Status(const SignedCheckpoint&)> visit) const {
  RETURN_IF_ERROR(CheckId("review", review));
  const std::string prefix = Prefix(review);
  const auto iterator = IteratePrefix(*store_, Table::kCheckpoint, prefix);
  iterator->Seek(CheckpointKey(review, std::max<int64_t>(from_size, 0)));
  for (; iterator->Valid(); iterator->Next()) {
    ASSIGN_OR_RETURN(const SignedCheckpoint checkpoint,
                     ReadCheckpoint(*store_, *iterator, review, prefix));
    RETURN_IF_ERROR(visit(checkpoint));
  }
  return iterator->status();
}

absl::StatusOr<StoredVersion> ReviewStore::TrialAsOf(absl::string_view review,
                                                     absl::string_view trial,
                                                     int64_t as_of) const {
  return VersionAsOf(*store_, Table::kTrial, "trial", review, trial, as_of);
}

absl::StatusOr<std::vector<StoredVersion>> ReviewStore::TrialVersions(
    absl::string_view review, absl::string_view trial) const {
  return VersionsBetween(*store_, Table::kTrial, "trial", review, trial, 0,
                         std::numeric_limits<int64_t>::max(),
                         std::numeric_limits<size_t>::max());
}

absl::StatusOr<std::vector<std::string>> ReviewStore::TrialIds(
    absl::string_view review) const {
  RETURN_IF_ERROR(CheckId("review", review));
  const std::string prefix = Prefix(review);
  return DistinctIds(*store_, Table::kTrial, prefix, PrefixEnd(prefix),
                     prefix.size());
}

absl::StatusOr<std::vector<StoredTrial>> ReviewStore::TrialsAsOf(
    absl::string_view review, int64_t as_of) const {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, TrialIds(review));
  std::vector<StoredTrial> trials;
  for (const std::string& id : ids) {
    absl::StatusOr<StoredVersion> version = TrialAsOf(review, id, as_of);
    if (absl::IsNotFound(version.status())) continue;
    RETURN_IF_ERROR(version.status());
    trials.push_back({id, *std::move(version)});
  }
  return trials;
}

absl::StatusOr<StoredVersion> ReviewStore::EstimateAsOf(
    absl::string_view review, absl::string_view analysis, int64_t as_of) const {
  return VersionAsOf(*store_, Table::kEstimate, "analysis", review, analysis,
                     as_of);
}

absl::StatusOr<std::vector<StoredVersion>> ReviewStore::EstimateHistory(
    absl::string_view review, absl::string_view analysis, int64_t from,
    int64_t to, size_t most) const {
  return VersionsBetween(*store_, Table::kEstimate, "analysis", review,
                         analysis, from, to, most);
}

absl::StatusOr<std::vector<Entry::Version>> ReviewStore::EstimatesAt(
    absl::string_view review, int64_t sequence,
    absl::Span<const std::string> analyses) const {
  RETURN_IF_ERROR(CheckId("review", review));
  std::vector<Entry::Version> estimates;
  for (const std::string& analysis : analyses) {
    RETURN_IF_ERROR(CheckId("analysis", analysis));
    absl::StatusOr<std::string> bytes =
        store_->Get(Table::kEstimate, VersionKey(review, analysis, sequence));
    if (absl::IsNotFound(bytes.status())) continue;
    RETURN_IF_ERROR(bytes.status());
    estimates.push_back({analysis, *std::move(bytes)});
  }
  return estimates;
}

absl::StatusOr<StoredRequest> ReviewStore::FindRequest(
    absl::string_view review, absl::string_view request_id) const {
  RETURN_IF_ERROR(CheckId("review", review));
  RETURN_IF_ERROR(CheckId("request", request_id));
  const std::string what = absl::StrCat("request ", request_id, " in ", review);
  ASSIGN_OR_RETURN(
      const std::string value,
      OrNotFound(store_->Get(Table::kMeta, RequestKey(review, request_id)),
                 what));
  StoredRequest request;
  if (!DecodeRequest(value, &request)) return Malformed(*store_, what);
  return request;
}

}  // namespace tidemark::storage
