// A witness that dies, or loses power, between what it keeps and what it says.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "audit/checkpoint.h"
#include "audit/note.h"
#include "audit/proof.h"
#include "audit/testing/memory_tree.h"
#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "storage/testing/unsynced_file_system.h"
#include "tests/faults/seed.h"
#include "tests/testing/server_fixture.h"
#include "witness/add_checkpoint.h"
#include "witness/witness.h"

namespace tidemark::testing {
namespace {

constexpr char kOrigin[] = "tidemark/01234567/knees/1";

const audit::Signer& LogSigner() {
  static const auto* const signer =
      new audit::Signer(audit::Signer::Create(kOrigin, {7}).value());
  return *signer;
}

// A request of the history `name`.
std::string Body(const std::string& name, int64_t old_size, int64_t size) {
  audit::MemoryTree tree;
  for (int64_t i = 0; i < size; ++i) tree.Append(absl::StrCat(name, i));
  witness::AddCheckpointRequest request;
  request.old_size = old_size;
  request.note = audit::SignCheckpoint({kOrigin, size, tree.frontier().Root()},
                                       LogSigner())
                     .value();
  if (old_size > 0 && old_size < size) {
    request.proof = audit::ConsistencyProof(old_size, size, tree).value();
  }
  return witness::FormatAddCheckpoint(request);
}

witness::WitnessOptions Options(const std::string& state_dir) {
  witness::WitnessOptions options;
  options.name = "witness.example/w";
  options.seed = {9};
  options.logs = {LogSigner().vkey()};
  options.state_dir = state_dir;
  return options;
}

TEST(WitnessKillTest, WhatItMayHaveCosignedIsKept) {
  const std::string state = FreshDirectory() + "/state";
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    setenv("TIDEMARK_FAILPOINT", "witness_before_answer@2", 1);
    const auto witness = witness::Witness::Create(Options(state));
    if (!witness.ok()) _exit(1);
    if ((*witness)->AddCheckpoint(Body("one", 0, 3)).code != 200) _exit(2);
    (*witness)->AddCheckpoint(Body("one", 3, 8));
    _exit(3);  // It should have died.
  }
  int wait_status = 0;
  ASSERT_EQ(waitpid(child, &wait_status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGKILL)
      << WEXITSTATUS(wait_status);

  ASSERT_OK_AND_ASSIGN(const auto witness,
                       witness::Witness::Create(Options(state)));
  EXPECT_EQ(witness->AddCheckpoint(Body("another", 3, 8)).code, 409);
  EXPECT_EQ(witness->AddCheckpoint(Body("another", 8, 8)).code, 422);
  EXPECT_EQ(witness->AddCheckpoint(Body("another", 8, 9)).code, 422);
  EXPECT_EQ(witness->AddCheckpoint(Body("one", 3, 8)).body, "8\n");
  EXPECT_EQ(witness->AddCheckpoint(Body("one", 8, 8)).code, 200);
  EXPECT_EQ(witness->AddCheckpoint(Body("one", 8, 9)).code, 200);
}

// Cut at every step of what it writes, in turn.
TEST(WitnessKillTest, NoPowerCutMakesItForgetWhatItAnswered) {
  const uint64_t seed = PrintedSeed();
  std::mt19937_64 random(seed);
  int cuts = 0;
  for (int64_t steps = 0;; ++steps) {
    const std::string state = FreshDirectory() + "/state";
    const auto disk = std::make_shared<storage::UnsyncedFileSystem>(
        rocksdb::FileSystem::Default());
    witness::WitnessOptions options = Options(state);
    options.file_system = disk;
    int64_t answered = 0;
    {
      ASSERT_OK_AND_ASSIGN(const auto witness,
                           witness::Witness::Create(options));
      disk->PowerOffAfter(steps);
      for (const int64_t size : {3, 8}) {
        const auto answer = witness->AddCheckpoint(Body("one", answered, size));
        if (answer.code == 200) answered = size;
      }
    }
    if (disk->powered()) break;  // All of it was written before the cut.
    ++cuts;
    ASSERT_OK(disk->LoseUnsynced(&random));
    ASSERT_OK_AND_ASSIGN(const auto witness,
                         witness::Witness::Create(Options(state)));
    EXPECT_TRUE(witness->DamagedLogs().empty()) << steps;
    const auto answer = witness->AddCheckpoint(Body("one", 99, 100));
    ASSERT_EQ(answer.code, 409) << answer.body;
    EXPECT_GE(witness::ParseSizeBody(answer.body).value(), answered)
        << "cut after " << steps << " steps, seed " << seed;
  }
  EXPECT_GE(cuts, 8) << "each request writes, syncs, renames, syncs";
}

}  // namespace
}  // namespace tidemark::testing
