// Damage at rest: whatever happened to a file of a stopped server, a start
// refuses, or what it serves is what it served before. Nothing is served
// silently, no acknowledged write is silently gone, and nothing crashes.
//
// Each case damages one file of a copy of the data, verifies the copy with
// `tidemark verify --data` and starts tidemarkd over it, both in processes of
// their own. TIDEMARK_DAMAGE_ROUNDS sets how many random cases of a kind,
// TIDEMARK_FAULT_SEED which.
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "storage/keys.h"
#include "tests/cli/run_tidemark.h"
#include "tests/faults/connect.h"
#include "tests/faults/raw_store.h"
#include "tests/faults/seed.h"
#include "tests/faults/server_process.h"
#include "tests/faults/small_review.h"
#include "tests/faults/stubs.h"
#include "tests/testing/example_review.h"
#include "tests/testing/server_fixture.h"

namespace tidemark::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::UnorderedElementsAre;

constexpr uint64_t kRounds = 2;
constexpr int kFlippedBits = 3;
constexpr char kReview[] = "struck";
// Each ends with a stop; a start makes tables of the log that it finds.
constexpr int kSessions = 3;
constexpr int kWritesASession = 8;
// Exit codes of tidemark and tidemarkd (docs/cli.md).
constexpr int kDataLoss = 5;
constexpr int kNotFound = 6;

std::string ReadBytes(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

// Keeps the mode of the file.
void WriteBytes(const fs::path& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << bytes;
  ASSERT_TRUE(file) << path;
}

// What a file is, whatever its number: MANIFEST, OPTIONS, .sst, .log, or its
// name.
std::string KindOf(const fs::path& path) {
  const std::string name = path.filename();
  for (const char* kind : {"MANIFEST", "OPTIONS"}) {
    if (absl::StartsWith(name, kind)) return kind;
  }
  return path.has_extension() ? path.extension().string() : name;
}

// Files of a data directory by kind, the newest last.
std::map<std::string, std::vector<fs::path>> FilesOf(const fs::path& data) {
  std::map<std::string, std::vector<fs::path>> files;
  for (const auto& file : fs::recursive_directory_iterator(data)) {
    if (file.is_regular_file()) files[KindOf(file.path())].push_back(file);
  }
  for (auto& [kind, paths] : files) std::sort(paths.begin(), paths.end());
  return files;
}

// What a server answered: bytes, or the error.
struct Answer {
  grpc::Status status;
  std::string bytes;
};

// Every read of the review, by its name.
class Reads {
 public:
  explicit Reads(Stubs* stubs) : stubs_(stubs) {}

  std::map<std::string, Answer> All(int64_t size) {
    Read("review", *stubs_->read, &v1::ReadService::Stub::GetReview,
         Of<v1::GetReviewRequest>());
    Read("analyses", *stubs_->read, &v1::ReadService::Stub::ListAnalyses,
         Of<v1::ListAnalysesRequest>());
    Read("trials", *stubs_->read, &v1::ReadService::Stub::ListTrials,
         Of<v1::ListTrialsRequest>());
    Read("checkpoint", *stubs_->audit, &v1::AuditService::Stub::GetCheckpoint,
         Of<v1::GetCheckpointRequest>());
    for (int64_t sequence = 1; sequence <= size; ++sequence) At(sequence);
    return std::move(answers_);
  }

 private:
  template <typename Request>
  static Request Of() {
    Request request;
    request.set_review_id(kReview);
    return request;
  }

  void At(int64_t sequence) {
    auto entries = Of<v1::ListEntriesRequest>();
    entries.set_from_sequence(sequence);
    entries.set_to_sequence(sequence);
    entries.set_with_evidence(true);
    Read(absl::StrCat("entry ", sequence), *stubs_->audit,
         &v1::AuditService::Stub::ListEntries, entries);
    auto inclusion = Of<v1::ProveInclusionRequest>();
    inclusion.set_sequence(sequence);
    Read(absl::StrCat("inclusion of ", sequence), *stubs_->audit,
         &v1::AuditService::Stub::ProveInclusion, inclusion);
    auto consistency = Of<v1::ProveConsistencyRequest>();
    consistency.set_from_size(sequence);
    Read(absl::StrCat("consistency from ", sequence), *stubs_->audit,
         &v1::AuditService::Stub::ProveConsistency, consistency);
    auto trials = Of<v1::ListTrialsRequest>();
    trials.mutable_as_of()->set_sequence(sequence);
    Read(absl::StrCat("trials as of ", sequence), *stubs_->read,
         &v1::ReadService::Stub::ListTrials, trials);
    // Entry 2 puts the analysis.
    if (sequence < 2) return;
    auto estimate = Of<v1::GetEstimateRequest>();
    estimate.set_analysis_id(kSmallAnalysis);
    estimate.mutable_as_of()->set_sequence(sequence);
    Read(absl::StrCat("estimate as of ", sequence), *stubs_->read,
         &v1::ReadService::Stub::GetEstimate, estimate);
  }

  template <typename Stub, typename Request, typename Response>
  void Read(const std::string& name, Stub& stub,
            grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                         Response*),
            const Request& request) {
    Response response;
    Answer& answer = answers_[name];
    answer.status = Call(stub, method, request, &response);
    answer.bytes = response.SerializeAsString();
  }

  Stubs* const stubs_;
  std::map<std::string, Answer> answers_;
};

