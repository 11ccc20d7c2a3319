// `tidemark export bundle` and `verify-bundle`: what verifies, and what does
// not.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "client/cli/bundle_archive.h"
#include "client/cli/bundle_layout.h"
#include "client/cli/bundle_reader.h"
#include "client/cli/verification.h"
#include "client/cli/verify_bundle.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "review/finding.h"
#include "tests/cli/run_tidemark.h"
#include "tests/testing/example_review.h"
#include "tests/testing/exported_log.h"
#include "tidemark/v1/change.pb.h"
#include "tidemark/v1/finding.pb.h"
#include "tidemark/v1/write_service.pb.h"

namespace tidemark::testing {
namespace {

using ::testing::HasSubstr;
using Members = std::vector<std::pair<std::string, std::string>>;

Members ReadMembers(const std::string& file) {
  Members members;
  const auto reader = cli::ArchiveReader::Open(file);
  while (true) {
    const auto name = (*reader)->Next();
    if (!name->has_value()) return members;
    members.emplace_back(**name, *(*reader)->ReadAll(size_t{64} << 20));
  }
}

void WriteMembers(const std::string& file, const Members& members) {
  const auto writer = cli::ArchiveWriter::Create(file);
  for (const auto& [name, bytes] : members) {
    ASSERT_TRUE((*writer)->Add(name, bytes).ok());
  }
  ASSERT_TRUE((*writer)->Finish().ok());
}

std::string& Member(const std::string& prefix, Members& members) {
  for (auto& [name, bytes] : members) {
    if (absl::StartsWith(name, prefix)) return bytes;
  }
  ADD_FAILURE() << "no member " << prefix;
  return members.front().second;
}

// What verify-bundle checks.
absl::StatusOr<cli::Verification> Verify(const std::string& file,
                                         const cli::Trust& trust = {}) {
  const auto bundle = cli::BundleReader::Open(file);
  if (!bundle.ok()) return bundle.status();
  return cli::VerifyBundle(*bundle, trust, [](int64_t, int64_t) {});
}

class BundleTest : public ExportedLog {
 protected:
  BundleTest() : file_(base_ + "/log.zip"), bad_(base_ + "/bad.zip") {}

  // That these members do not verify, with what is found.
  v1::Finding FindingIn(const Members& members) const {
    WriteMembers(bad_, members);
    const auto done = Verify(bad_);
    EXPECT_EQ(done.status().code(), absl::StatusCode::kDataLoss);
    return done.ok() ? v1::Finding() : review::FindingOf(done.status());
  }

  // The small review of four entries, exported.
  Members SmallBundle() {
    Grow(4);
    Export("bundle", kSmallReview, file_);
    return ReadMembers(file_);
  }

