#include "client/cli/bundle_archive.h"

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::cli {
namespace {

using ::testing::HasSubstr;
using tidemark::testing::StatusIs;
using Members = std::vector<std::pair<std::string, std::string>>;

constexpr size_t kMost = 1000;

std::string PathOf(const std::string& name) {
  return absl::StrCat(::testing::TempDir(), "/", name, ".zip");
}

std::string Contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void Overwrite(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

void Write(const std::string& path, const Members& members) {
  ASSERT_OK_AND_ASSIGN(const auto writer, ArchiveWriter::Create(path));
  for (const auto& [name, bytes] : members) {
    ASSERT_OK(writer->Add(name, bytes));
  }
  ASSERT_OK(writer->Finish());
}

absl::StatusOr<Members> Read(const std::string& path) {
  ASSIGN_OR_RETURN(const auto reader, ArchiveReader::Open(path));
  Members members;
  while (true) {
    ASSIGN_OR_RETURN(const std::optional<std::string> name, reader->Next());
    if (!name.has_value()) return members;
    ASSIGN_OR_RETURN(std::string bytes, reader->ReadAll(kMost));
    members.emplace_back(*name, std::move(bytes));
  }
}

TEST(BundleArchiveTest, WhatIsWrittenIsRead) {
  const std::string path = PathOf("round-trip");
  const Members members = {{"README.md", "text\n"},
                           {"empty", ""},
                           {"a/x001/000", std::string(900, '\0')}};
  Write(path, members);
  ASSERT_OK_AND_ASSIGN(const Members read, Read(path));
  EXPECT_EQ(read, members);
}

TEST(BundleArchiveTest, TheSameMembersGiveTheSameBytesAnywhereAtAnyTime) {
  Write(PathOf("here"), {{"a", "text"}});
  setenv("TZ", "Asia/Tokyo", 1);
  tzset();
  Write(PathOf("there"), {{"a", "text"}});
  unsetenv("TZ");
  EXPECT_EQ(Contents(PathOf("here")), Contents(PathOf("there")));
}

TEST(BundleArchiveTest, AFileThatIsNotFinishedIsNotThere) {
  const std::string path = PathOf("unfinished");
  Write(path, {{"a", "before"}});
  {
    ASSERT_OK_AND_ASSIGN(const auto writer, ArchiveWriter::Create(path));
    ASSERT_OK(writer->Add("a", "after"));
  }
  ASSERT_OK_AND_ASSIGN(const Members read, Read(path));
  EXPECT_EQ(read, (Members{{"a", "before"}}));
  EXPECT_FALSE(std::filesystem::exists(path + ".new"));
}

TEST(BundleArchiveTest, AFileHasOneWriterAtATime) {
  const std::string path = PathOf("contended");
  Overwrite(path + ".new", "left by a writer that was killed");
  ASSERT_OK_AND_ASSIGN(const auto first, ArchiveWriter::Create(path));
  EXPECT_THAT(ArchiveWriter::Create(path).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("another export writes")));
  ASSERT_OK(first->Add("a", "text"));
  ASSERT_OK(first->Finish());
  ASSERT_OK_AND_ASSIGN(const Members read, Read(path));
  EXPECT_EQ(read, (Members{{"a", "text"}}));
}

TEST(BundleArchiveTest, LinesAreReadUpToTheirEnds) {
  const std::string path = PathOf("lines");
  const std::string long_line(kMost, 'x');
  Write(path, {{"lines", absl::StrCat("one\n\n", long_line, "\n")},
               {"cut", "one\ntwo"},
               {"long", absl::StrCat(long_line, "x\n")}});
  ASSERT_OK_AND_ASSIGN(const auto reader, ArchiveReader::Open(path));
  ASSERT_OK(reader->Next().status());
  for (const std::string& line :
       {std::string("one"), std::string(), long_line}) {
    ASSERT_OK_AND_ASSIGN(const auto read, reader->ReadLine(kMost));
    EXPECT_EQ(read, line);
  }
  ASSERT_OK_AND_ASSIGN(const auto end, reader->ReadLine(kMost));
  EXPECT_EQ(end, std::nullopt);
  ASSERT_OK(reader->Next().status());
  ASSERT_OK(reader->ReadLine(kMost).status());
  EXPECT_THAT(reader->ReadLine(kMost).status(),
              StatusIs(absl::StatusCode::kDataLoss,
                       HasSubstr("lines.zip, cut: ends within a line")));
  ASSERT_OK(reader->Next().status());
  EXPECT_THAT(reader->ReadLine(kMost).status(),
              StatusIs(absl::StatusCode::kDataLoss,
                       HasSubstr("long: has a line longer than 1000 bytes")));
}

TEST(BundleArchiveTest, AMemberIsNotReadBeyondWhatItMayHold) {
  // 16 MiB in 16 kB.
  Write(PathOf("bomb"), {{"a", std::string(16 << 20, '\0')}});
  EXPECT_THAT(Read(PathOf("bomb")).status(),
              StatusIs(absl::StatusCode::kDataLoss,
                       HasSubstr("a: is longer than 1000 bytes")));
}

TEST(BundleArchiveTest, FilesThatAreNoneAreRefused) {
  EXPECT_THAT(Read("/nowhere").status(),
              StatusIs(absl::StatusCode::kNotFound, "cannot read /nowhere"));
  EXPECT_THAT(Read(::testing::TempDir()).status(),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("cannot read")));
  for (const char* const text : {"", "PK", "no archive at all"}) {
    Overwrite(PathOf("none"), text);
    EXPECT_THAT(Read(PathOf("none")).status(),
                StatusIs(absl::StatusCode::kDataLoss, HasSubstr("none.zip")));
  }
}

TEST(BundleArchiveTest, ACutFileIsRefusedWhereverItIsCut) {
  const std::string path = PathOf("cut");
  Write(path, {{"a", "some text"}, {"b", "more text"}});
  const std::string good = Contents(path);
  for (size_t size = 0; size < good.size(); ++size) {
    Overwrite(path, good.substr(0, size));
    EXPECT_THAT(Read(path).status(),
                StatusIs(absl::StatusCode::kDataLoss, HasSubstr("cut.zip")))
        << size;
  }
}

TEST(BundleArchiveTest, AFlippedByteOfAMemberIsFound) {
  const std::string path = PathOf("flipped");
  Write(path, {{"a", "some text that is not compressed"}});
  const std::string good = Contents(path);
  const size_t member = good.find("PK\1\2") - 40;
  std::string bad = good;
  bad[member] = static_cast<char>(bad[member] ^ 1);
  Overwrite(path, bad);
  EXPECT_THAT(Read(path).status(),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("flipped.zip")));
}

}  // namespace
}  // namespace tidemark::cli