// How many damaged copies ended in each way.
struct Outcomes {
  int refused = 0;       // the server did not start, and said why
  int partly = 0;        // some reads are DATA_LOSS
  int served = 0;        // all that it ever served
  int not_verified = 0;  // by tidemark verify
};

using Damage = std::function<void(const fs::path& file)>;

class DamageTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    honest_ = new fs::path(::testing::TempDir() + "/honest");
    older_ = new fs::path(::testing::TempDir() + "/older");
    truth_ = new std::map<std::string, Answer>;
    fs::remove_all(*honest_);
    for (int session = 0; session < kSessions; ++session) {
      if (session > 0) CopyData(*honest_, *older_);
      ASSERT_NO_FATAL_FAILURE(
          WithServer(*honest_, [&](Stubs& stubs) { Write(stubs, session); }));
      // Where earlier builds kept it: a file of each copy.
      if (session == 0) {
        fs::rename(honest_->string() + ".keys/signing-key",
                   *honest_ / "signing-key");
      }
    }
    const fs::path copy = ::testing::TempDir() + "/truth";
    CopyData(*honest_, copy);
    ASSERT_NO_FATAL_FAILURE(WithServer(
        copy, [](Stubs& stubs) { *truth_ = Reads(&stubs).All(kEntries); }));
    for (const auto& [read, answer] : *truth_) {
      ASSERT_TRUE(answer.status.ok()) << read << answer.status.error_message();
    }
  }
  static void TearDownTestSuite() {
    delete honest_;
    delete older_;
    delete truth_;
  }

  static void WithServer(const fs::path& data,
                         const std::function<void(Stubs&)>& work) {
    ServerProcess server(data, data.string() + ".output");
    const std::string address = server.WaitUntilServing();
    ASSERT_FALSE(address.empty()) << server.Output();
    {
      // Gone before the server stops: an idle client would keep it waiting.
      Stubs stubs = Connect(address);
      work(stubs);
    }
    ASSERT_EQ(server.Terminate(), 0) << server.Output();
  }

  // Entries session * kWritesASession + 1 and following.
  static void Write(Stubs& stubs, int session) {
    for (int i = 0; i < kWritesASession; ++i) {
      const int sequence = session * kWritesASession + i + 1;
      v1::ApplyRequest request;
      request.set_review_id(kReview);
      *request.mutable_change() =
          sequence == 1 ? CreateSmallReview(kReview)
          : sequence == 2
              ? PutSmallAnalysis()
              : SubmitTrials({SmallTrial(absl::StrCat("trial-", sequence % 3),
                                         sequence)});
      request.set_request_id(absl::StrCat("request-", sequence));
      request.set_reason("honest");
      v1::ApplyResponse response;
      const grpc::Status status = Call(
          *stubs.write, &v1::WriteService::Stub::Apply, request, &response);
      ASSERT_TRUE(status.ok()) << status.error_message();
      ASSERT_EQ(response.sequence(), sequence);
    }
  }

  // Damages a file of each kind, in copies, in as many rounds.
  void DamageEach(uint64_t rounds, const Damage& damage) {
    for (const auto& [kind, files] : FilesOf(*honest_)) {
      for (uint64_t round = 0; round < rounds; ++round) {
        const fs::path& file = files[random_() % files.size()];
        Check(kind, fs::relative(file, *honest_), damage);
      }
    }
  }

  // Damages one file of a copy, which is then served as it was, or not.
  void Check(const std::string& kind, const fs::path& file,
             const Damage& damage) {
    SCOPED_TRACE(absl::StrCat("case ", ++cases_, ": ", file.string()));
    CopyData(*honest_, data_);
    const std::string before = ReadBytes(data_ / file);
    damage(data_ / file);
    if (fs::exists(data_ / file) && ReadBytes(data_ / file) == before) return;
    const int verified = Verify();
    // Without the key, or one that is given, nothing can be verified.
    const bool no_key = verified == kNotFound && kind == "signing-key";
    EXPECT_TRUE(verified == 0 || verified == kDataLoss || no_key) << verified;
    if (verified != 0) ++outcomes_[kind].not_verified;
    Start(outcomes_[kind]);
  }

  int Verify() {
    return RunTidemark({"verify", kReview, "--data", data_.string()}).exit_code;
  }

  void Start(Outcomes& outcomes) {
    ServerProcess server(data_, data_.string() + ".output");
    const std::string address = server.WaitUntilServing();
    if (address.empty()) {
      ++outcomes.refused;
      // Its last word says why; a signal would be a crash.
      EXPECT_GT(server.WaitUntilExited(), 0) << server.Output();
      EXPECT_TRUE(absl::StrContains(server.Output(), "tidemarkd: "))
          << server.Output();
      return;
    }
    bool all = false;
    {
      Stubs stubs = Connect(address);
      all = CheckReads(Reads(&stubs).All(kEntries));
    }
    EXPECT_EQ(server.Terminate(), 0) << server.Output();
    ++(all ? outcomes.served : outcomes.partly);
    // What it repaired is repaired for good.
    if (all) {
      EXPECT_EQ(Verify(), 0);
    }
  }

  // True if all is as it was; what is not must be DATA_LOSS.
  static bool CheckReads(const std::map<std::string, Answer>& answers) {
    bool all = true;
    for (const auto& [read, truth] : *truth_) {
      const Answer& answer = answers.at(read);
      if (answer.status.ok()) {
        EXPECT_TRUE(answer.bytes == truth.bytes) << read << " is another now";
        continue;
      }
      all = false;
      EXPECT_EQ(answer.status.error_code(), grpc::StatusCode::DATA_LOSS)
          << read << ": " << answer.status.error_message();
    }
    return all;
  }

  ~DamageTest() override {
    for (const auto& [kind, outcomes] : outcomes_) {
      std::cerr << kind << ": " << outcomes.refused << " refused, "
                << outcomes.partly << " served in part, " << outcomes.served
                << " served in full; " << outcomes.not_verified
                << " do not verify\n";
    }
  }

  static constexpr int64_t kEntries = kSessions * kWritesASession;
  static fs::path* honest_;
  static fs::path* older_;
  static std::map<std::string, Answer>* truth_;
  const uint64_t rounds_ =
      NumberFromEnvironment("TIDEMARK_DAMAGE_ROUNDS", kRounds);
  std::mt19937_64 random_{PrintedSeed()};
  const fs::path data_ = FreshDirectory() + "/data";
  std::map<std::string, Outcomes> outcomes_;
  int cases_ = 0;
};

