// kill -9 in the midst of a backup leaves the backups that were there, and the
// next one removes what it left; in the midst of a restore it leaves no data
// directory, until the last step, after which there is a whole one.
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "server/server.h"
#include "storage/backup_directory.h"
#include "tests/faults/server_process.h"
#include "tests/faults/small_review.h"
#include "tests/testing/server_fixture.h"
#include "tidemark/v1/admin_service.grpc.pb.h"
#include "tidemark/v1/write_service.grpc.pb.h"

namespace tidemark::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;

constexpr int kKilledStatus = 128 + 9;

class BackupKillTest : public ::testing::Test {
 protected:
  std::unique_ptr<ServerProcess> Serve(const std::string& failpoint = "") {
    auto server = std::make_unique<ServerProcess>(
        root_ + "/data", root_ + "/output", failpoint,
        std::vector<std::string>{"--key", key_});
    address_ = server->WaitUntilServing();
    EXPECT_FALSE(address_.empty()) << server->Output();
    return server;
  }

  void CreateReview() {
    v1::ApplyRequest request;
    request.set_review_id("small");
    *request.mutable_change() = CreateSmallReview("small");
    request.set_reason("a test");
    request.set_request_id("create");
    v1::ApplyResponse response;
    grpc::ClientContext context;
    const auto stub = v1::WriteService::NewStub(
        grpc::CreateChannel(address_, grpc::InsecureChannelCredentials()));
    const grpc::Status status = stub->Apply(&context, request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }

  grpc::Status BackUp() {
    v1::BackupRequest request;
    request.set_directory(backups_);
    request.set_reason("a test");
    v1::BackupResponse response;
    grpc::ClientContext context;
    return v1::AdminService::NewStub(
               grpc::CreateChannel(address_,
                                   grpc::InsecureChannelCredentials()))
        ->Backup(&context, request, &response);
  }

  // The status of the process as a shell says it.
  int Restore(const std::string& failpoint) const {
    const std::string command = absl::StrCat(
        "TIDEMARK_FAILPOINT=", failpoint, " tests/faults/faulty_restore ",
        backups_, " ", restored_, " ", key_, " 2> ", root_, "/restore-output");
    const int status = std::system(command.c_str());
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  }

  const std::string root_ = FreshDirectory();
  const std::string backups_ = root_ + "/backups";
  const std::string key_ = root_ + "/keys/signing-key";
  const std::string restored_ = root_ + "/restored";
  std::string address_;
};

TEST_F(BackupKillTest, OfABackupLeavesThoseBefore) {
  {
    const auto server = Serve();
    ASSERT_NO_FATAL_FAILURE(CreateReview());
    ASSERT_TRUE(BackUp().ok());
    EXPECT_EQ(server->Terminate(), 0);
  }
  for (const char* failpoint :
       {"backup_anchored@1", "backup_copied@1", "backup_verified@1"}) {
    const auto server = Serve(failpoint);
    EXPECT_EQ(BackUp().error_code(), grpc::StatusCode::UNAVAILABLE);
    ASSERT_TRUE(server->WaitUntilKilled()) << failpoint;
    ASSERT_OK_AND_ASSIGN(const auto directory,
                         storage::BackupDirectory::Open(backups_, nullptr));
    EXPECT_THAT(directory->ids(), ElementsAre(1)) << failpoint;
    EXPECT_OK(directory->Verify(1));
  }
  const auto server = Serve();
  const grpc::Status made = BackUp();
  ASSERT_TRUE(made.ok()) << made.error_message();
  ASSERT_OK_AND_ASSIGN(const auto directory,
                       storage::BackupDirectory::Open(backups_, nullptr));
  ASSERT_EQ(directory->ids().size(), 2);
  EXPECT_OK(directory->Verify(directory->ids().back()));
  for (const auto& file : fs::directory_iterator(backups_)) {
    EXPECT_NE(file.path().extension(), ".new") << file.path();
  }
}

TEST_F(BackupKillTest, OfARestoreLeavesNothingOrAllOfIt) {
  {
    const auto server = Serve();
    ASSERT_NO_FATAL_FAILURE(CreateReview());
    ASSERT_TRUE(BackUp().ok());
    EXPECT_EQ(server->Terminate(), 0);
  }
  for (const char* failpoint :
       {"restore_copied@1", "restore_epoch@1", "before_batch@1",
        "before_anchor@2", "restore_before_rename@1"}) {
    EXPECT_EQ(Restore(failpoint), kKilledStatus) << failpoint;
    EXPECT_FALSE(fs::exists(restored_)) << failpoint;
    EXPECT_TRUE(fs::exists(restored_ + ".partial")) << failpoint;
    // It is said, and not taken for data.
    EXPECT_EQ(Restore(""), 1) << failpoint;
    fs::remove_all(restored_ + ".partial");
  }
  EXPECT_EQ(Restore(""), 0);
  server::ServerOptions options;
  options.data_dir = restored_;
  options.key_path = key_;
  ServerFixture server(options);
  EXPECT_EQ(server.Head(), 2);
}

}  // namespace
}  // namespace tidemark::testing
