// Bundles of logs: any bytes as a file, every member read.
#include <cstdlib>
#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/tiles.h"
#include "client/cli/bundle.pb.h"
#include "client/cli/bundle_reader.h"
#include "tests/fuzz/fuzz_check.h"

namespace tidemark::testing {
namespace {

constexpr auto kDataLoss = absl::StatusCode::kDataLoss;

std::string FileOf(absl::string_view bytes) {
  const char* const directory = std::getenv("TMPDIR");
  const std::string path =
      absl::StrCat(directory == nullptr ? "/tmp" : directory, "/bundle-fuzz");
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

// All entries, or the first error.
template <typename Cursor>
absl::Status ReadAll(const cli::BundleReader& bundle) {
  Cursor cursor(bundle);
  for (int64_t i = 0; i < bundle.manifest().head.size; ++i) {
    const absl::Status status = cursor.Next().status();
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

void ReadBundle(const cli::BundleReader& bundle) {
  const int64_t size = bundle.manifest().head.size;
  CheckPromised(bundle.ForEachCheckpoint([](const cli::BundleCheckpoint&) {
    return absl::OkStatus();
  }),
                {kDataLoss});
  for (const audit::Tile& tile : audit::TilesOf(size)) {
    CheckPromised(bundle.Tile(tile).status(), {kDataLoss});
  }
  CheckPromised(ReadAll<cli::LeafCursor>(bundle), {kDataLoss});
  const absl::Status entries = ReadAll<cli::EvidenceCursor>(bundle);
  CheckPromised(entries, {kDataLoss});
  const absl::Status last = bundle.EvidenceOf(size).status();
  CheckPromised(last, {kDataLoss});
  FuzzCheck(!entries.ok() || last.ok(), "what was read is read again");
}

}  // namespace
}  // namespace tidemark::testing

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidemark;           // NOLINT
  using namespace tidemark::testing;  // NOLINT
  const absl::StatusOr<cli::BundleReader> bundle =
      cli::BundleReader::Open(FileOf(AsText(data, size)));
  CheckPromised(bundle.status(), {kDataLoss});
  if (bundle.ok()) ReadBundle(*bundle);
  return 0;
}
