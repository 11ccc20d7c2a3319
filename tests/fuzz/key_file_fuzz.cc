// Key files and the files of tokens: what a server is told whom to trust by.
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "audit/sha256.h"
#include "server/authenticator.h"
#include "storage/key_file.h"
#include "tests/fuzz/fuzz_check.h"

namespace tidemark::testing {
namespace {

// Of this process alone; gone with it.
const std::string& KeyPath() {
  static const std::string* const path = [] {
    std::string directory =
        (std::filesystem::temp_directory_path() / "key_file_fuzz.XXXXXX")
            .string();
    if (mkdtemp(directory.data()) == nullptr) std::abort();
    static const std::string kept = directory;
    std::atexit([] { std::filesystem::remove_all(kept); });
    return new std::string(directory + "/key");
  }();
  return *path;
}

void CheckKeyFile(absl::string_view content) {
  std::ofstream(KeyPath(), std::ios::binary)
      .write(content.data(), static_cast<std::streamsize>(content.size()));
  chmod(KeyPath().c_str(), 0600);
  const auto ring = storage::LoadKeyFile({KeyPath(), nullptr, false});
  CheckPromised(ring.status(), {absl::StatusCode::kDataLoss});
  if (!ring.ok()) return;
  std::string expected;
  for (const audit::KeySeed& seed : *ring) {
    absl::StrAppend(&expected, "tidemark-ed25519-seed-v1 ", audit::ToHex(seed),
                    "\n");
  }
  FuzzCheck(content == expected && !ring->empty(), "a key file has one form");
}

void CheckTokenFile(absl::string_view content) {
  const auto authenticator =
      server::Authenticator::FromTokenFile(content, "tokens");
  CheckPromised(authenticator.status(), {absl::StatusCode::kInvalidArgument});
  if (!authenticator.ok()) return;
  const auto twice = server::Authenticator::FromTokenFile(
      absl::StrCat(content, "\n", content), "tokens");
  FuzzCheck(!twice.ok(), "a token has one owner");
}

}  // namespace
}  // namespace tidemark::testing

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidemark::testing;  // NOLINT
  CheckKeyFile(AsText(data, size));
  CheckTokenFile(AsText(data, size));
  return 0;
}
