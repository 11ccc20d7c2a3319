// A rotation of the signing key that is cut short by kill -9 anywhere: the next
// start finishes it, or it never was; and keys that are not where, or what,
// they must be are refused by name.
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/key_history.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "tests/cli/run_tidemark.h"
#include "tests/faults/connect.h"
#include "tests/faults/server_process.h"
#include "tests/faults/small_review.h"
#include "tests/faults/stubs.h"
#include "tests/testing/server_fixture.h"
#include "tidemark/v1/admin_service.grpc.pb.h"

namespace tidemark::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

class KeyRotationFaultTest : public ::testing::Test {
 protected:
  std::unique_ptr<ServerProcess> Spawn(const std::string& failpoint = "") {
    return std::make_unique<ServerProcess>(data_, data_ + ".output", failpoint);
  }

  // The reviews `a` and `b`, of an entry each.
  void MakeReviews() {
    const auto server = Spawn();
    const std::string address = server->WaitUntilServing();
    ASSERT_FALSE(address.empty()) << server->Output();
    {
      Stubs stubs = Connect(address);
      for (const char* review : {"a", "b"}) {
        v1::ApplyRequest request;
        request.set_review_id(review);
        *request.mutable_change() = CreateSmallReview(review);
        request.set_request_id("create");
        request.set_reason("a test");
        v1::ApplyResponse response;
        ASSERT_TRUE(Call(*stubs.write, &v1::WriteService::Stub::Apply, request,
                         &response)
                        .ok());
      }
    }
    ASSERT_EQ(server->Terminate(), 0) << server->Output();
  }

