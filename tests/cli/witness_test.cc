// `tidemark witness` and `tidemark verify --quorum`: processes of a server, of
// two witnesses, and of an auditor.
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/cosignature.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/cli/local_review.h"
#include "tests/cli/run_tidemark.h"
#include "tests/faults/server_process.h"
#include "tests/testing/server_fixture.h"

namespace tidemark::testing {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;

// A process of `tidemark witness`.
struct Witness {
  std::unique_ptr<ServingProcess> process;
  std::string address;
  std::string vkey;
};

class WitnessCommandTest : public ::testing::Test {
 protected:
  WitnessCommandTest() : base_(FreshDirectory()) {
    setenv("XDG_STATE_HOME", (base_ + "/auditor").c_str(), 1);
    setenv("TIDEMARK_REVIEW", "knees", 1);
    StartServer({});
    Expect(0, {"review", "create", "-", "-m", "start"}, kKneesProtocol);
    log_ =
        json::parse(Expect(0, {"--output", "json", "checkpoint"}).data)["vkey"];
  }

  void StartServer(const std::vector<std::string>& options) {
    server_ = nullptr;
    server_ = std::make_unique<ServerProcess>(
        base_ + "/data", base_ + "/server.log", "", options);
    // What is known of logs goes by this name.
    setenv("TIDEMARK_SERVER", server_->WaitUntilServing().c_str(), 1);
  }

  Witness StartWitness(const std::string& name,
                       const std::string& listen = "127.0.0.1:0") const {
    const std::string prefix = absl::StrCat(base_, "/", name);
    Witness witness;
    witness.process = std::make_unique<ServingProcess>(
        std::vector<std::string>{"client/cli/tidemark", "witness", "--listen",
                                 listen, "--state", prefix + "-state", "--key",
                                 prefix + "-key", "--name",
                                 "witness.example/" + name, "--log", log_},
        prefix + ".log");
    witness.address = witness.process->WaitUntilServing();
    const std::string output = witness.process->Output();
    witness.vkey = output.substr(0, output.find('\n'));
    return witness;
  }

  static std::vector<std::string> WitnessOptions(
      const std::vector<const Witness*>& witnesses) {
    std::vector<std::string> options;
    for (const Witness* witness : witnesses) {
      options.insert(options.end(),
                     {"--witness", absl::StrCat("http://", witness->address,
                                                "+", witness->vkey)});
    }
    return options;
  }

  static Finished Expect(int exit_code, const std::vector<std::string>& command,
                         const std::string& input = "") {
    Finished finished = RunTidemark(command, input);
    EXPECT_EQ(finished.exit_code, exit_code)
        << finished.data << finished.messages;
    return finished;
  }

  static std::vector<std::string> Verify(
      const std::vector<std::string>& options, int quorum,
      const std::vector<std::string>& witnesses) {
    std::vector<std::string> command = {"verify", "--quorum",
                                        absl::StrCat(quorum)};
    command.insert(command.begin(), options.begin(), options.end());
    for (const std::string& vkey : witnesses) {
      command.insert(command.end(), {"--witness", vkey});
    }
    return command;
  }

  // Until the server has asked; it does once a second.
  static void AwaitQuorum(const std::vector<std::string>& witnesses) {
    const std::vector<std::string> verify =
        Verify({}, static_cast<int>(witnesses.size()), witnesses);
    int attempts = 0;
    while (RunTidemark(verify).exit_code != 0) {
      ASSERT_LT(++attempts, 200);
    }
  }

  const std::string base_;
  std::unique_ptr<ServerProcess> server_;
  std::string log_;
};

TEST_F(WitnessCommandTest, AnAuditorAsksForAQuorum) {
  Witness a = StartWitness("a");
  Witness b = StartWitness("b");
  ASSERT_TRUE(audit::WitnessKey::Parse(a.vkey).ok()) << a.process->Output();
  StartServer(WitnessOptions({&a, &b}));
  AwaitQuorum({a.vkey, b.vkey});

  const Finished deep =
      Expect(0, Verify({"--output", "table"}, 2, {a.vkey, b.vkey}));
  EXPECT_THAT(deep.data, AllOf(HasSubstr("witness witness.example/a"),
                               HasSubstr("witness witness.example/b"),
                               HasSubstr(" s ago")));
  const Finished shown = Expect(0, [&] {
    auto command = Verify({"--output", "json"}, 2, {a.vkey, b.vkey});
    command.emplace_back("--deep");
    return command;
  }());
  const json quorum = json::parse(shown.data)["quorum"];
  EXPECT_EQ(quorum["size"], 1);
  EXPECT_EQ(quorum["witnesses"][1]["vkey"], b.vkey);
  EXPECT_LT(quorum["witnesses"][1]["age_seconds"], 60);

  // A third one that the server does not know of.
  const std::string other =
      audit::Cosigner::Create("witness.example/c", {3})->vkey();
  Expect(0, Verify({}, 2, {a.vkey, b.vkey, other}));
  const Finished missing =
      Expect(5, Verify({"--output", "json"}, 3, {a.vkey, b.vkey, other}));
  const json finding = json::parse(missing.data);
  EXPECT_EQ(finding["verified"], false);
  EXPECT_THAT(finding.dump(),
              HasSubstr("missing: witness.example/c (nothing)"));

  EXPECT_EQ(a.process->Terminate(), 0) << a.process->Output();
  EXPECT_THAT(a.process->Output(), HasSubstr("stopping"));
}

TEST_F(WitnessCommandTest, AWitnessThatIsKilledGoesOnWhereItWas) {
  Witness a = StartWitness("a");
  StartServer(WitnessOptions({&a}));
  AwaitQuorum({a.vkey});
  a.process->Kill();
  a = StartWitness("a", a.address);
  Expect(0, {"review", "update", "-", "-m", "again"}, kKneesProtocol);
  Finished verified;
  int attempts = 0;
  do {
    verified = Expect(0, Verify({"--output", "json"}, 1, {a.vkey}));
    ASSERT_LT(++attempts, 200);
  } while (json::parse(verified.data)["quorum"]["size"] != 2);
}

TEST_F(WitnessCommandTest, WhatIsAskedForIsPossible) {
  const std::string key =
      audit::Cosigner::Create("witness.example/c", {3})->vkey();
  const std::string again =
      audit::Cosigner::Create("witness.example/d", {3})->vkey();
  EXPECT_THAT(Expect(2, Verify({}, 2, {key})).messages,
              HasSubstr("needs as many witnesses"));
  EXPECT_THAT(Expect(2, {"verify", "--witness", key}).messages,
              HasSubstr("go together"));
  EXPECT_THAT(Expect(2, Verify({}, 1, {log_})).messages,
              HasSubstr("of a witness"));
  EXPECT_THAT(Expect(2, Verify({}, 2, {key, again})).messages,
              HasSubstr("they are one"));
  EXPECT_THAT(Expect(5, Verify({}, 1, {key})).messages,
              HasSubstr("does NOT verify"));
}

}  // namespace
}  // namespace tidemark::testing
