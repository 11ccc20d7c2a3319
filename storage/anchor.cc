#include "storage/anchor.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/failpoint.h"
#include "base/status_macros.h"
#include "storage/file_util.h"
#include "storage/keys.h"
#include "storage/rocksdb_status.h"

namespace tidemark::storage {
namespace {

constexpr int64_t kHeaderRecord = 0;

std::string EncodePayload(const AnchoredCheckpoint& checkpoint) {
  return absl::StrCat(
      KeyWriter().String(checkpoint.review).Int(checkpoint.size).Take(),
      audit::AsBytes(checkpoint.root), checkpoint.note);
}

bool DecodePayload(absl::string_view payload, AnchoredCheckpoint* checkpoint) {
  KeyReader reader(payload);
  if (!reader.String(&checkpoint->review) || !reader.Int(&checkpoint->size)) {
    return false;
  }
  const size_t fixed = checkpoint->review.size() + 1 + 8;
  const absl::string_view rest = payload.substr(fixed);
  if (rest.size() < checkpoint->root.size()) return false;
  checkpoint->root =
      audit::DigestFromBytes(rest.substr(0, checkpoint->root.size())).value();
  checkpoint->note = std::string(rest.substr(checkpoint->root.size()));
  return true;
}

AnchorSlot HeaderSlot(int64_t generation, size_t records) {
  return {kHeaderRecord, generation,
          KeyWriter().Int(static_cast<int64_t>(records)).Take()};
}

// Writes a file without records, under another name first: a crash leaves no
// anchor or an empty one, never half of one.
absl::Status CreateEmpty(rocksdb::FileSystem& file_system,
                         const std::string& path) {
  const std::string directory = DirectoryOf(path);
  RETURN_IF_ERROR(RequireDirectory(file_system, directory));
  ASSIGN_OR_RETURN(const std::string older, EncodeAnchorSlot(HeaderSlot(1, 0)));
  ASSIGN_OR_RETURN(const std::string newer, EncodeAnchorSlot(HeaderSlot(2, 0)));
  const std::string draft = path + ".new";
  RETURN_IF_ERROR(
      WriteSyncedFile(file_system, draft, absl::StrCat(newer, older)));
  RETURN_IF_ERROR(ToStatus(
      file_system.RenameFile(draft, path, rocksdb::IOOptions(), nullptr),
      absl::StrCat("cannot create ", path)));
  return SyncDirectory(file_system, directory);
}

absl::Status CheckGrowth(const AnchoredCheckpoint& from,
                         const AnchoredCheckpoint& to) {
  if (to.size > from.size) return absl::OkStatus();
  if (to.size == from.size && to.root == from.root) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "the anchor of ", from.review, " is at size ", from.size, " with root ",
      audit::ToHex(from.root), "; it cannot go to size ", to.size,
      " with root ", audit::ToHex(to.root)));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Anchor>> Anchor::Open(
    const AnchorOptions& options) {
  const std::shared_ptr<rocksdb::FileSystem> file_system =
      OrDefault(options.file_system);
  ASSIGN_OR_RETURN(const bool exists, FileExists(*file_system, options.path));
  if (!exists) {
    if (options.must_exist) {
      return absl::DataLossError(absl::StrCat(
          "the anchor file ", options.path,
          " is missing, but there are reviews that it should vouch for"));
    }
    if (options.read_only) {
      return absl::NotFoundError(
          absl::StrCat("there is no anchor file ", options.path));
    }
    RETURN_IF_ERROR(CreateEmpty(*file_system, options.path));
  }
  std::unique_ptr<Anchor> anchor(new Anchor(file_system, options.path));
  MutexLock lock(&anchor->mutex_);
  ASSIGN_OR_RETURN(Contents contents, anchor->Load());
  if (options.read_only) {
    anchor->contents_ = std::move(contents);
  } else {
    RETURN_IF_ERROR(anchor->GoOnFrom(std::move(contents)));
  }
  return anchor;
}

// After a failed sync what can be read may not be on the disk. It must be
// before the other slot of a record is overwritten.
absl::Status Anchor::GoOnFrom(Contents contents) {
  RETURN_IF_ERROR(ToStatus(file_system_->NewRandomRWFile(
                               path_, rocksdb::FileOptions(), &file_, nullptr),
                           path_));
  std::vector<AnchorSlot> slots;
  for (const auto& [review, record] : contents.records) {
    slots.push_back(SlotOf(record));
  }
  slots.push_back(
      HeaderSlot(contents.header_generation, contents.records.size()));
  RETURN_IF_ERROR(WriteAndSync(slots));
  contents_ = std::move(contents);
  return absl::OkStatus();
}

absl::StatusOr<Anchor::Contents> Anchor::Load() const {
  ASSIGN_OR_RETURN(const std::string file, ReadFile(*file_system_, path_));
  const auto damaged = [&](int64_t record) {
    return absl::DataLossError(absl::StrCat(
        path_, ": record ", record, " of the anchor file has no good slot"));
  };
  const std::optional<AnchorSlot> header =
      NewestAnchorSlot(file, kHeaderRecord);
  int64_t count = 0;
  if (!header.has_value() || !KeyReader(header->payload).Int(&count)) {
    return damaged(kHeaderRecord);
  }
  Contents contents;
  contents.header_generation = header->generation;
  for (int64_t number = 1;; ++number) {
    const std::optional<AnchorSlot> slot = NewestAnchorSlot(file, number);
    Record record;
    if (!slot.has_value() ||
        !DecodePayload(slot->payload, &record.checkpoint)) {
      // Beyond those that the header counts a record may be unfinished. A whole
      // one holds: what it vouches for was durable before it was written.
      if (number > count) break;
      return damaged(number);
    }
    record.number = number;
    record.generation = slot->generation;
    const std::string review = record.checkpoint.review;
    if (!contents.records.emplace(review, std::move(record)).second) {
      return absl::DataLossError(
          absl::StrCat(path_, ": the anchor file has ", review, " twice"));
    }
  }
  return contents;
}

absl::Status Anchor::write_error() const {
  MutexLock lock(&mutex_);
  return write_error_;
}

absl::Status Anchor::Reopen() {
  MutexLock lock(&mutex_);
  // A new review may have to find room.
  RETURN_IF_ERROR(
      CheckRoom(*file_system_, path_ + ".room", 2 * kAnchorSlotBytes));
  ASSIGN_OR_RETURN(Contents found, Load());
  for (const auto& [review, record] : contents_.records) {
    const auto now = found.records.find(review);
    if (now == found.records.end()) {
      return absl::DataLossError(absl::StrCat(
          path_, ": ", review, " is no longer in the anchor file"));
    }
    const absl::Status grown =
        CheckGrowth(record.checkpoint, now->second.checkpoint);
    if (!grown.ok()) return absl::DataLossError(grown.message());
  }
  return GoOnFrom(std::move(found));
}

AnchorSlot Anchor::SlotOf(const Record& record) {
  return {record.number, record.generation, EncodePayload(record.checkpoint)};
}

absl::StatusOr<std::vector<Anchor::Record>> Anchor::Plan(
    absl::Span<const AnchoredCheckpoint> checkpoints) const {
  std::vector<Record> plan;
  std::set<absl::string_view> reviews;
  auto unused = static_cast<int64_t>(contents_.records.size());
  for (const AnchoredCheckpoint& checkpoint : checkpoints) {
    RETURN_IF_ERROR(CheckId("review", checkpoint.review));
    if (!reviews.insert(checkpoint.review).second || checkpoint.size < 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("the anchor of ", checkpoint.review,
                       " is given twice, or with a negative size"));
    }
    const auto known = contents_.records.find(checkpoint.review);
    if (known == contents_.records.end()) {
      plan.push_back({++unused, 1, checkpoint});
      continue;
    }
    const Record& record = known->second;
    RETURN_IF_ERROR(CheckGrowth(record.checkpoint, checkpoint));
    plan.push_back({record.number, record.generation + 1, checkpoint});
  }
  return plan;
}

