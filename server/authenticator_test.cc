#include "server/authenticator.h"

#include <fstream>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "audit/sha256.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "review/testing/toy_review.h"
#include "tests/testing/server_fixture.h"

namespace tidemark::server {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using testing::StatusIs;

std::string LineOf(const std::string& token, const std::string& rest) {
  return absl::StrCat(audit::ToHex(audit::Sha256(token)), " ", rest, "\n");
}

absl::Status Parse(const std::string& contents) {
  return Authenticator::FromTokenFile(contents, "tokens").status();
}

TEST(TokenFileTest, TakesCommentsBlankLinesAndSeveralRoles) {
  EXPECT_OK(Parse(absl::StrCat("# who\n\n", LineOf("a", "ann editor,reader"),
                               LineOf("b", "\tbob   admin"))));
}

TEST(TokenFileTest, ErrorsNameTheLine) {
  const std::string good = LineOf("a", "ann editor");
  const std::pair<std::string, std::string> cases[] = {
      {"x", "tokens:1: must be SHA256-OF-TOKEN ACTOR ROLE"},
      {absl::StrCat("# c\n", LineOf("a", "ann")), "tokens:2: must be"},
      {LineOf("a", "ann smith editor"), "tokens:1: must be"},
      {absl::StrCat(good, "\n", LineOf("b", "bob king")),
       "tokens:3: \"king\" is no role"},
      {LineOf("a", "ann editor,"), "tokens:1: \"\" is no role"},
      {"abc ann editor", "tokens:1: "},
      {LineOf("a", "server admin"), "tokens:1: no token may be of \"server\""},
      {absl::StrCat(good, LineOf("a", "bob reader")),
       "tokens:2: the token stands twice"},
      {"", "tokens: holds no token"},
      {"# nobody\n", "tokens: holds no token"},
  };
  for (const auto& [contents, message] : cases) {
    EXPECT_THAT(Parse(contents), StatusIs(absl::StatusCode::kInvalidArgument,
                                          StartsWith(message)))
        << contents;
  }
}

TEST(TokenFileTest, AccessNamesActorsAndRolesInOrderAndNoToken) {
  ASSERT_OK_AND_ASSIGN(
      const Authenticator authenticator,
      Authenticator::FromTokenFile(
          absl::StrCat(LineOf("a", "zoe reader"), LineOf("b", "ann editor"),
                       LineOf("c", "ann reader,auditor"),
                       LineOf("d", "zoe reader")),
          "tokens"));
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(
      authenticator.Access(),
      testing::FromText<v1::AccessSet>(
          "accounts { actor: 'ann' roles: 'auditor' roles: 'reader' }"
          "accounts { actor: 'ann' roles: 'editor' }"
          "accounts { actor: 'zoe' roles: 'reader' }"
          "accounts { actor: 'zoe' roles: 'reader' }")));
  EXPECT_EQ(Authenticator::Anyone("local").Access().accounts_size(), 0);
}

// Lists the reviews of a server with the header `authorization`, if any.
grpc::Status ListWith(testing::ServerFixture& fixture,
                      const std::string& header) {
  grpc::ClientContext context;
  if (!header.empty()) context.AddMetadata("authorization", header);
  v1::ListReviewsResponse response;
  return fixture.read->ListReviews(&context, {}, &response);
}

TEST(AuthenticatorTest, KnowsCallersByTheirTokens) {
  const std::string directory = testing::FreshDirectory();
  ServerOptions options;
  options.data_dir = directory;
  options.token_file = directory + "/tokens";
  std::ofstream(options.token_file) << LineOf("secret", "ann reader");
  testing::ServerFixture fixture(options);
  EXPECT_TRUE(ListWith(fixture, "Bearer secret").ok());
  for (const char* header : {"", "secret", "Bearer ", "Bearer Secret",
                             "Bearer secret ", "Basic secret"}) {
    EXPECT_EQ(ListWith(fixture, header).error_code(),
              grpc::StatusCode::UNAUTHENTICATED)
        << header;
  }
  v1::ApplyResponse response;
  v1::ApplyRequest request;
  *request.mutable_change() = testing::PutReview(testing::ToyReview());
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer secret");
  const grpc::Status status =
      fixture.write->Apply(&context, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_THAT(status.error_message(), HasSubstr("\"ann\" may not change the "
                                                "protocol"));
}

}  // namespace
}  // namespace tidemark::server
