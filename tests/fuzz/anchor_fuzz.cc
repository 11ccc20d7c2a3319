// Anchor files of well-formed and damaged slots, opened, updated, opened again.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "rocksdb/env.h"
#include "rocksdb/file_system.h"
#include "storage/anchor.h"
#include "storage/anchor_slot.h"
#include "storage/file_util.h"
#include "storage/keys.h"
#include "tests/fuzz/byte_source.h"
#include "tests/fuzz/fuzz_check.h"

namespace tidemark::testing {
namespace {

constexpr char kPath[] = "/anchors/anchor";
constexpr size_t kMostFileBytes = 64 << 10;

std::shared_ptr<rocksdb::FileSystem> InMemory() {
  static const std::unique_ptr<rocksdb::Env> env(
      rocksdb::NewMemEnv(rocksdb::Env::Default()));
  return env->GetFileSystem();
}

void Place(const storage::AnchorSlot& slot, std::string* file) {
  const auto encoded = storage::EncodeAnchorSlot(slot);
  CheckPromised(encoded.status(), {absl::StatusCode::kInvalidArgument});
  if (!encoded.ok()) return;
  const auto offset = static_cast<size_t>(storage::AnchorSlotOffset(slot));
  if (offset + encoded->size() > kMostFileBytes) return;
  if (file->size() < offset + encoded->size()) {
    file->resize(offset + encoded->size());
  }
  file->replace(offset, encoded->size(), *encoded);
}

// A file by instructions: a header, a slot of a review, a slot of any payload,
// a few bytes at any place, a cut. Slots have good digests, as those of a file
// that was put together by an enemy would.
std::string MakeFile(ByteSource& source) {
  std::string file;
  while (!source.AtEnd()) {
    const uint8_t what = source.Byte();
    const int64_t record = source.Byte() % 8;
    // With the highest generations, which are far from a new file's.
    const int64_t generation =
        source.Byte() % 2 == 0 ? source.Byte() : source.Int() & INT64_MAX;
    switch (what % 5) {
      case 0:
        Place({0, generation, storage::KeyWriter().Int(record).Take()}, &file);
        break;
      case 1: {
        const auto review = source.String();
        const auto size = source.Int() & INT64_MAX;
        Place({record, generation,
               absl::StrCat(storage::KeyWriter()
                                .String(review.substr(0, review.find('\0')))
                                .Int(size)
                                .Take(),
                            std::string(32, 'r'), source.String())},
              &file);
        break;
      }
      case 2:
        Place({record, generation, std::string(source.String())}, &file);
        break;
      case 3: {
        const absl::string_view bytes = source.String();
        if (file.empty()) break;
        const auto at = static_cast<size_t>(generation) % file.size();
        const std::string patch(bytes.substr(0, file.size() - at));
        file.replace(at, patch.size(), patch);
        break;
      }
      default:
        if (!file.empty()) {
          file.resize(static_cast<size_t>(generation) % file.size());
        }
    }
  }
  return file;
}

absl::StatusOr<std::unique_ptr<storage::Anchor>> Open(bool read_only) {
  storage::AnchorOptions options;
  options.path = kPath;
  options.file_system = InMemory();
  options.must_exist = true;
  options.read_only = read_only;
  return storage::Anchor::Open(options);
}

bool Same(const storage::AnchoredCheckpoint& a,
          const storage::AnchoredCheckpoint& b) {
  return a.review == b.review && a.size == b.size && a.root == b.root &&
         a.note == b.note;
}

// An anchor that opened takes an update of each of its reviews and a new one,
// and has them when it is opened again; unless it says why not, and then it has
// what it had.
void CheckUpdate(storage::Anchor& anchor) {
  std::vector<storage::AnchoredCheckpoint> all = anchor.All();
  for (storage::AnchoredCheckpoint& checkpoint : all) {
    if (checkpoint.size < INT64_MAX) ++checkpoint.size;
  }
  if (!anchor.Find("a new review").ok()) {
    all.push_back({"a new review", 1, audit::Digest{1}, "note"});
  }
  const absl::Status updated = anchor.Update(all);
  CheckPromised(updated, {absl::StatusCode::kInvalidArgument});
  if (!updated.ok()) all = anchor.All();
  const auto reopened = Open(/*read_only=*/true);
  FuzzCheck(reopened.ok(), "an anchor that was updated opens");
  for (const storage::AnchoredCheckpoint& checkpoint : all) {
    const auto found = (*reopened)->Find(checkpoint.review);
    FuzzCheck(found.ok() && Same(*found, checkpoint),
              "an anchor holds what it was updated with");
  }
}

}  // namespace
}  // namespace tidemark::testing

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidemark;           // NOLINT
  using namespace tidemark::testing;  // NOLINT
  ByteSource source(AsText(data, size));
  const std::string file = MakeFile(source);
  InMemory()->CreateDirIfMissing("/anchors", {}, nullptr);
  if (!storage::WriteSyncedFile(*InMemory(), kPath, file).ok()) std::abort();
  const auto read_only = Open(/*read_only=*/true);
  CheckPromised(read_only.status(), {absl::StatusCode::kDataLoss});
  const auto anchor = Open(/*read_only=*/false);
  FuzzCheck(anchor.status().code() == read_only.status().code(),
            "a file is good or bad however it is opened");
  if (anchor.ok()) CheckUpdate(**anchor);
  return 0;
}
