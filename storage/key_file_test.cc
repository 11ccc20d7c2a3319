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

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;
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

  // As the test names it, without the "//" of some test runners.
  const std::string dir_ =
      std::filesystem::path(MakeTempDir()).lexically_normal().string();
  KeyFileOptions options_ = {dir_ + "/keys/server.key", nullptr};
};

TEST_F(KeyFileTest, MakesAKeyOnceForItsOwnerOnly) {
  // A draft that a crash left behind is no obstacle.
  std::filesystem::create_directory(dir_ + "/keys");
  std::ofstream(options_.path + ".new") << "half";
  ASSERT_OK_AND_ASSIGN(const KeyRing ring, LoadKeyFile(options_));
  EXPECT_THAT(LoadKeyFile(options_), IsOkAndHolds(ring));
  EXPECT_THAT(ring, SizeIs(1));
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
  const std::string line =
      "tidemark-ed25519-seed-v1 " + audit::ToHex(seed) + "\n";
  Write(line);
  EXPECT_THAT(LoadKeyFile(options_), IsOkAndHolds(KeyRing{seed}));
  const audit::KeySeed older = audit::Sha256("older");
  Write(line + "tidemark-ed25519-seed-v1 " + audit::ToHex(older) + "\n");
  EXPECT_THAT(LoadKeyFile(options_), IsOkAndHolds(KeyRing{seed, older}));
}

TEST_F(KeyFileTest, ARingTakesThePlaceOfAnother) {
  ASSERT_OK_AND_ASSIGN(KeyRing ring, LoadKeyFile(options_));
  ring.insert(ring.begin(), audit::Sha256("new"));
  ASSERT_OK(ReplaceKeyFile(options_, ring));
  EXPECT_THAT(LoadKeyFile(options_), IsOkAndHolds(ring));
  EXPECT_EQ(ModeOf(options_.path), 0600);
  EXPECT_FALSE(std::filesystem::exists(options_.path + ".new"));
}

TEST_F(KeyFileTest, TheKeyOfDataIsBesideThem) {
  for (const char* same : {"/data", "/data/", "/data/.", "/other/../data"}) {
    ASSERT_OK_AND_ASSIGN(const KeyPlace place, FindKeyPlace(dir_ + same));
    EXPECT_EQ(place.path, dir_ + "/data.keys/signing-key") << same;
    EXPECT_EQ(place.move_to, "");
  }
}

// No rule that guesses: a second key would sign in a stranger's name.
TEST_F(KeyFileTest, AKeyAmongTheDataIsUsedUntilItIsMoved) {
  std::filesystem::create_directories(dir_ + "/data");
  options_.path = dir_ + "/data/signing-key";
  ASSERT_OK(LoadKeyFile(options_));
  ASSERT_OK_AND_ASSIGN(const KeyPlace place, FindKeyPlace(dir_ + "/data"));
  EXPECT_EQ(place.path, options_.path);
  EXPECT_EQ(place.move_to, dir_ + "/data.keys/signing-key");
  options_.path = place.move_to;
  ASSERT_OK(LoadKeyFile(options_));
  EXPECT_THAT(FindKeyPlace(dir_ + "/data"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("two key files"), HasSubstr(place.path),
                             HasSubstr(place.move_to))));
  std::filesystem::remove(place.path);
  ASSERT_OK_AND_ASSIGN(const KeyPlace moved, FindKeyPlace(dir_ + "/data"));
  EXPECT_EQ(moved.path, options_.path);
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
        "tidemark-ed25519-seed-v2 " + hex + "\n",
        "tidemark-ed25519-seed-v1 " + hex + "\n\n",
        // A key is there once.
        "tidemark-ed25519-seed-v1 " + hex + "\n" + "tidemark-ed25519-seed-v1 " +
            hex + "\n"}) {
    Write(bad);
    EXPECT_THAT(LoadKeyFile(options_), StatusIs(absl::StatusCode::kDataLoss,
                                                HasSubstr("not a key file")));
    EXPECT_EQ(std::filesystem::file_size(options_.path), bad.size());
  }
}

}  // namespace
}  // namespace tidemark::storage
