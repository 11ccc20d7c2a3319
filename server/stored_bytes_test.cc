#include "server/stored_bytes.h"

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::server {
namespace {

v1::Arm ArmWith(int first, int last, int step) {
  v1::Arm arm;
  for (int i = first; i != last; i += step) {
    (*arm.mutable_attributes())[absl::StrCat("key", i)] = absl::StrCat(i);
  }
  return arm;
}

TEST(StoredBytesTest, DoNotDependOnTheHistoryOfAMap) {
  const std::string up = StoredBytes(ArmWith(0, 100, 1));
  EXPECT_EQ(up, StoredBytes(ArmWith(99, -1, -1)));
  v1::Arm shrunk = ArmWith(0, 1000, 1);
  for (int i = 100; i < 1000; ++i) {
    shrunk.mutable_attributes()->erase(absl::StrCat("key", i));
  }
  EXPECT_EQ(up, StoredBytes(shrunk));
}

TEST(StoredBytesTest, ReadBackAsTheMessage) {
  const v1::Arm arm = ArmWith(0, 10, 1);
  v1::Arm back;
  ASSERT_TRUE(back.ParseFromString(StoredBytes(arm)));
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(arm, back));
  EXPECT_EQ(StoredBytes(v1::Arm()), "");
}

TEST(RandomSaltTest, Is32FreshBytes) {
  std::set<std::string> salts;
  for (int i = 0; i < 100; ++i) {
    ASSERT_OK_AND_ASSIGN(const std::string salt, RandomSalt());
    EXPECT_EQ(salt.size(), 32);
    EXPECT_TRUE(salts.insert(salt).second);
  }
}

}  // namespace
}  // namespace tidemark::server
