// `tidemark watch`: commands for each message, and the place that is kept.
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/cli/local_review.h"
#include "tests/cli/run_tidemark.h"
#include "tidemark/v1/watch_service.grpc.pb.h"

namespace tidemark::testing {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// The knee review with its first three trials: five entries.
class WatchTest : public LocalReview {
 protected:
  WatchTest()
      : LocalReview("knee-msc"),
        out_(base_ + "/out"),
        file_(base_ + "/resume") {
    CreateKneeReview();
    for (const char* trial :
         {"01-vega-2015", "02-gupta-2016", "03-lamo-espinosa-2016"}) {
      Submit(trial);
    }
  }

  // One entry.
  void Submit(const std::string& trial) const {
    Done({"submit", absl::StrCat(kKneeExample, "/trials/", trial, ".json"),
          "-m", "search"});
  }

  Finished Watch(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "watch");
    return Run(arguments);
  }

  // What a command wrote with `cat >> out_`: the sequences of its messages.
  std::vector<int> Sequences() const {
    std::ifstream file(out_);
    std::vector<int> sequences;
    for (std::string line; std::getline(file, line);) {
      const json message = json::parse(line);
      sequences.push_back(
          std::stoi(message["entry"]["entry"]["sequence"].get<std::string>()));
    }
    return sequences;
  }

  const std::string out_;
  const std::string file_;
};

TEST_F(WatchTest, RunsACommandForEachEntryAndGoesOnInTheNextRun) {
  const std::string command = absl::StrCat("cat >> '", out_, "'; echo seen");
  const Finished first =
      Watch({"--from", "1", "--count", "3", "--exec", command});
  EXPECT_EQ(first.exit_code, 0) << first.messages;
  EXPECT_EQ(first.data, "seen\nseen\nseen\n");
  EXPECT_THAT(Sequences(), ElementsAre(1, 2, 3));

  const Finished next =
      Watch({"--from", "1", "--count", "2", "--exec", command});
  EXPECT_EQ(next.exit_code, 0) << next.messages;
  EXPECT_THAT(next.messages, HasSubstr("Going on after sequence 3, as "));
  EXPECT_THAT(Sequences(), ElementsAre(1, 2, 3, 4, 5));

  // Another command is another watch.
  const Finished other =
      Watch({"--from", "1", "--count", "1", "--exec", command + "; true"});
  EXPECT_THAT(other.messages, Not(HasSubstr("Going on")));
}

TEST_F(WatchTest, ACommandThatFailsEndsItAndComesFirstInTheNextRun) {
  // Fails with the third line.
  const std::string command =
      absl::StrCat("cat >> '", out_, "'; [ $(wc -l < '", out_, "') -ne 3 ]");
  const Finished failed = Watch({"--from", "1", "--exec", command});
  EXPECT_EQ(failed.exit_code, 8);
  EXPECT_THAT(failed.messages,
              AllOf(HasSubstr("tidemark: sequence 3: `cat >> "),
                    HasSubstr("` ended with exit code 1; the next run begins "
                              "with it")));
  const Finished next =
      Watch({"--from", "1", "--count", "2", "--exec", command});
  EXPECT_EQ(next.exit_code, 0) << next.messages;
  EXPECT_THAT(Sequences(), ElementsAre(1, 2, 3, 3, 4));
}

TEST_F(WatchTest, CtrlCEndsItAfterTheCommandThatRuns) {
  // $PPID is the watch.
  const std::string command =
      absl::StrCat("kill -INT $PPID; sleep 0.3; cat >> '", out_, "'");
  for (int run = 0; run < 2; ++run) {
    const Finished finished =
        Watch({"--from", "1", "--exec", command, "--resume", file_});
    EXPECT_EQ(finished.exit_code, 0) << finished.messages;
  }
  EXPECT_THAT(Sequences(), ElementsAre(1, 2));
}

TEST_F(WatchTest, KeepsItsPlaceWithoutACommandToo) {
  EXPECT_THAT(Watch({"--from", "1", "--count", "2", "--resume", file_}).data,
              StartsWith("1\t"));
  const Finished next = Watch({"--count", "1", "--resume", file_});
  EXPECT_THAT(next.data, StartsWith("3\t"));
  EXPECT_THAT(next.messages, HasSubstr("Going on after sequence 2"));
}

