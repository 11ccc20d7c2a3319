#include "storage/key_file.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "audit/sha256.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/testing/temp_dir.h"

namespace tidemark::storage {
namespace {

using ::testing::HasSubstr;
using ::tidemark::testing::IsOkAndHolds;
using ::tidemark::testing::StatusIs;

class KeyFileTest : public ::testing::Test {
 protected:
  static mode_t ModeOf(const std::string& path) {
    struct stat attributes = {};
    EXPECT_EQ(stat(path.c_str(), &attributes), 0);
    return attributes.st_mode & 0777;
  }

  void Write(const std::string& content) {
    std::ofstream(options_.path) << content;
    ASSERT_EQ(chmod(options_.path.c_str(), 0600), 0);
  }

  const std::string dir_ = MakeTempDir();
  KeyFileOptions options_ = {dir_ + "/keys/server.key", nullptr};
};

TEST_F(KeyFileTest, MakesAKeyOnceForItsOwnerOnly) {
  // A draft that a crash left behind is no obstacle.
  std::filesystem::create_directory(dir_ + "/keys");
  std::ofstream(options_.path + ".new") << "half";
  ASSERT_OK_AND_ASSIGN(const audit::KeySeed seed, LoadKeyFile(options_));
  EXPECT_THAT(LoadKeyFile(options_), IsOkAndHolds(seed));
  EXPECT_EQ(ModeOf(options_.path), 0600);
  EXPECT_FALSE(std::filesystem::exists(options_.path + ".new"));
}

TEST_F(KeyFileTest, MakesItsDirectoryForItsOwnerOnly) {
  ASSERT_OK(LoadKeyFile(options_));
  EXPECT_EQ(ModeOf(dir_ + "/keys"), 0700);
}

TEST_F(KeyFileTest, DoesNotMakeAKeyUnasked) {
  options_.create_if_missing = false;
  EXPECT_THAT(LoadKeyFile(options_),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr(options_.path)));
}

TEST_F(KeyFileTest, HasTheDocumentedFormat) {
  std::filesystem::create_directory(dir_ + "/keys");
  const audit::KeySeed seed = audit::Sha256("seed");
  Write("tidemark-ed25519-seed-v1 " + audit::ToHex(seed) + "\n");
  EXPECT_THAT(LoadKeyFile(options_), IsOkAndHolds(seed));
}

TEST_F(KeyFileTest, RefusesAKeyThatOthersMayAccess) {
  ASSERT_OK(LoadKeyFile(options_));
  for (const mode_t mode : {0640, 0604, 0620, 0660, 0644}) {
    ASSERT_EQ(chmod(options_.path.c_str(), mode), 0);
    EXPECT_THAT(
        LoadKeyFile(options_),
        StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("chmod 600")));
  }
}

TEST_F(KeyFileTest, RefusesWhatIsNotAKeyAndLeavesItAlone) {
  std::filesystem::create_directory(dir_ + "/keys");
  const std::string hex(64, 'a');
  for (const std::string& bad :
       {std::string(), "tidemark-ed25519-seed-v1 " + hex, hex + "\n",
        "tidemark-ed25519-seed-v1 " + hex + "0\n",
        "tidemark-ed25519-seed-v1 " + std::string(64, 'A') + "\n",
        "tidemark-ed25519-seed-v2 " + hex + "\n"}) {
    Write(bad);
    EXPECT_THAT(LoadKeyFile(options_),
                StatusIs(absl::StatusCode::kDataLoss, HasSubstr("one line")));
    EXPECT_EQ(std::filesystem::file_size(options_.path), bad.size());
  }
}

}  // namespace
}  // namespace tidemark::storage