  const std::string file_;
  const std::string bad_;
};

nlohmann::json Json(const Finished& finished) {
  return nlohmann::json::parse(finished.data, nullptr, false);
}

TEST_F(BundleTest, SaysOfTheKneeReviewWhatVerifySays) {
  server_.CreateExample();
  server_.SubmitOneByOne(3);
  v1::Change release;
  release.mutable_make_release()->set_tag("2026.1");
  v1::ApplyResponse response;
  ASSERT_TRUE(server_.Apply(release, &response).ok());
  Export("bundle", kExampleReview, file_);
  const std::string vkey = KeyOf(kExampleReview);
  const Finished online =
      Run({"verify", kExampleReview, "--deep", "--output", "json"});
  server_.Stop();

  const Finished offline =
      RunTidemark({"verify-bundle", file_, "--key", vkey, "--output", "json"});
  EXPECT_EQ(offline.exit_code, 0) << offline.messages;
  nlohmann::json expected = Json(online);
  // Online the checkpoint that was seen last is one more.
  expected["checkpoints"] = expected["checkpoints"].get<int>() - 1;
  EXPECT_EQ(Json(offline), expected);
  EXPECT_EQ(Json(offline)["entries"], 6);
  EXPECT_GT(Json(offline)["estimates"], 20);

  // The program in its README, in another language, agrees.
  Members members = ReadMembers(file_);
  const std::vector<std::string> parts =
      absl::StrSplit(Member("README.md", members), "```");
  ASSERT_EQ(parts.size(), 3);
  Overwrite(base_ + "/check.py", parts[1].substr(parts[1].find('\n')));
  const auto by_hand = [&](const std::string& file) {
    return std::system(absl::StrCat("python3 ", base_, "/check.py ", file, " ",
                                    vkey, " >/dev/null 2>&1")
                           .c_str());
  };
  EXPECT_EQ(by_hand(file_), 0);
  std::string& evidence = Member("evidence/", members);
  evidence =
      absl::StrReplaceAll(evidence, {{"\"salt\":\"A", "\"salt\":\"B"},
                                     {"\"salt\":\"a", "\"salt\":\"b"},
                                     {"\"change\":\"", "\"change\":\"AAAA"}});
  WriteMembers(bad_, members);
  EXPECT_NE(by_hand(bad_), 0);
}

TEST_F(BundleTest, TheSameLogGivesTheSameBytes) {
  Grow(257);
  Export("bundle", kSmallReview, file_);
  Export("bundle", kSmallReview, bad_);
  EXPECT_EQ(Contents(file_), Contents(bad_));
  const auto done = Verify(file_);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->entries, 257);
  EXPECT_EQ(done->estimates, 3);
}

TEST_F(BundleTest, TheServersOwnLogCanBeTakenAlong) {
  Grow(1);
  Export("bundle", "system", file_);
  const auto done = Verify(file_);
  EXPECT_TRUE(done.ok()) << done.status();
}

TEST_F(BundleTest, AFlippedByteOfAnyMemberIsFound) {
  const Members good = SmallBundle();
  ASSERT_EQ(good.size(), 9);
  for (size_t i = 0; i < good.size(); ++i) {
    const size_t size = good[i].second.size();
    for (const size_t at : {size_t{0}, size / 3, size / 2, size - 2}) {
      Members bad = good;
      bad[i].second[at] = static_cast<char>(bad[i].second[at] ^ 1);
      EXPECT_FALSE(FindingIn(bad).what().empty())
          << good[i].first << " at " << at;
    }
  }
}

TEST_F(BundleTest, MembersAreThoseOfTheLogAndNoOthers) {
  const Members good = SmallBundle();
  for (size_t i = 0; i < good.size(); ++i) {
    Members without = good;
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_EQ(FindingIn(without).what(), "the members of the bundle")
        << good[i].first;
    Members twice = good;
    twice.insert(twice.begin() + static_cast<std::ptrdiff_t>(i), good[i]);
    EXPECT_EQ(FindingIn(twice).what(), "the members of the bundle")
        << good[i].first;
  }
  for (const char* const name : {"more", "../../etc/passwd", "/etc/passwd"}) {
    Members more = good;
    more.emplace_back(name, "text");
    const v1::Finding finding = FindingIn(more);
    EXPECT_EQ(finding.expected(), "their end");
    EXPECT_EQ(finding.actual(), name);
  }
}

TEST_F(BundleTest, SizesThatNothingStandsBehindAreRefused) {
  Members huge = SmallBundle();
  std::string& manifest = Member("manifest.json", huge);
  manifest = absl::StrReplaceAll(
      manifest, {{"\"size\": 4,", "\"size\": 9000000000000000000,"}});
  EXPECT_EQ(FindingIn(huge).what(), "the members of the bundle");

  Members bomb = SmallBundle();
  Member("tile/0/", bomb) = std::string(32 << 20, '\0');
  EXPECT_EQ(FindingIn(bomb).what(), "the bundle's tile/0/000.p/4");
  bomb = SmallBundle();
  Member("README.md", bomb) += std::string(32 << 20, '\n');
  EXPECT_THAT(FindingIn(bomb).actual(), HasSubstr("is longer than"));
}

TEST_F(BundleTest, AnEntryThatIsNotWhatWasSignedIsNamed) {
  const Members good = SmallBundle();
  // Entries 3 and 4 change places: what they wrote.
  Members swapped = good;
  std::string& evidence = Member("evidence/", swapped);
  std::vector<std::string> lines = absl::StrSplit(evidence, '\n');
  std::swap(lines[2], lines[3]);
  evidence = absl::StrCat(lines[0], "\n", lines[1], "\n", lines[2], "\n",
                          lines[3], "\n");
  EXPECT_EQ(FindingIn(swapped).sequence(), 3);
  evidence = absl::StrReplaceAll(
      evidence, {{"},\"sequence\":\"4\"}\n", "},\"sequence\":\"3\"}\n"}});
  v1::Finding finding = FindingIn(swapped);
  EXPECT_EQ(finding.sequence(), 3);
  EXPECT_EQ(finding.what(), "digest of the change");
  EXPECT_EQ(finding.estimates_size(), 1);

  // What people would read, without what was stored.
  Members retold = good;
  Member("evidence/", retold) = absl::StrReplaceAll(
      Member("evidence/", retold), {{"\"events\":\"20\"", "\"events\":\"2\""},
                                    {"\"events\":20", "\"events\":2"}});
  finding = FindingIn(retold);
  EXPECT_EQ(finding.sequence(), 3);
  EXPECT_THAT(finding.actual(),
              HasSubstr("what is to be read is not what was stored"));

  // A leaf: the tiles say which one was signed.
  Members rewritten = good;
  std::string& leaves = Member("tile/entries/", rewritten);
  leaves = absl::StrReplaceAll(leaves, {{"small-4", "small-5"}});
  finding = FindingIn(rewritten);
  EXPECT_EQ(finding.sequence(), 4);
  EXPECT_THAT(finding.what(), HasSubstr("hash of the leaf"));

  // And a checkpoint of them, by a key of the forger's.
  Members resigned = good;
  Member("checkpoint", resigned)[80] ^= 1;
  EXPECT_EQ(FindingIn(resigned).what(), "the bundle's checkpoint");
}

TEST_F(BundleTest, ACutFileIsRefused) {
  SmallBundle();
  const std::string good = Contents(file_);
  for (size_t i = 0; i < 40; ++i) {
    Overwrite(bad_, good.substr(0, good.size() * i / 40));
    EXPECT_EQ(Verify(bad_).status().code(), absl::StatusCode::kDataLoss) << i;
  }
  Overwrite(bad_, good.substr(0, good.size() - 1));
  EXPECT_EQ(Verify(bad_).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(BundleTest, AFileWithAFlippedBitIsRefusedOrSaysTheSame) {
  SmallBundle();
  const std::string good = Contents(file_);
  int refused = 0;
  constexpr size_t kPlaces = 200;
  for (size_t i = 0; i < kPlaces; ++i) {
    std::string bad = good;
    const size_t at = good.size() * i / kPlaces;
    bad[at] = static_cast<char>(bad[at] ^ (1 << i % 8));
    Overwrite(bad_, bad);
    const auto done = Verify(bad_);
    if (done.ok()) continue;  // a time stamp, say, that nobody reads
    EXPECT_EQ(done.status().code(), absl::StatusCode::kDataLoss) << at;
    ++refused;
  }
  EXPECT_GT(refused, 150);
}

TEST_F(BundleTest, IsHeldToTheKeyAndTheCheckpointOfTheAuditor) {
  Grow(3);
  Overwrite(base_ + "/older", Run({"checkpoint", kSmallReview}).data);
  Grow(4);
  const std::string vkey = KeyOf(kSmallReview);
  Export("bundle", kSmallReview, file_);
  server_.CreateExample();
  const std::string other = KeyOf(kExampleReview);
  Overwrite(base_ + "/other", Run({"checkpoint", kExampleReview}).data);
  Grow(5);
  Overwrite(base_ + "/newer", Run({"checkpoint", kSmallReview}).data);

  const auto verify = [&](std::vector<std::string> options) {
    options.insert(options.begin(), {"verify-bundle", file_});
    return RunTidemark(options);
  };
  EXPECT_THAT(verify({}).messages, HasSubstr("the key came with the log"));
  const Finished held =
      verify({"--key", vkey, "--checkpoint", base_ + "/older"});
  EXPECT_EQ(held.exit_code, 0);
  EXPECT_THAT(held.messages, HasSubstr("nothing was changed or removed since "
                                       "the checkpoint that you hold"));
  const Finished wrong = verify({"--key", other, "--output", "json"});
  EXPECT_EQ(wrong.exit_code, 5);
  EXPECT_EQ(Json(wrong)["what"], "the bundle's checkpoint");
  EXPECT_EQ(Json(wrong)["expected"], "one signed by " + other);
  EXPECT_EQ(verify({"--checkpoint", base_ + "/other"}).exit_code, 5);
  const Finished cut = verify({"--checkpoint", base_ + "/newer"});
  EXPECT_EQ(cut.exit_code, 5);
  EXPECT_THAT(cut.data, HasSubstr("the log does not reach the checkpoint that "
                                  "you hold: entries were removed"));
  EXPECT_EQ(verify({"--key", ""}).exit_code, 2);
  EXPECT_EQ(RunTidemark({"verify-bundle", base_ + "/none"}).exit_code, 6);
  Overwrite(bad_, "no bundle");
  const Finished none = RunTidemark({"verify-bundle", bad_});
  EXPECT_EQ(none.exit_code, 5);
  EXPECT_THAT(none.messages, HasSubstr("bad.zip does NOT verify"));
}

TEST_F(BundleTest, AnExportThatFailsLeavesWhatWasThere) {
  Grow(2);
  Overwrite(file_, "an older bundle");
  const Finished refused =
      Run({"export", "bundle", "no-such-review", "-o", file_});
  EXPECT_EQ(refused.exit_code, 6);
  EXPECT_EQ(Contents(file_), "an older bundle");
  EXPECT_EQ(Run({"export", "bundle", kSmallReview, "-o", base_ + "/no/file"})
                .exit_code,
            4);
}

}  // namespace
}  // namespace tidemark::testing
