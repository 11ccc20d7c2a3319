#include "client/cli/bundle_layout.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "audit/sha256.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using tidemark::testing::StatusIs;

TEST(BundleLayoutTest, MembersOfALogStandInOneOrder) {
  EXPECT_THAT(
      BundleMembers(257),
      ElementsAre("README.md", "manifest.json", "keys.json", "checkpoint",
                  "checkpoints.jsonl", "protocol.json", "tile/entries/000",
                  "tile/0/000", "tile/entries/001.p/1", "tile/0/001.p/1",
                  "tile/1/000.p/1", "evidence/000.jsonl",
                  "evidence/001.jsonl"));
  EXPECT_EQ(EvidencePath(1234067), "evidence/x001/x234/067.jsonl");
}

TEST(BundleLayoutTest, CountsWhatItLists) {
  for (const int64_t size : {1, 255, 256, 257, 65535, 65536, 70000}) {
    EXPECT_EQ(CountBundleMembers(size), BundleMembers(size).size()) << size;
  }
}

TEST(BundleReadmeTest, IsFrozenWithTheFormat) {
  // Every bundle of format 1 holds these bytes: for others make a format 2.
  EXPECT_EQ(audit::ToHex(audit::Sha256(BundleReadme())),
            "ddf640d729ec94759d059c833cf5a1374e8f9655bafb74bf47ca77a5af99375e");
}

BundleManifest Knees() {
  return {"knees",
          {"tidemark/01234567/knees/1", 3, audit::Sha256("")},
          "tidemark/01234567/knees/1+00000000+AQ"};
}

TEST(BundleManifestTest, IsReadAsWritten) {
  const std::string text = FormatManifest(Knees());
  ASSERT_OK_AND_ASSIGN(const BundleManifest read, ParseManifest(text));
  EXPECT_EQ(read.review, "knees");
  EXPECT_EQ(read.head, Knees().head);
  EXPECT_EQ(read.vkey, Knees().vkey);
}

TEST(BundleManifestTest, RefusesWhatItWouldNotWrite) {
  const std::string good = FormatManifest(Knees());
  const auto refused = [&](const std::string& from, const std::string& to) {
    return ParseManifest(absl::StrReplaceAll(good, {{from, to}})).status();
  };
  EXPECT_THAT(refused("tidemark-bundle-v1", "tidemark-bundle-v2"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("the format is \"tidemark-bundle-v2\"")));
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{
           {"\"size\": 3", "\"size\": -3"},
           {"\"size\": 3", "\"size\": 3.0"},
           {"\"size\": 3", "\"size\": 0"},
           {"\"size\": 3", "\"size\": 99999999999999999999"},
           {"\"size\": 3", "\"more\": 1, \"size\": 3"},
           {"\"review\"", "\"Review\""},
           {"\"root\": \"e", "\"root\": \"E"},
           {"\n", " "},
           {"{", "["}}) {
    EXPECT_THAT(refused(from, to),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("")))
        << to;
  }
}

}  // namespace
}  // namespace tidemark::cli