fs::path* DamageTest::honest_ = nullptr;
fs::path* DamageTest::older_ = nullptr;
std::map<std::string, Answer>* DamageTest::truth_ = nullptr;

TEST_F(DamageTest, TheDataHasEveryKindOfFile) {
  std::vector<std::string> kinds;
  for (const auto& [kind, files] : FilesOf(*honest_)) kinds.push_back(kind);
  EXPECT_THAT(kinds, UnorderedElementsAre(".log", ".sst", "CURRENT", "IDENTITY",
                                          "LOCK", "MANIFEST", "OPTIONS",
                                          "anchor", "lock", "signing-key"));
}

TEST_F(DamageTest, FlippedBits) {
  DamageEach(3 * rounds_, [this](const fs::path& file) {
    std::string bytes = ReadBytes(file);
    for (int i = 0; i < kFlippedBits && !bytes.empty(); ++i) {
      bytes[random_() % bytes.size()] ^= static_cast<char>(1 << random_() % 8);
    }
    WriteBytes(file, bytes);
  });
}

TEST_F(DamageTest, Truncated) {
  DamageEach(2 * rounds_, [this](const fs::path& file) {
    const uint64_t size = fs::file_size(file);
    if (size > 0) fs::resize_file(file, random_() % size);
  });
}

