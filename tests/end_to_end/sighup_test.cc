// tidemarkd reads its token file again at SIGHUP.
#include <chrono>
#include <csignal>
#include <fstream>
#include <string>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "audit/sha256.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "tests/faults/server_process.h"
#include "tests/testing/server_fixture.h"
#include "tidemark/v1/read_service.grpc.pb.h"

namespace tidemark {
namespace {

void WriteTokens(const std::string& path, const std::string& lines) {
  std::ofstream file(path, std::ios::trunc);
  file << lines;
  ASSERT_TRUE(file.good());
}

std::string Line(const std::string& token, const std::string& actor) {
  return absl::StrCat(audit::ToHex(audit::Sha256(token)), " ", actor,
                      " reader\n");
}

bool MayList(const std::string& address, const std::string& token) {
  const auto read = v1::ReadService::NewStub(
      grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  context.AddMetadata("authorization", absl::StrCat("Bearer ", token));
  v1::ListReviewsResponse response;
  return read->ListReviews(&context, {}, &response).ok();
}

// Whether the server says so within 10 s.
bool Says(const testing::ServerProcess& server, const std::string& words) {
  for (int i = 0; i < 1000; ++i) {
    if (absl::StrContains(server.Output(), words)) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

TEST(SighupTest, ReadsTheTokenFileAgainOrKeepsWhatItKnows) {
  const std::string directory = testing::FreshDirectory();
  const std::string tokens = directory + "/tokens";
  WriteTokens(tokens, Line("of-rita", "rita"));
  testing::ServerProcess server(directory + "/data", directory + "/output", "",
                                {"--token-file", tokens});
  const std::string address = server.WaitUntilServing();
  ASSERT_FALSE(address.empty()) << server.Output();
  EXPECT_TRUE(MayList(address, "of-rita"));

  WriteTokens(tokens, "word\n");
  server.Signal(SIGHUP);
  ASSERT_TRUE(Says(server, "SIGHUP: " + tokens + ":1: must be SHA256-OF-TOKEN"))
      << server.Output();
  EXPECT_TRUE(MayList(address, "of-rita"));

  WriteTokens(tokens, Line("of-nora", "nora"));
  server.Signal(SIGHUP);
  ASSERT_TRUE(Says(server, "read " + tokens + " again")) << server.Output();
  EXPECT_FALSE(MayList(address, "of-rita"));
  EXPECT_TRUE(MayList(address, "of-nora"));
  EXPECT_EQ(server.Terminate(), 0);
}

// A server without tokens ends with its terminal, as it always did.
TEST(SighupTest, WithoutATokenFileItEndsTheServer) {
  const std::string directory = testing::FreshDirectory();
  testing::ServerProcess server(directory + "/data", directory + "/output");
  ASSERT_FALSE(server.WaitUntilServing().empty()) << server.Output();
  server.Signal(SIGHUP);
  EXPECT_EQ(server.WaitUntilExited(), -1);
}

}  // namespace
}  // namespace tidemark
