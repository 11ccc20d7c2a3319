#include "server/cosigned_checkpoints.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/checkpoint.h"
#include "audit/cosignature.h"
#include "audit/note.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::server {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::tidemark::testing::IsOkAndHolds;

constexpr char kOrigin[] = "tidemark/01234567/knees/1";

class CosignedCheckpointsTest : public ::testing::Test {
 protected:
  CosignedCheckpointsTest()
      : directory_(absl::StrCat(
            ::testing::TempDir(), "/",
            ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::remove_all(directory_);
    Open();
  }

  void Open() {
    cosigned_ = nullptr;
    auto opened = CosignedCheckpoints::Open(directory_, nullptr);
    ASSERT_OK(opened);
    cosigned_ = *std::move(opened);
  }

  static std::string Note(int64_t size) {
    return audit::SignCheckpoint({kOrigin, size, {}},
                                 audit::Signer::Create(kOrigin, {7}).value())
        .value();
  }
  static audit::Cosigner Cosigner(int number) {
    return audit::Cosigner::Create(absl::StrCat("witness.example/", number),
                                   {static_cast<uint8_t>(number)})
        .value();
  }
  static audit::NoteKey KeyOf(int number) {
    return audit::WitnessKey::Parse(Cosigner(number).vkey())->note_key();
  }
  static std::string Line(int witness, int64_t size,
                          int64_t time = 1700000000) {
    const std::string note = Note(size);
    return Cosigner(witness)
        .CosignatureLine(note.substr(0, note.rfind("\n\n") + 1), time)
        .value();
  }

  void Add(int witness, int64_t size) {
    ASSERT_OK(cosigned_->Add(Note(size), KeyOf(witness), Line(witness, size)));
  }

  const std::string directory_;
  std::unique_ptr<CosignedCheckpoints> cosigned_;
};

TEST_F(CosignedCheckpointsTest, OneNoteHoldsTheCosignaturesOfItsCheckpoint) {
  EXPECT_THAT(cosigned_->List(kOrigin), IsOkAndHolds(IsEmpty()));
  Add(1, 3);
  Add(2, 3);
  const std::string note = absl::StrCat(Note(3), Line(1, 3), Line(2, 3));
  EXPECT_THAT(cosigned_->List(kOrigin), IsOkAndHolds(ElementsAre(note)));
  EXPECT_THAT(cosigned_->List("tidemark/01234567/hips/1"),
              IsOkAndHolds(IsEmpty()));
  EXPECT_OK(audit::OpenCheckpoint(
      note,
      audit::Verifier::Parse(audit::Signer::Create(kOrigin, {7})->vkey())
          .value(),
      kOrigin));
}

TEST_F(CosignedCheckpointsTest, AQuorumStaysUntilANewerOneIsThere) {
  Add(1, 3);
  Add(2, 3);
  Add(1, 5);
  const std::string both = absl::StrCat(Note(3), Line(1, 3), Line(2, 3));
  EXPECT_THAT(
      cosigned_->List(kOrigin),
      IsOkAndHolds(ElementsAre(absl::StrCat(Note(5), Line(1, 5)), both)));
  Add(1, 6);
  EXPECT_THAT(
      cosigned_->List(kOrigin),
      IsOkAndHolds(ElementsAre(absl::StrCat(Note(6), Line(1, 6)), both)));
  EXPECT_THAT(cosigned_->SizeOf(kOrigin, KeyOf(1)), IsOkAndHolds(6));
  EXPECT_THAT(cosigned_->SizeOf(kOrigin, KeyOf(2)), IsOkAndHolds(3));
  EXPECT_THAT(cosigned_->SizeOf(kOrigin, KeyOf(3)), IsOkAndHolds(0));
  Add(2, 6);
  EXPECT_THAT(
      cosigned_->List(kOrigin),
      IsOkAndHolds(ElementsAre(absl::StrCat(Note(6), Line(1, 6), Line(2, 6)))));
}

TEST_F(CosignedCheckpointsTest, SurvivesARestart) {
  Add(1, 3);
  Add(2, 3);
  Add(1, 5);
  ASSERT_OK_AND_ASSIGN(const std::vector<std::string> before,
                       cosigned_->List(kOrigin));
  Open();
  EXPECT_THAT(cosigned_->List(kOrigin), IsOkAndHolds(before));
  Add(3, 5);
  EXPECT_THAT(cosigned_->SizeOf(kOrigin, KeyOf(2)), IsOkAndHolds(3));
}

TEST_F(CosignedCheckpointsTest, ADamagedFileIsNamedAndBegunAnew) {
  Add(1, 3);
  std::string path;
  for (const auto& file : fs::directory_iterator(directory_)) {
    if (file.path().filename() != "lock") path = file.path();
  }
  std::ifstream file(path);
  const std::string good{std::istreambuf_iterator<char>(file), {}};
  for (size_t i = 0; i < good.size(); i += 11) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    std::ofstream(path) << bad;
    Open();
    ::testing::internal::CaptureStderr();
    EXPECT_THAT(cosigned_->List(kOrigin), IsOkAndHolds(IsEmpty())) << i;
    EXPECT_THAT(::testing::internal::GetCapturedStderr(),
                ::testing::HasSubstr(path));
  }
  Add(2, 4);
  Open();
  EXPECT_THAT(cosigned_->SizeOf(kOrigin, KeyOf(2)), IsOkAndHolds(4));
}

}  // namespace
}  // namespace tidemark::server
