// Who may do what, over TLS with tokens, as a server beyond loopback runs.
#include <fstream>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/sha256.h"
#include "base/testing/status_matchers.h"
#include "client/client.h"
#include "client/connection.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/server.h"
#include "tests/testing/certificate.h"
#include "tests/testing/example_review.h"
#include "tests/testing/server_fixture.h"

namespace tidemark {
namespace {

using ::testing::HasSubstr;
using testing::StatusIs;

void WriteFile(const std::string& path, absl::string_view contents) {
  std::ofstream file(path, std::ios::binary);
  file.write(contents.data(), static_cast<std::streamsize>(contents.size()));
  ASSERT_TRUE(file.good()) << path;
}

class CredentialsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = testing::FreshDirectory();
    const testing::Certificate certificate = testing::MakeCertificate();
    certificate_ = certificate.certificate;
    server::ServerOptions options;
    options.data_dir = directory_ + "/data";
    options.listen = "127.0.0.1:0";
    options.tls_cert = directory_ + "/cert.pem";
    options.tls_key = directory_ + "/key.pem";
    options.token_file = directory_ + "/tokens";
    WriteFile(options.tls_cert, certificate.certificate);
    WriteFile(options.tls_key, certificate.private_key);
    WriteFile(options.token_file,
              absl::StrCat("# tokens of this test\n",                   //
                           Line("token-of-rita", "rita", "reader"),     //
                           Line("token-of-emil", "emil", "extractor"),  //
                           Line("token-of-mara", "mara", "editor")));
    ASSERT_OK_AND_ASSIGN(server_, server::Server::Start(options));
  }

  static std::string Line(absl::string_view token, absl::string_view actor,
                          absl::string_view role) {
    return absl::StrCat(audit::ToHex(audit::Sha256(token)), " ", actor, " ",
                        role, "\n");
  }

  std::unique_ptr<client::Client> ClientOf(const std::string& token) {
    client::ConnectOptions options;
    options.target = absl::StrCat("localhost:", server_->port());
    options.token = token;
    options.ca_pem = certificate_;
    auto client = client::Client::Connect(options);
    EXPECT_OK(client);
    return *std::move(client);
  }

  static client::ApplyOptions Because(const std::string& reason) {
    client::ApplyOptions options;
    options.reason = reason;
    return options;
  }

  std::string directory_;
  std::string certificate_;
  std::unique_ptr<server::Server> server_;
};

TEST_F(CredentialsTest, TheLogNamesTheActorOfTheTokenNotOfTheRequest) {
  const auto editor = ClientOf("token-of-mara");
  ASSERT_OK(editor->Apply(testing::kExampleReview,
                          testing::CreateExampleReview(), Because("start")));
  const auto extractor = ClientOf("token-of-emil");
  ASSERT_OK(extractor->Apply(
      testing::kExampleReview,
      testing::SubmitTrials({testing::ExampleTrials()[0]}), Because("first")));
  std::vector<std::string> actors;
  v1::ListEntriesRequest request;
  request.set_review_id(testing::kExampleReview);
  ASSERT_OK(
      ClientOf("token-of-rita")->ListEntries(request, [&](const auto& page) {
        for (const auto& entry : page.entries()) {
          EXPECT_EQ(entry.entry().auth_method(), "token");
          actors.push_back(entry.entry().actor());
        }
        return absl::OkStatus();
      }));
  EXPECT_THAT(actors, ::testing::ElementsAre("mara", "emil"));
}

TEST_F(CredentialsTest, RolesDecideWhatMayBeDone) {
  const auto editor = ClientOf("token-of-mara");
  ASSERT_OK(editor->Apply(testing::kExampleReview,
                          testing::CreateExampleReview(), Because("start")));
  const v1::Change submission =
      testing::SubmitTrials({testing::ExampleTrials()[0]});
  EXPECT_THAT(ClientOf("token-of-rita")
                  ->Apply(testing::kExampleReview, submission, Because("no")),
              StatusIs(absl::StatusCode::kPermissionDenied,
                       HasSubstr("\"rita\" may not submit")));
  const auto extractor = ClientOf("token-of-emil");
  ASSERT_OK(
      extractor->Apply(testing::kExampleReview, submission, Because("yes")));
  const v1::Change exclusion = testing::SetStatus(
      testing::ExampleTrials()[0].trial_id(), v1::TrialStatus::EXCLUDED, "");
  EXPECT_THAT(
      extractor->Apply(testing::kExampleReview, exclusion, Because("no")),
      StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("editor")));
  EXPECT_OK(editor->Apply(testing::kExampleReview, exclusion, Because("yes")));
}

TEST_F(CredentialsTest, NobodyGetsInWithoutATokenThatIsKnown) {
  EXPECT_THAT(
      ClientOf("")->ListReviews(),
      StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("--token-file")));
  EXPECT_THAT(ClientOf("guess")->ListReviews(),
              StatusIs(absl::StatusCode::kUnauthenticated,
                       HasSubstr("nobody has this token")));
}

}  // namespace
}  // namespace tidemark
