#include "storage/anchor.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "audit/sha256.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/testing/failing_file_system.h"
#include "storage/testing/temp_dir.h"

namespace tidemark::storage {
namespace {

using ::testing::_;
using ::testing::ElementsAre;
using ::testing::FieldsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::tidemark::testing::IsOkAndHolds;
using ::tidemark::testing::StatusIs;

constexpr auto kDataLoss = absl::StatusCode::kDataLoss;

AnchoredCheckpoint At(absl::string_view review, int64_t size) {
  return {std::string(review), size, audit::Sha256(std::to_string(size)),
          "note " + std::to_string(size)};
}

auto Is(absl::string_view review, int64_t size) {
  const AnchoredCheckpoint expected = At(review, size);
  return FieldsAre(expected.review, size, expected.root, expected.note);
}

class AnchorTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<Anchor>> Open() {
    return Anchor::Open(options_);
  }

  // Flips a bit in the middle of slot `slot` of the file.
  void Damage(int64_t slot) {
    std::fstream file(options_.path);
    file.seekg(slot * kAnchorSlotBytes + 60);
    const char byte = static_cast<char>(file.peek() ^ 4);
    file.seekp(slot * kAnchorSlotBytes + 60);
    file.put(byte);
    ASSERT_TRUE(file.good());
  }