absl::Status Anchor::WriteAndSync(absl::Span<const AnchorSlot> slots) {
  std::vector<std::pair<int64_t, std::string>> writes;
  for (const AnchorSlot& slot : slots) {
    ASSIGN_OR_RETURN(std::string bytes, EncodeAnchorSlot(slot));
    // Room for the next generation too: an update must not need any.
    if (slot.generation == 1) {
      writes.emplace_back(AnchorSlotOffset({slot.record, 2, ""}),
                          std::string(kAnchorSlotBytes, '\0'));
    }
    writes.emplace_back(AnchorSlotOffset(slot), std::move(bytes));
  }
  rocksdb::IOStatus status;
  for (const auto& [offset, bytes] : writes) {
    TIDEMARK_FAILPOINT("half_an_anchor_slot",
                       file_->Write(static_cast<uint64_t>(offset),
                                    bytes.substr(0, bytes.size() / 2),
                                    rocksdb::IOOptions(), nullptr));
    status = file_->Write(static_cast<uint64_t>(offset), bytes,
                          rocksdb::IOOptions(), nullptr);
    if (!status.ok()) break;
  }
  if (status.ok()) status = file_->Sync(rocksdb::IOOptions(), nullptr);
  write_error_ = ToStatus(status, absl::StrCat("cannot write ", path_));
  return write_error_;
}

absl::Status Anchor::Update(absl::Span<const AnchoredCheckpoint> checkpoints) {
  MutexLock lock(&mutex_);
  RETURN_IF_ERROR(write_error_);
  if (file_ == nullptr) {
    return absl::FailedPreconditionError(
        absl::StrCat(path_, " is open for reading only"));
  }
  ASSIGN_OR_RETURN(const std::vector<Record> plan, Plan(checkpoints));
  std::vector<AnchorSlot> slots;
  size_t count = contents_.records.size();
  for (const Record& record : plan) {
    slots.push_back(SlotOf(record));
    if (record.generation == 1) ++count;
  }
  if (slots.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(WriteAndSync(slots));
  // A record counts only once it is whole, so a torn first one is no damage.
  if (count > contents_.records.size()) {
    RETURN_IF_ERROR(
        WriteAndSync({HeaderSlot(contents_.header_generation + 1, count)}));
    ++contents_.header_generation;
  }
  for (const Record& record : plan) {
    contents_.records[record.checkpoint.review] = record;
  }
  return absl::OkStatus();
}

absl::StatusOr<AnchoredCheckpoint> Anchor::Find(
    absl::string_view review) const {
  MutexLock lock(&mutex_);
  const auto found = contents_.records.find(std::string(review));
  if (found != contents_.records.end()) return found->second.checkpoint;
  return absl::NotFoundError(
      absl::StrCat(path_, " has no checkpoint of ", review));
}

std::vector<AnchoredCheckpoint> Anchor::All() const {
  MutexLock lock(&mutex_);
  std::vector<AnchoredCheckpoint> all;
  for (const auto& [review, record] : contents_.records) {
    all.push_back(record.checkpoint);
  }
  return all;
}

}  // namespace tidemark::storage
