// Two people at the command line, each with a token of their own: two
// extractions, their differences, an approval; and the log checked in every
// way.
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/sha256.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "server/server.h"
#include "tests/cli/local_review.h"
#include "tests/cli/run_tidemark.h"

namespace tidemark::testing {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kTrial[] = "matas-2019";
constexpr char kSd[] = "results[pain/6m/ha].continuous.sd";

class TwoPeopleTest : public LocalReview {
 protected:
  TwoPeopleTest() : LocalReview("knee-msc") {
    CreateKneeReview();
    std::ofstream tokens(base_ + "/tokens");
    for (const char* actor : {"ana", "ben", "maia"}) {
      const std::string token = absl::StrCat("token-of-", actor);
      tokens << audit::ToHex(audit::Sha256(token)) << " " << actor
             << (actor == std::string("maia") ? " editor\n" : " extractor\n");
      std::ofstream(TokenFile(actor)) << token;
    }
    tokens.close();
    server::ServerOptions options;
    options.data_dir = data_;
    options.listen = "127.0.0.1:0";
    options.token_file = base_ + "/tokens";
    auto server = server::Server::Start(options);
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }

  std::string TokenFile(const std::string& actor) const {
    return absl::StrCat(base_, "/token-of-", actor);
  }

  Finished As(const std::string& actor, std::vector<std::string> arguments,
              const std::string& input = "") const {
    arguments.insert(arguments.begin(),
                     {"--server", absl::StrCat("127.0.0.1:", server_->port()),
                      "--token-file", TokenFile(actor)});
    return RunTidemark(arguments, input);
  }

  // The trial as a file, with another standard deviation.
  static std::string TrialWithSd(double sd) {
    json trial = json::parse(std::ifstream(
        absl::StrCat(kKneeExample, "/trials/10-matas-2019.json")));
    bool found = false;
    for (json& result : trial["results"]) {
      if (result["outcome"] != "pain" || result["time_point"] != "6m" ||
          result["arms"] != json({"ha"})) {
        continue;
      }
      result["continuous"]["sd"] = sd;
      found = true;
    }
    EXPECT_TRUE(found);
    return trial.dump();
  }

  std::unique_ptr<server::Server> server_;
};

TEST_F(TwoPeopleTest, ExtractTwiceAgreeAndLookAtIt) {
  const Finished unset = As("ana", {"review", "policy"});
  EXPECT_THAT(unset.messages, HasSubstr("take effect at once"));
  const Finished policy =
      As("maia", {"review", "policy", "--extraction", "double_extraction",
                  "--adjudication", "agreement", "-m", "protocol, 3.2"});
  ASSERT_EQ(policy.exit_code, 0) << policy.messages;
  EXPECT_THAT(As("ana", {"review", "show", "--output", "table"}).data,
              HasSubstr("DOUBLE_EXTRACTION, adjudication by AGREEMENT"));

  const Finished tried =
      As("ana", {"submit", "-", "--dry-run"}, TrialWithSd(20));
  EXPECT_THAT(tried.messages, HasSubstr("It would be a draft"));
  const Finished first =
      As("ana", {"submit", "-", "-m", "extracted"}, TrialWithSd(20));
  ASSERT_EQ(first.exit_code, 0) << first.messages;
  EXPECT_THAT(first.messages, HasSubstr("waits for a second extraction"));
  EXPECT_THAT(first.data, HasSubstr("draft"));
  const Finished second =
      As("ben", {"submit", "-", "-m", "extracted"}, TrialWithSd(2));
  EXPECT_THAT(second.messages, HasSubstr("with differences"));

  const Finished shown = As("ben", {"extract", "show", kTrial});
  EXPECT_THAT(shown.data, HasSubstr(absl::StrCat(kSd, "\t20\t2\tyes")));
  EXPECT_EQ(
      As("ben", {"approve", kTrial, "--draft", "4", "-m", "fine"}).exit_code,
      4);
  EXPECT_EQ(As("ana", {"adjudicate", kTrial, "-m", "no"}).exit_code, 3);
  const Finished settled =
      As("ana", {"adjudicate", kTrial, "--take", "ana", "-m", "2 is an SE"});
  ASSERT_EQ(settled.exit_code, 0) << settled.messages;
  EXPECT_THAT(settled.messages, HasSubstr("waits for approval"));
  EXPECT_EQ(As("ana", {"approve", kTrial, "-m", "my own"}).exit_code, 7);
  EXPECT_THAT(As("ben", {"approve", kTrial, "--dry-run"}).data,
              HasSubstr("pain-6m"));
  const Finished approved = As("ben", {"approve", kTrial, "-m", "it is"});
  ASSERT_EQ(approved.exit_code, 0) << approved.messages;
  EXPECT_THAT(approved.messages, HasSubstr("Estimates that moved"));

  EXPECT_THAT(As("ana", {"trial", "show", kTrial, "--output", "table"}).data,
              AllOf(HasSubstr("approved at sequence 7"), HasSubstr("by ben"),
                    HasSubstr("4, 5, 6")));
  const Finished blame = As("ana", {"blame", kTrial, "--field", "sd"});
  EXPECT_THAT(blame.data, HasSubstr("ana (draft 4: extracted)"));
  EXPECT_EQ(As("ana", {"extract", "list", "--open"}).data, "");
  EXPECT_THAT(As("ana", {"extract", "list", "--trial", kTrial}).data,
              HasSubstr("TAKEN"));
  const Finished agreement = As("ana", {"extract", "agreement"});
  EXPECT_THAT(agreement.data, HasSubstr("results.continuous.value_kind\t"));
  EXPECT_THAT(agreement.messages, HasSubstr("fields of 1 trial ("));

  // A correction waits, and is withdrawn.
  EXPECT_THAT(As("ana", {"correct", kTrial, "--set", absl::StrCat(kSd, "=21"),
                         "-m", "misprint"})
                  .messages,
              HasSubstr("waits for approval"));
  ASSERT_EQ(As("ana", {"reject", kTrial, "-m", "no, it is not"}).exit_code, 0);

  EXPECT_EQ(As("ana", {"verify", "--deep"}).exit_code, 0);
  const std::string bundle = base_ + "/knee.zip";
  ASSERT_EQ(As("ana", {"export", "bundle", "-o", bundle}).exit_code, 0);
  const json checkpoint =
      json::parse(As("ana", {"checkpoint", "--output", "json"}).data);
  const std::string vkey = checkpoint["vkey"];
  EXPECT_EQ(RunTidemark({"verify-bundle", bundle, "--key", vkey}).exit_code, 0);
  server_ = nullptr;
  const Finished data =
      RunTidemark({"verify", "knee-msc", "--data", data_, "--key", vkey});
  EXPECT_EQ(data.exit_code, 0) << data.messages;
  // Without tokens two people cannot be told apart.
  const Finished local = Run({"submit", "-", "-m", "alone"}, TrialWithSd(3));
  EXPECT_EQ(local.exit_code, 4);
  EXPECT_THAT(local.messages, HasSubstr("token file"));
}

}  // namespace
}  // namespace tidemark::testing