// Else what comes between the start and the first entry would be missed.
TEST_F(WatchTest, KeepsItsPlaceBeforeTheFirstEntry) {
  // Ends it as soon as there is a place to go on from.
  const std::string script =
      absl::StrCat("client/cli/tidemark --local '", data_, "' watch --resume '",
                   file_, "' & until [ -s '", file_,
                   "' ]; do sleep 0.1; done; kill -TERM $!; wait $!");
  ASSERT_EQ(std::system(script.c_str()), 0);
  Submit("04-emadedin-2018");
  EXPECT_THAT(Watch({"--count", "1", "--resume", file_}).data,
              StartsWith("6\t"));
}

TEST_F(WatchTest, RefusesAPlaceOfAnotherWatch) {
  ASSERT_EQ(Watch({"--from", "1", "--count", "1", "--resume", file_}).exit_code,
            0);
  const Finished other = Watch({"--analysis", "pain-6m", "--resume", file_});
  EXPECT_EQ(other.exit_code, 3);
  EXPECT_THAT(other.messages,
              AllOf(HasSubstr(file_), HasSubstr("another review or filter"),
                    HasSubstr("--resume")));
  std::ofstream(file_) << "words";
  EXPECT_THAT(Watch({"--resume", file_}).messages,
              HasSubstr(file_ + " holds no resume token"));
}

TEST_F(WatchTest, BeginsWithASnapshot) {
  const std::string command =
      absl::StrCat("cat >> '", out_, "'; if grep -q snapshot_end '", out_,
                   "'; then kill -INT $PPID; fi");
  const Finished finished =
      Watch({"--snapshot", "--analysis", "pain-6m", "--analysis", "function-6m",
             "--exec", command});
  EXPECT_EQ(finished.exit_code, 0) << finished.messages;
  std::ifstream file(out_);
  std::vector<std::string> seen;
  for (std::string line; std::getline(file, line);) {
    const json message = json::parse(line);
    seen.push_back(
        message.contains("snapshot_item")
            ? message["snapshot_item"]["analysis"]["analysis"]["analysis_id"]
                  .get<std::string>()
            : absl::StrCat(
                  "end ",
                  message["snapshot_end"]["sequence"].get<std::string>()));
  }
  EXPECT_THAT(seen, ElementsAre("function-6m", "pain-6m", "end 5"));
}

TEST_F(WatchTest, ShowsEventsAndFiltersByThem) {
  const Finished major =
      Watch({"--from", "1", "--count", "1", "--events",
             "became_estimable,SIGNIFICANCE_LOST", "--min-importance", "major",
             "--output", "table"});
  EXPECT_EQ(major.exit_code, 0) << major.messages;
  EXPECT_THAT(
      major.data,
      AllOf(StartsWith("3  "), HasSubstr("\n  pain-6m: BECAME_ESTIMABLE  "),
            HasSubstr("not estimable -> "), Not(HasSubstr("TREATMENT_ADDED"))));
  EXPECT_THAT(Watch({"--from", "3", "--count", "1"}).data,
              HasSubstr("pain-6m BECAME_ESTIMABLE "));
}

TEST_F(WatchTest, RefusesWhatItDoesNotKnow) {
  const Finished kind = Watch({"--events", "SIGNIFICANCE"});
  EXPECT_EQ(kind.exit_code, 2);
  EXPECT_THAT(kind.messages, AllOf(HasSubstr("--events is one of"),
                                   HasSubstr("SIGNIFICANCE_LOST"),
                                   HasSubstr("`SIGNIFICANCE`")));
  EXPECT_EQ(Watch({"--events", ""}).exit_code, 2);
  EXPECT_EQ(Watch({"--min-importance", "huge"}).exit_code, 2);
  EXPECT_EQ(Watch({"--from", "1", "--snapshot"}).exit_code, 2);
}

// As a proxy does that gives up on the server behind it.
class Cancelling final : public v1::WatchService::Service {
  grpc::Status Watch(grpc::ServerContext*, const v1::WatchRequest*,
                     grpc::ServerWriter<v1::WatchResponse>*) override {
    return {grpc::StatusCode::CANCELLED, "by a proxy"};
  }
};

TEST(WatchWithoutServerTest, OnlyItsOwnInterruptIsASuccess) {
  Cancelling service;
  int port = 0;
  const auto server =
      grpc::ServerBuilder()
          .AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                            &port)
          .RegisterService(&service)
          .BuildAndStart();
  const Finished finished = RunTidemark(
      {"--server", absl::StrCat("127.0.0.1:", port), "watch", "knee-msc"});
  EXPECT_EQ(finished.exit_code, 8);
  EXPECT_THAT(finished.messages, HasSubstr("by a proxy"));
}

}  // namespace
}  // namespace tidemark::testing