  static grpc::Status Rotate(const std::string& address) {
    const auto admin = v1::AdminService::NewStub(
        grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
    v1::RotateKeyRequest request;
    request.set_reason("a test");
    v1::RotateKeyResponse response;
    return Call(*admin, &v1::AdminService::Stub::RotateKey, request, &response);
  }

  // Of each log the number of keys; they must be proven.
  static void ExpectKeys(const std::string& address, size_t expected) {
    Stubs stubs = Connect(address);
    for (const char* review : {"a", "b", "system"}) {
      v1::ListKeysRequest request;
      request.set_review_id(review);
      v1::ListKeysResponse response;
      const grpc::Status status = Call(
          *stubs.audit, &v1::AuditService::Stub::ListKeys, request, &response);
      ASSERT_TRUE(status.ok()) << status.error_message();
      std::vector<audit::ClaimedKey> claimed;
      for (const v1::LogKey& key : response.keys()) {
        claimed.push_back({key.vkey(), key.proof()});
      }
      ASSERT_OK_AND_ASSIGN(const audit::KeyHistory keys,
                           audit::KeyHistory::Verify(claimed));
      EXPECT_EQ(keys.keys().size(), expected) << review;
    }
  }

  int64_t KeysInFile() const {
    std::ifstream file(key_);
    return std::count(std::istreambuf_iterator<char>(file), {}, '\n');
  }

  // A server over these data has `keys` keys for each log, all in order.
  void ExpectSound(size_t keys) {
    const auto server = Spawn();
    const std::string address = server->WaitUntilServing();
    ASSERT_FALSE(address.empty()) << server->Output();
    ASSERT_NO_FATAL_FAILURE(ExpectKeys(address, keys));
    ASSERT_EQ(server->Terminate(), 0) << server->Output();
    EXPECT_EQ(KeysInFile(), 1);
    for (const char* review : {"a", "b", "system"}) {
      const Finished verified =
          RunTidemark({"verify", review, "--data", data_});
      EXPECT_EQ(verified.exit_code, 0) << verified.messages;
    }
  }

  // What the start says that refuses these data.
  std::string Refusal() {
    const auto server = Spawn();
    EXPECT_GT(server->WaitUntilExited(), 0);
    return server->Output();
  }

  const std::string data_ = FreshDirectory() + "/data";
  const std::string key_ = data_ + ".keys/signing-key";
};

// Where it dies, and how many keys each log has after the next start.
struct Death {
  const char* failpoint;
  size_t keys;
};

TEST_F(KeyRotationFaultTest, AKillInTheMiddleIsMendedByTheNextStart) {
  ASSERT_NO_FATAL_FAILURE(MakeReviews());
  // Groups of writes count from the start, whose entry is the first; slots from
  // its opening of the anchor, which writes all four again.
  size_t keys = 1;
  for (const Death& death :
       std::vector<Death>{{"before_new_key@1", 0},
                          {"before_rotated_log@1", 1},
                          {"before_rotated_log@2", 1},
                          {"before_batch@2", 1},
                          {"before_anchor@2", 1},
                          {"half_an_anchor_slot@6", 1},
                          {"before_anchor@3", 1},
                          {"before_old_key_retired@1", 1}}) {
    SCOPED_TRACE(death.failpoint);
    const auto server = Spawn(death.failpoint);
    const std::string address = server->WaitUntilServing();
    ASSERT_FALSE(address.empty()) << server->Output();
    EXPECT_EQ(Rotate(address).error_code(), grpc::StatusCode::UNAVAILABLE);
    ASSERT_TRUE(server->WaitUntilKilled()) << server->Output();
    keys += death.keys;
    ASSERT_NO_FATAL_FAILURE(ExpectSound(keys));
  }
}

TEST_F(KeyRotationFaultTest, SoIsAKillWhileItIsMended) {
  ASSERT_NO_FATAL_FAILURE(MakeReviews());
  auto server = Spawn("before_rotated_log@1");
  Rotate(server->WaitUntilServing());
  ASSERT_TRUE(server->WaitUntilKilled()) << server->Output();
  for (const char* failpoint : {"before_rotated_log@2", "before_anchor@1",
                                "before_old_key_retired@1"}) {
    server = Spawn(failpoint);
    ASSERT_TRUE(server->WaitUntilKilled()) << server->Output();
  }
  ASSERT_NO_FATAL_FAILURE(ExpectSound(2));
}

TEST_F(KeyRotationFaultTest, AKeyThatIsNotInOrderIsRefusedByName) {
  ASSERT_NO_FATAL_FAILURE(MakeReviews());
  ASSERT_EQ(chmod(key_.c_str(), 0640), 0);
  EXPECT_THAT(Refusal(), HasSubstr("chmod 600"));
  ASSERT_EQ(chmod(key_.c_str(), 0600), 0);
  fs::copy_file(key_, data_ + "/signing-key");
  EXPECT_THAT(Refusal(), HasSubstr("there are two key files"));
  // Where earlier builds kept it: told of, and taken.
  fs::rename(key_, key_ + ".away");
  {
    const auto server = Spawn();
    ASSERT_NO_FATAL_FAILURE(ExpectKeys(server->WaitUntilServing(), 1));
    EXPECT_THAT(server->Output(),
                HasSubstr("the signing key is among the data"));
    ASSERT_EQ(server->Terminate(), 0);
  }
  fs::remove(data_ + "/signing-key");
  EXPECT_THAT(Refusal(), AllOf(HasSubstr("there is no key file "),
                               HasSubstr("/data.keys/signing-key")));
  EXPECT_FALSE(fs::exists(key_));
  fs::rename(key_ + ".away", key_);
  ASSERT_NO_FATAL_FAILURE(ExpectSound(1));
  // The same key never begins the same logs anew.
  fs::rename(data_, data_ + ".away");
  for (int start = 0; start < 2; ++start) {
    EXPECT_THAT(Refusal(), HasSubstr("there is the key of its data"));
  }
}

// Another server's key, or an older one of this server: no log is served with
// it, and health says so; with the right one all are again.
TEST_F(KeyRotationFaultTest, AnotherKeySignsNothing) {
  ASSERT_NO_FATAL_FAILURE(MakeReviews());
  fs::copy_file(key_, key_ + ".old");
  {
    const auto server = Spawn();
    ASSERT_TRUE(Rotate(server->WaitUntilServing()).ok());
    ASSERT_EQ(server->Terminate(), 0);
  }
  fs::rename(key_, key_ + ".new");
  fs::rename(key_ + ".old", key_);
  {
    const auto server = Spawn();
    const std::string address = server->WaitUntilServing();
    ASSERT_FALSE(address.empty()) << server->Output();
    Stubs stubs = Connect(address);
    v1::GetReviewRequest request;
    request.set_review_id("a");
    v1::GetReviewResponse response;
    const grpc::Status status = Call(
        *stubs.read, &v1::ReadService::Stub::GetReview, request, &response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::DATA_LOSS);
    EXPECT_THAT(status.error_message(), HasSubstr("the log names the key"));
  }
  fs::rename(key_ + ".new", key_);
  ASSERT_NO_FATAL_FAILURE(ExpectSound(2));
}

}  // namespace
}  // namespace tidemark::testing
