// `tidemark export tiles`, judged by a program that knows the specifications
// alone.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/run_tidemark.h"
#include "tests/testing/example_review.h"
#include "tests/testing/exported_log.h"

namespace tidemark::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

struct Judgement {
  bool verifies = false;
  std::string says;
};

class TilesTest : public ExportedLog {
 protected:
  Judgement Check(const std::string& dir, const std::string& vkey) const {
    const std::string said = base_ + "/said";
    const int status =
        std::system(absl::StrCat("python3 tests/tiles/check_tiles.py '", dir,
                                 "' '", vkey, "' >'", said, "' 2>&1")
                        .c_str());
    return {status == 0, Contents(said)};
  }
};

std::vector<fs::path> FilesOf(const std::string& dir) {
  std::vector<fs::path> files;
  for (const auto& file : fs::recursive_directory_iterator(dir)) {
    if (file.is_regular_file()) files.push_back(file.path());
  }
  return files;
}

TEST_F(TilesTest, AnExportIsBroughtUpToDate) {
  const std::string grown = base_ + "/grown";
  for (const int64_t size : {1, 2, 255, 256, 257}) {
    Grow(size);
    Export("tiles", kSmallReview, grown);
    const Judgement judgement = Check(grown, KeyOf(kSmallReview));
    EXPECT_THAT(judgement.says,
                HasSubstr(absl::StrCat("verifies: ", size, " entries")));
    EXPECT_TRUE(judgement.verifies);
    // What is there at once is there too if it came bit by bit.
    const std::string fresh = absl::StrCat(base_, "/fresh-", size);
    Export("tiles", kSmallReview, fresh);
    for (const fs::path& file : FilesOf(fresh)) {
      EXPECT_EQ(Contents(file), Contents(grown / fs::relative(file, fresh)));
    }
  }
  // The full tile replaced the partial ones.
  EXPECT_TRUE(fs::exists(grown + "/tile/0/000"));
  EXPECT_FALSE(fs::exists(grown + "/tile/0/000.p"));
  EXPECT_FALSE(fs::exists(grown + "/tile/entries/000.p"));
}

TEST_F(TilesTest, AnyFlippedByteIsFound) {
  Grow(257);
  const std::string vkey = KeyOf(kSmallReview);
  const std::string dir = base_ + "/tiles";
  Export("tiles", kSmallReview, dir);
  const std::vector<fs::path> files = FilesOf(dir);
  // The checkpoint, two bundles, two tiles of level 0, one of level 1.
  EXPECT_EQ(files.size(), 6);
  for (const fs::path& file : files) {
    const std::string good = Contents(file);
    for (const size_t at : {good.size() / 3, good.size() - 2}) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ 1);
      Overwrite(file, bad);
      EXPECT_FALSE(Check(dir, vkey).verifies) << file << " at " << at;
    }
    fs::remove(file);
    EXPECT_FALSE(Check(dir, vkey).verifies) << "without " << file;
    Overwrite(file, good);
  }
  EXPECT_TRUE(Check(dir, vkey).verifies);
  Overwrite(dir + "/tile/0/002.p", "more");
  EXPECT_THAT(Check(dir, vkey).says, HasSubstr("what is tile/0/002.p?"));
}

TEST_F(TilesTest, AnotherLogsDirectoryIsRefused) {
  Grow(2);
  server_.CreateExample();
  const std::string dir = base_ + "/tiles";
  Export("tiles", kSmallReview, dir);
  const std::string before = Contents(dir + "/checkpoint");
  const Finished other = Run({"export", "tiles", kExampleReview, "-o", dir});
  EXPECT_EQ(other.exit_code, 4) << other.messages;
  EXPECT_THAT(other.messages,
              HasSubstr("holds the tiles of the log tidemark/"));
  EXPECT_THAT(other.messages, HasSubstr("/small/1, not of tidemark/"));
  EXPECT_EQ(Contents(dir + "/checkpoint"), before);
  EXPECT_FALSE(Check(dir, KeyOf(kExampleReview)).verifies);

  const std::string home = base_ + "/home";
  fs::create_directories(home);
  Overwrite(home + "/thesis.tex", "text");
  const Finished refused = Run({"export", "tiles", kSmallReview, "-o", home});
  EXPECT_THAT(refused.messages,
              HasSubstr("is no directory of tiles: it holds thesis.tex"));
}

TEST_F(TilesTest, ADirectoryThatDoesNotFitTheLogStaysAsItIs) {
  Grow(256);
  const std::string dir = base_ + "/tiles";
  Export("tiles", kSmallReview, dir);
  // The tile that the next export goes on from.
  const std::string tile = dir + "/tile/1/000.p/1";
  Overwrite(tile, std::string(32, 'x'));
  Grow(257);
  const Finished refused = Run({"export", "tiles", kSmallReview, "-o", dir});
  EXPECT_EQ(refused.exit_code, 5);
  EXPECT_THAT(refused.messages, HasSubstr("does not fit the log: it has the"));
  EXPECT_FALSE(fs::exists(dir + "/tile/0/001.p"));
}

TEST_F(TilesTest, KilledExportsAreFinishedByTheNext) {
  Grow(257);
  const std::string vkey = KeyOf(kSmallReview);
  const std::string dir = base_ + "/tiles";
  for (const char* const seconds : {"0.03", "0.06", "0.1"}) {
    const int status = std::system(
        absl::StrCat("timeout -s KILL ", seconds, " client/cli/tidemark ",
                     "--server 127.0.0.1:", server_.server->port(),
                     " export tiles small -o '", dir, "' 2>/dev/null")
            .c_str());
    static_cast<void>(status);  // killed, mostly
  }
  Export("tiles", kSmallReview, dir);
  EXPECT_TRUE(Check(dir, vkey).verifies);
}

TEST_F(TilesTest, TheKneeReviewVerifies) {
  server_.CreateExample();
  server_.SubmitOneByOne(5);
  const std::string vkey = KeyOf(kExampleReview);
  const std::string dir = base_ + "/tiles";
  server_.Stop();
  const Finished done = RunTidemark({"--local", server_.data_dir(), "export",
                                     "tiles", kExampleReview, "-o", dir});
  EXPECT_EQ(done.exit_code, 0) << done.messages;
  EXPECT_THAT(Check(dir, vkey).says, HasSubstr("verifies: 7 entries, 1 tiles"));
  std::string other = vkey;
  other.back() = other.back() == 'A' ? 'Q' : 'A';
  EXPECT_FALSE(Check(dir, other).verifies);
}

}  // namespace
}  // namespace tidemark::testing
