#include "base/deterministic_bytes.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"

namespace tidemark {
namespace {

google::protobuf::Struct With(int first, int last, int step) {
  google::protobuf::Struct message;
  for (int i = first; i != last; i += step) {
    (*message.mutable_fields())[absl::StrCat("key", i)].set_number_value(i);
  }
  return message;
}

TEST(DeterministicBytesTest, DoNotDependOnTheHistoryOfAMap) {
  const std::string up = DeterministicBytes(With(0, 100, 1));
  EXPECT_EQ(up, DeterministicBytes(With(99, -1, -1)));
  google::protobuf::Struct shrunk = With(0, 1000, 1);
  for (int i = 100; i < 1000; ++i) {
    shrunk.mutable_fields()->erase(absl::StrCat("key", i));
  }
  EXPECT_EQ(up, DeterministicBytes(shrunk));
}

TEST(DeterministicBytesTest, ReadBackAsTheMessage) {
  const google::protobuf::Struct message = With(0, 10, 1);
  google::protobuf::Struct back;
  ASSERT_TRUE(back.ParseFromString(DeterministicBytes(message)));
  EXPECT_TRUE(
      google::protobuf::util::MessageDifferencer::Equals(message, back));
  EXPECT_EQ(DeterministicBytes(google::protobuf::Struct()), "");
}

}  // namespace
}  // namespace tidemark