  AnchorOptions options_ = {MakeTempDir() + "/anchor", nullptr};
};

TEST_F(AnchorTest, KeepsTheLastCheckpointOfEachReview) {
  ASSERT_OK_AND_ASSIGN(auto anchor, Open());
  EXPECT_THAT(anchor->All(), IsEmpty());
  ASSERT_OK(anchor->Update({At("b", 1)}));
  ASSERT_OK(anchor->Update({At("a", 5), At("b", 2)}));
  ASSERT_OK(anchor->Update({At("b", 7)}));
  EXPECT_THAT(anchor->All(), ElementsAre(Is("a", 5), Is("b", 7)));
  ASSERT_OK_AND_ASSIGN(anchor, Open());
  EXPECT_THAT(anchor->All(), ElementsAre(Is("a", 5), Is("b", 7)));
  EXPECT_THAT(anchor->Find("b"), IsOkAndHolds(Is("b", 7)));
  EXPECT_THAT(anchor->Find("c"), StatusIs(absl::StatusCode::kNotFound, _));
  ASSERT_OK(anchor->Update({At("b", 8)}));
  ASSERT_OK_AND_ASSIGN(anchor, Open());
  EXPECT_THAT(anchor->Find("b"), IsOkAndHolds(Is("b", 8)));
}

TEST_F(AnchorTest, OneDamagedSlotLeavesTheOther) {
  ASSERT_OK_AND_ASSIGN(auto anchor, Open());
  ASSERT_OK(anchor->Update({At("a", 1)}));
  ASSERT_OK(anchor->Update({At("a", 2)}));
  // Generation 2 is in the even slot of record 1.
  Damage(2);
  ASSERT_OK_AND_ASSIGN(anchor, Open());
  EXPECT_THAT(anchor->Find("a"), IsOkAndHolds(Is("a", 1)));
  ASSERT_OK(anchor->Update({At("a", 3)}));
  ASSERT_OK_AND_ASSIGN(anchor, Open());
  EXPECT_THAT(anchor->Find("a"), IsOkAndHolds(Is("a", 3)));
}

TEST_F(AnchorTest, TwoDamagedSlotsAreDataLoss) {
  ASSERT_OK_AND_ASSIGN(auto anchor, Open());
  ASSERT_OK(anchor->Update({At("a", 1)}));
  ASSERT_OK(anchor->Update({At("a", 2)}));
  Damage(2);
  Damage(3);
  EXPECT_THAT(Open(), StatusIs(kDataLoss, HasSubstr("record 1")));
}

TEST_F(AnchorTest, ADamagedHeaderOrAShortFileIsDataLoss) {
  ASSERT_OK_AND_ASSIGN(auto anchor, Open());
  ASSERT_OK(anchor->Update({At("a", 1)}));
  std::filesystem::resize_file(options_.path, 3 * kAnchorSlotBytes);
  EXPECT_THAT(Open(), StatusIs(kDataLoss, HasSubstr("record 1")));
  std::filesystem::resize_file(options_.path, 0);
  EXPECT_THAT(Open(), StatusIs(kDataLoss, HasSubstr("record 0")));
}

TEST_F(AnchorTest, ADamagedHeaderSlotLosesNoReview) {
  ASSERT_OK_AND_ASSIGN(auto anchor, Open());
  ASSERT_OK(anchor->Update({At("a", 1)}));
  for (const int64_t size : {1, 2, 3})
    ASSERT_OK(anchor->Update({At("b", size)}));
  // The header counts two in its slot 0, one in slot 1.
  std::fstream(options_.path, std::ios::in | std::ios::out | std::ios::binary)
      .put('x');
  ASSERT_OK_AND_ASSIGN(anchor, Open());
  EXPECT_THAT(anchor->All(), ElementsAre(Is("a", 1), Is("b", 3)));
  ASSERT_OK(anchor->Update({At("c", 1)}));
  ASSERT_OK_AND_ASSIGN(anchor, Open());
  EXPECT_THAT(anchor->All(), ElementsAre(Is("a", 1), Is("b", 3), Is("c", 1)));
}

TEST_F(AnchorTest, ASlotThatNoneCanFollowIsDamaged) {
  ASSERT_OK_AND_ASSIGN(auto anchor, Open());
  ASSERT_OK(anchor->Update({At("a", 1)}));
  const AnchorSlot last = {1, std::numeric_limits<int64_t>::max(), "a"};
  ASSERT_OK_AND_ASSIGN(const std::string bytes, EncodeAnchorSlot(last));
  std::fstream(options_.path, std::ios::in | std::ios::out | std::ios::binary)
      .seekp(AnchorSlotOffset(last))
      .write(bytes.data(), kAnchorSlotBytes);
  EXPECT_THAT(Open(), StatusIs(kDataLoss, HasSubstr("record 1")));
}

TEST_F(AnchorTest, AMissingFileIsALossOnlyIfItMustExist) {
  options_.read_only = true;
  EXPECT_THAT(Open(), StatusIs(absl::StatusCode::kNotFound, _));
  options_.must_exist = true;
  EXPECT_THAT(Open(), StatusIs(kDataLoss, HasSubstr(options_.path)));
  EXPECT_FALSE(std::filesystem::exists(options_.path));
}

TEST_F(AnchorTest, ReadOnlyReads) {
  ASSERT_OK_AND_ASSIGN(const auto writer, Open());
  ASSERT_OK(writer->Update({At("a", 1)}));
  options_.read_only = true;
  ASSERT_OK_AND_ASSIGN(const auto reader, Open());
  EXPECT_THAT(reader->All(), ElementsAre(Is("a", 1)));
  EXPECT_THAT(reader->Update({At("a", 2)}),
              StatusIs(absl::StatusCode::kFailedPrecondition, _));
}

TEST_F(AnchorTest, AfterAnErrorItIsUpdatedAgainOnceReopened) {
  const auto disk = std::make_shared<FailingFileSystem>();
  options_.file_system = disk;
  ASSERT_OK_AND_ASSIGN(const auto anchor, Open());
  ASSERT_OK(anchor->Update({At("a", 1)}));
  DiskFault fault;
  fault.syncs = true;
  disk->Fail(fault);
  constexpr auto kFails = absl::StatusCode::kUnavailable;
  EXPECT_THAT(anchor->Update({At("a", 2)}), StatusIs(kFails, _));
  EXPECT_THAT(anchor->write_error(), StatusIs(kFails, _));
  EXPECT_THAT(anchor->Reopen(), StatusIs(kFails, _));
  EXPECT_THAT(anchor->All(), ElementsAre(Is("a", 1)));
  disk->Mend();
  EXPECT_THAT(anchor->Update({At("a", 2)}), StatusIs(kFails, _));
  EXPECT_OK(anchor->Reopen());
  EXPECT_OK(anchor->write_error());
  // What was written, and now is synced.
  EXPECT_THAT(anchor->All(), ElementsAre(Is("a", 2)));
  EXPECT_OK(anchor->Update({At("a", 3), At("b", 1)}));
  EXPECT_THAT(anchor->All(), ElementsAre(Is("a", 3), Is("b", 1)));
}

TEST_F(AnchorTest, IsReopenedOnlyIfThereIsRoomForANewReview) {
  const auto disk = std::make_shared<FailingFileSystem>();
  options_.file_system = disk;
  ASSERT_OK_AND_ASSIGN(const auto anchor, Open());
  ASSERT_OK(anchor->Update({At("a", 1)}));
  DiskFault fault;
  fault.path_part = ".room";
  fault.writes = true;
  fault.no_space = true;
  disk->Fail(fault);
  EXPECT_THAT(anchor->Reopen(),
              StatusIs(absl::StatusCode::kResourceExhausted, _));
  disk->Mend();
  EXPECT_OK(anchor->Reopen());
}

TEST_F(AnchorTest, ANewReviewTakesTheRoomOfItsNextUpdatesToo) {
  ASSERT_OK_AND_ASSIGN(const auto anchor, Open());
  ASSERT_OK(anchor->Update({At("a", 1)}));
  struct stat taken = {};
  ASSERT_EQ(stat(options_.path.c_str(), &taken), 0);
  // Two slots each of the header and the review, no hole.
  EXPECT_EQ(taken.st_size, 4 * kAnchorSlotBytes);
  EXPECT_GE(taken.st_blocks * 512, taken.st_size);
}

TEST_F(AnchorTest, DoesNotReopenAFileThatIsBehind) {
  ASSERT_OK_AND_ASSIGN(const auto anchor, Open());
  ASSERT_OK(anchor->Update({At("a", 1)}));
  std::filesystem::copy_file(options_.path, options_.path + ".old");
  ASSERT_OK(anchor->Update({At("a", 2)}));
  std::filesystem::rename(options_.path + ".old", options_.path);
  EXPECT_THAT(anchor->Reopen(), StatusIs(kDataLoss, HasSubstr("size 2")));
  EXPECT_THAT(anchor->All(), ElementsAre(Is("a", 2)));
}

TEST_F(AnchorTest, RefusesToGoBackAndWritesNothingThen) {
  ASSERT_OK_AND_ASSIGN(auto anchor, Open());
  ASSERT_OK(anchor->Update({At("a", 5)}));
  EXPECT_OK(anchor->Update({At("a", 5)}));
  AnchoredCheckpoint forked = At("a", 5);
  forked.root = audit::Sha256("another history");
  for (const AnchoredCheckpoint& bad : {At("a", 4), forked}) {
    EXPECT_THAT(anchor->Update({At("b", 1), bad}),
                StatusIs(absl::StatusCode::kFailedPrecondition,
                         HasSubstr("anchor of a is at size 5")));
  }
  ASSERT_OK_AND_ASSIGN(anchor, Open());
  EXPECT_THAT(anchor->All(), ElementsAre(Is("a", 5)));
}

TEST_F(AnchorTest, RefusesWhatDoesNotFitItsSlot) {
  ASSERT_OK_AND_ASSIGN(const auto anchor, Open());
  AnchoredCheckpoint big = At("a", 1);
  big.note.assign(kAnchorSlotBytes, 'x');
  EXPECT_THAT(anchor->Update({big}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("slot")));
  EXPECT_THAT(anchor->Update({At("a", 1), At("a", 2)}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("twice")));
  EXPECT_OK(anchor->Update({At("a", 1)}));
}

}  // namespace
}  // namespace tidemark::storage
