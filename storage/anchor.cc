#include "storage/anchor.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
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
  std::unique_ptr<Anchor> anchor(new Anchor(options.path));
  MutexLock lock(&anchor->mutex_);
  ASSIGN_OR_RETURN(const std::string content,
                   ReadFile(*file_system, options.path));
  RETURN_IF_ERROR(anchor->Load(content));
  if (!options.read_only) {
    RETURN_IF_ERROR(ToStatus(
        file_system->NewRandomRWFile(options.path, rocksdb::FileOptions(),
                                     &anchor->file_, nullptr),
        options.path));
  }
  return anchor;
}

absl::Status Anchor::Load(absl::string_view file) {
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
  header_generation_ = header->generation;
  for (int64_t number = 1; number <= count; ++number) {
    std::optional<AnchorSlot> slot = NewestAnchorSlot(file, number);
    Record record;
    if (!slot.has_value() ||
        !DecodePayload(slot->payload, &record.checkpoint)) {
      return damaged(number);
    }
    record.number = number;
    record.generation = slot->generation;
    const std::string review = record.checkpoint.review;
    if (!records_.emplace(review, std::move(record)).second) {
      return absl::DataLossError(
          absl::StrCat(path_, ": the anchor file has ", review, " twice"));
    }
  }
  for (int64_t number = count + 1;
       AnchorSlotOffset({number, 0, ""}) < static_cast<int64_t>(file.size());
       ++number) {
    const std::optional<AnchorSlot> slot = NewestAnchorSlot(file, number);
    if (slot.has_value()) uncounted_[number] = slot->generation;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Anchor::Record>> Anchor::Plan(
    absl::Span<const AnchoredCheckpoint> checkpoints) const {
  std::vector<Record> plan;
  std::set<absl::string_view> reviews;
  auto unused = static_cast<int64_t>(records_.size());
  for (const AnchoredCheckpoint& checkpoint : checkpoints) {
    RETURN_IF_ERROR(CheckId("review", checkpoint.review));
    if (!reviews.insert(checkpoint.review).second || checkpoint.size < 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("the anchor of ", checkpoint.review,
                       " is given twice, or with a negative size"));
    }
    const auto known = records_.find(checkpoint.review);
    if (known == records_.end()) {
      const auto older = uncounted_.find(++unused);
      const int64_t generation =
          older == uncounted_.end() ? 1 : older->second + 1;
      plan.push_back({unused, generation, checkpoint});
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
    writes.emplace_back(AnchorSlotOffset(slot), std::move(bytes));
  }
  rocksdb::IOStatus status;
  for (const auto& [offset, bytes] : writes) {
    status = file_->Write(static_cast<uint64_t>(offset), bytes,
                          rocksdb::IOOptions(), nullptr);
    if (!status.ok()) break;
  }
  if (status.ok()) status = file_->Sync(rocksdb::IOOptions(), nullptr);
  failure_ = ToStatus(status, absl::StrCat("cannot write ", path_));
  return failure_;
}

absl::Status Anchor::Update(absl::Span<const AnchoredCheckpoint> checkpoints) {
  MutexLock lock(&mutex_);
  RETURN_IF_ERROR(failure_);
  if (file_ == nullptr) {
    return absl::FailedPreconditionError(
        absl::StrCat(path_, " is open for reading only"));
  }
  ASSIGN_OR_RETURN(const std::vector<Record> plan, Plan(checkpoints));
  std::vector<AnchorSlot> slots;
  size_t count = records_.size();
  for (const Record& record : plan) {
    slots.push_back(
        {record.number, record.generation, EncodePayload(record.checkpoint)});
    if (records_.count(record.checkpoint.review) == 0) ++count;
  }
  if (slots.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(WriteAndSync(slots));
  // A record counts only once it is whole, so a torn first one is no damage.
  if (count > records_.size()) {
    RETURN_IF_ERROR(WriteAndSync({HeaderSlot(header_generation_ + 1, count)}));
    ++header_generation_;
  }
  for (const Record& record : plan) {
    records_[record.checkpoint.review] = record;
  }
  return absl::OkStatus();
}

absl::StatusOr<AnchoredCheckpoint> Anchor::Find(
    absl::string_view review) const {
  MutexLock lock(&mutex_);
  const auto found = records_.find(std::string(review));
  if (found != records_.end()) return found->second.checkpoint;
  return absl::NotFoundError(
      absl::StrCat(path_, " has no checkpoint of ", review));
}

std::vector<AnchoredCheckpoint> Anchor::All() const {
  MutexLock lock(&mutex_);
  std::vector<AnchoredCheckpoint> all;
  for (const auto& [review, record] : records_) {
    all.push_back(record.checkpoint);
  }
  return all;
}

}  // namespace tidemark::storage