TEST_F(DamageTest, Emptied) {
  DamageEach(1, [](const fs::path& file) { fs::resize_file(file, 0); });
}

TEST_F(DamageTest, Deleted) {
  DamageEach(rounds_, [](const fs::path& file) { fs::remove(file); });
}

TEST_F(DamageTest, AnOlderCopyOfTheFile) {
  for (const auto& [kind, files] : FilesOf(*older_)) {
    for (const fs::path& older : files) {
      const fs::path file = fs::relative(older, *older_);
      // RocksDB deletes logs and manifests that it does not need any more.
      if (!fs::exists(*honest_ / file)) continue;
      Check(kind, file, [&](const fs::path& newer) {
        WriteBytes(newer, ReadBytes(older));
      });
    }
  }
}

// What a cut manifest does to a table is done here key by key.
TEST_F(DamageTest, AnEntryWithoutAllThatItWroteIsNotServed) {
  constexpr int64_t kEntry = 6;
  const std::vector<std::pair<std::string, std::string>> written = {
      {"trial", storage::VersionKey(kReview, "trial-0", kEntry)},
      {"estimate", storage::VersionKey(kReview, kSmallAnalysis, kEntry)},
      {"meta", storage::RequestKey(kReview, "request-6")},
      {"merkle", storage::MerkleKey(kReview, 1, 2)},
      {"change", storage::ChangeKey(kReview, kEntry)},
      {"log", storage::LogKey(kReview, kEntry)}};
  for (const auto& [table, key] : written) {
    SCOPED_TRACE(table);
    CopyData(*honest_, data_);
    {
      const auto store = RawStore::Open(data_);
      ASSERT_OK(store);
      ASSERT_OK((*store)->Get(table, key));
      ASSERT_OK((*store)->Delete(table, key));
    }
    Start(outcomes_[table]);
    EXPECT_EQ(outcomes_[table].partly, 1);
  }
}

TEST_F(DamageTest, AnOlderFileUnderTheNameOfANewerOne) {
  const auto newer = FilesOf(*honest_);
  for (const auto& [kind, files] : FilesOf(*older_)) {
    const fs::path& older = files.back();
    const fs::path& newest = newer.at(kind).back();
    if (older.filename() == newest.filename()) continue;
    Check(kind, fs::relative(newest, *honest_),
          [&](const fs::path& file) { WriteBytes(file, ReadBytes(older)); });
  }
}

}  // namespace
}  // namespace tidemark::testing
