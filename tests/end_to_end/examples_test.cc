// The programs of examples/client, as processes, against a real server.
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "tests/testing/example_review.h"
#include "tests/testing/server_fixture.h"

namespace tidemark {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

server::ServerOptions OnLoopback() {
  server::ServerOptions options;
  options.listen = "127.0.0.1:0";
  return options;
}

class ExamplesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fixture_.CreateExample();
    // What the programs know of logs goes into a folder where they run.
    std::filesystem::remove_all("known-logs");
  }

  // Both outputs of `PROGRAM HOST:PORT knee-msc ARGUMENTS`, which must end with
  // this exit code.
  std::string Run(const std::string& program, const std::string& arguments,
                  int exit_code = 0) {
    const std::string command = absl::StrCat(
        "examples/client/", program, " 127.0.0.1:", fixture_.server->port(),
        " ", testing::kExampleReview, " ", arguments, " 2>&1");
    FILE* const pipe = popen(command.c_str(), "r");
    EXPECT_NE(pipe, nullptr);
    std::string output;
    std::array<char, 4096> buffer = {};
    while (const size_t read = fread(buffer.data(), 1, buffer.size(), pipe)) {
      output.append(buffer.data(), read);
    }
    EXPECT_EQ(WEXITSTATUS(pclose(pipe)), exit_code) << command << "\n"
                                                    << output;
    return output;
  }

  std::string Submit(const std::string& file) {
    return Run("submit_trial", absl::StrCat("examples/koa-msc/trials/", file,
                                            " 'first search'"));
  }

  void Apply(const v1::Change& change) {
    v1::ApplyResponse response;
    const grpc::Status status = fixture_.Apply(change, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }

  testing::ServerFixture fixture_{OnLoopback()};
};

TEST_F(ExamplesTest, SubmitTrialSaysWhatItWouldChangeAndStoresItOnce) {
  EXPECT_THAT(Submit("01-vega-2015.json"),
              AllOf(HasSubstr("would cause BECAME_ESTIMABLE in pain-12m: "
                              "conventional versus single_msc\n"),
                    HasSubstr("stored as sequence 3, moved ")));
  EXPECT_THAT(Submit("01-vega-2015.json"),
              HasSubstr("was stored as sequence 3"));
  EXPECT_EQ(fixture_.Head(), 3);
  EXPECT_THAT(Run("submit_trial",
                  "examples/koa-msc/trials/01-vega-2015.json 'once more'", 1),
              HasSubstr("is at version 1, not 0"));
  EXPECT_THAT(Run("submit_trial", "examples/koa-msc/protocol.json why", 1),
              HasSubstr("holds no trial"));
}

TEST_F(ExamplesTest, WatchWithResumeGoesOnWhereItStopped) {
  const std::string token = testing::FreshDirectory() + "/token";
  fixture_.SubmitOneByOne(2);
  EXPECT_THAT(Run("watch_with_resume", absl::StrCat(token, " 3")),
              AllOf(StartsWith("1 review.create review\n2 analyses.put "),
                    EndsWith("\n3 trials.submit trials/vega-2015\n")));
  Apply(testing::SetStatus("vega-2015", v1::TrialStatus::EXCLUDED, ""));
  EXPECT_EQ(Run("watch_with_resume", absl::StrCat(token, " 2")),
            "4 trials.submit trials/gupta-2016\n"
            "5 trials.exclude trials/vega-2015\n");
}

TEST_F(ExamplesTest, AuditConclusionShowsHistoryAndProof) {
  fixture_.SubmitOneByOne(16);
  v1::Change release;
  release.mutable_make_release()->set_tag("2026.1");
  Apply(release);
  const std::string arguments = "2026.1 pain-12m repeated_msc single_msc";
  const std::string before = Run("audit_conclusion", arguments);
  EXPECT_THAT(before,
              AllOf(HasSubstr("12 local trials.submit trials/matas-2019: "),
                    HasSubstr("proven: local wrote sequence "),
                    Not(HasSubstr("later"))));
  Apply(testing::SetStatus("matas-2019", v1::TrialStatus::RETRACTED,
                           "10.1000/notice"));
  const std::string later =
      "later: matas-2019 became RETRACTED at sequence 20\n";
  std::string after = Run("audit_conclusion", arguments);
  ASSERT_THAT(after, HasSubstr(later));
  after.erase(after.find(later), later.size());
  EXPECT_EQ(after, before);
  EXPECT_THAT(
      Run("audit_conclusion", "2026.2 pain-12m repeated_msc single_msc", 1),
      HasSubstr("has no release \"2026.2\""));
}

}  // namespace
}  // namespace tidemark
