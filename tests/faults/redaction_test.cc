// Words that were redacted are nowhere that a reader, an auditor or the disk
// gives them, and all that was proven of the log holds. Whoever stops a
// redaction in the middle, or undoes a part of it behind the log's back, leaves
// one of the two: a state that verifies, or one that is refused by name.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "audit/leaf.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "server/server.h"
#include "storage/keys.h"
#include "tests/cli/run_tidemark.h"
#include "tests/faults/connect.h"
#include "tests/faults/raw_store.h"
#include "tests/faults/server_process.h"
#include "tests/faults/small_review.h"
#include "tests/faults/stubs.h"
#include "tests/testing/example_review.h"
#include "tests/testing/server_fixture.h"
#include "tidemark/v1/admin_service.grpc.pb.h"
#include "tidemark/v1/explain_service.grpc.pb.h"

namespace tidemark::testing {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kReview[] = "small";
constexpr char kTrial[] = "trial-1";
// Like nothing else in the files.
constexpr char kName[] = "Zbigniew Quixote";
// The entry that brought the name in, the correction that quotes it, and the
// last one before the redaction.
constexpr int64_t kSubmitted = 3;
constexpr int64_t kCorrected = 4;
constexpr int64_t kBefore = 6;

// Files of the directory that hold the name.
std::set<std::string> FilesWithTheName(const std::string& directory) {
  std::set<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(file), {}};
    if (absl::StrContains(content, kName)) {
      files.insert(entry.path().filename());
    }
  }
  return files;
}

v1::ApplyRequest Request(const std::string& id, const v1::Change& change) {
  v1::ApplyRequest request;
  request.set_review_id(kReview);
  *request.mutable_change() = change;
  request.set_request_id(id);
  request.set_reason("a test");
  return request;
}

v1::Trial NamedTrial() {
  v1::Trial trial = SmallTrial(kTrial, 12);
  trial.set_notes(absl::StrCat("asked ", kName));
  return trial;
}

v1::Change Correction() {
  v1::Change change;
  change.mutable_correct_trial()->set_trial_id(kTrial);
  v1::FieldEdit* edit = change.mutable_correct_trial()->add_edits();
  edit->set_path("notes");
  edit->set_value("asked the authors");
  return change;
}

v1::Change Concern() {
  v1::Change change;
  change.mutable_set_trial_status()->add_trial_ids(kTrial);
  change.mutable_set_trial_status()->set_status(v1::TrialStatus::CONCERN);
  change.mutable_set_trial_status()->set_notice("10.1/notice");
  return change;
}

v1::Change Redact(int64_t sequence) {
  v1::Change change;
  change.mutable_redact_changes()->add_sequences(sequence);
  return change;
}

std::vector<int64_t> Sequences(
    const google::protobuf::RepeatedField<int64_t>& field) {
  return {field.begin(), field.end()};
}

class RedactionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    // What the command remembers of logs.
    setenv("XDG_STATE_HOME", (base_ + "/state").c_str(), 1);
  }

  static v1::ApplyResponse Apply(Stubs& stubs, const std::string& id,
                                 const v1::Change& change) {
    v1::ApplyResponse response;
    const grpc::Status status =
        Call(*stubs.write, &v1::WriteService::Stub::Apply, Request(id, change),
             &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  static void Fill(Stubs& stubs) {
    Apply(stubs, "1", CreateSmallReview(kReview));
    Apply(stubs, "2", PutSmallAnalysis());
    Apply(stubs, "3", SubmitTrials({NamedTrial(), SmallTrial("trial-2", 20)}));
    Apply(stubs, "4", Correction());
    Apply(stubs, "5", Concern());
    const v1::ApplyResponse last =
        Apply(stubs, "6", SubmitTrials({SmallTrial("trial-3", 30)}));
    ASSERT_EQ(last.sequence(), kBefore);
  }

  void FillLocally() {
    ServerFixture fixture = Open();
    Stubs stubs(fixture.server->InProcessChannel());
    Fill(stubs);
  }

  ServerFixture Open() const {
    server::ServerOptions options;
    options.data_dir = data_;
    return ServerFixture(options);
  }

  static void Compact(ServerFixture& fixture) {
    const auto admin =
        v1::AdminService::NewStub(fixture.server->InProcessChannel());
    v1::CompactResponse response;
    const grpc::Status status = Call(*admin, &v1::AdminService::Stub::Compact,
                                     v1::CompactRequest(), &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }

  Finished Run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(),
                     {"--local", data_, "--review", kReview});
    return RunTidemark(arguments);
  }

  // The whole log, from the files and over a server.
  void ExpectVerifies() const {
    const Finished data = RunTidemark({"verify", kReview, "--data", data_});
    EXPECT_EQ(data.exit_code, 0) << data.data << data.messages;
    const Finished online = Run({"verify", "--deep"});
    EXPECT_EQ(online.exit_code, 0) << online.data << online.messages;
  }

  void ExpectFoundInData(int64_t sequence, const std::string& what) const {
    const Finished finished =
        RunTidemark({"verify", kReview, "--data", data_, "--output", "json"});
    EXPECT_EQ(finished.exit_code, 5) << finished.messages;
    const json found = json::parse(finished.data, nullptr, false);
    ASSERT_FALSE(found.is_discarded()) << finished.data;
    EXPECT_EQ(found["sequence"], sequence) << finished.data;
    EXPECT_THAT(finished.data, HasSubstr(what));
  }

  void ExpectRefusedAtStart(const std::string& why) const {
    ServerFixture fixture = Open();
    Stubs stubs(fixture.server->InProcessChannel());
    v1::GetReviewRequest request;
    request.set_review_id(kReview);
    v1::GetReviewResponse response;
    const grpc::Status status = Call(
        *stubs.read, &v1::ReadService::Stub::GetReview, request, &response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::DATA_LOSS);
    EXPECT_THAT(status.error_message(), HasSubstr(why));
  }

  std::string Stored(const std::string& table, const std::string& key) const {
    const auto store = RawStore::Open(data_);
    EXPECT_OK(store);
    const auto value = (*store)->Get(table, key);
    EXPECT_OK(value);
    return value.value_or("");
  }

  void Put(const std::string& table, const std::string& key,
           const std::string& value) const {
    const auto store = RawStore::Open(data_);
    ASSERT_OK(store);
    ASSERT_OK((*store)->Put(table, key, value));
  }

  const std::string base_ = FreshDirectory();
  const std::string data_ = base_ + "/data";
};

// All that a reader may ask of the past, as one text.
std::string Everything(ServerFixture& fixture) {
  std::string text;
  const auto ask = [&text](auto& stub, auto method, const auto& request,
                           auto response) {
    const grpc::Status status = Call(stub, method, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    // Stored bytes are strings in it, with what is printable as it is.
    absl::StrAppend(&text, response.DebugString());
  };
  v1::ListEntriesRequest entries;
  entries.set_review_id(kReview);
  entries.set_with_evidence(true);
  ask(*fixture.audit, &v1::AuditService::Stub::ListEntries, entries,
      v1::ListEntriesResponse());
  for (int64_t sequence = kSubmitted; sequence <= kBefore; ++sequence) {
    v1::GetTrialRequest trial;
    trial.set_review_id(kReview);
    trial.set_trial_id(kTrial);
    trial.mutable_as_of()->set_sequence(sequence);
    ask(*fixture.read, &v1::ReadService::Stub::GetTrial, trial,
        v1::GetTrialResponse());
  }
  v1::BlameRequest blame;
  blame.set_review_id(kReview);
  blame.set_trial_id(kTrial);
  ask(*fixture.explain, &v1::ExplainService::Stub::Blame, blame,
      v1::BlameResponse());
  v1::DiffRequest diff;
  diff.set_review_id(kReview);
  diff.mutable_from()->set_sequence(2);
  ask(*fixture.explain, &v1::ExplainService::Stub::Diff, diff,
      v1::DiffResponse());
  return text;
}

TEST_F(RedactionTest, NoReadGivesTheWordsAndNoFileOnceItIsCompacted) {
  ServerFixture fixture = Open();
  Stubs stubs(fixture.server->InProcessChannel());
  Fill(stubs);
  ASSERT_THAT(Everything(fixture), HasSubstr(kName));
  const v1::Estimate estimate = [&] {
    v1::GetEstimateRequest request;
    request.set_review_id(kReview);
    request.set_analysis_id(kSmallAnalysis);
    v1::GetEstimateResponse response;
    EXPECT_TRUE(Call(*stubs.read, &v1::ReadService::Stub::GetEstimate, request,
                     &response)
                    .ok());
    return response.estimate();
  }();

  const v1::ApplyResponse answer = Apply(stubs, "7", Redact(kSubmitted));

  EXPECT_THAT(Sequences(answer.redaction().sequences()),
              ElementsAre(kSubmitted, kCorrected));
  EXPECT_THAT(Sequences(answer.redaction().still_held()), IsEmpty());
  EXPECT_EQ(answer.moved_size(), 0) << "numbers stay";
  EXPECT_THAT(Everything(fixture), Not(HasSubstr(kName)));
  const v1::ApplyResponse again = Apply(stubs, "7", Redact(kSubmitted));
  EXPECT_TRUE(again.repeated_request());
  EXPECT_EQ(again.redaction().DebugString(), answer.redaction().DebugString());
  EXPECT_THAT(FilesWithTheName(data_), Not(IsEmpty()));

  Compact(fixture);
  EXPECT_THAT(FilesWithTheName(data_), IsEmpty());

  // What was there goes on, and writes after it.
  v1::Trial trial = SmallTrial(kTrial, 12);
  trial.set_notes("asked the authors");
  EXPECT_EQ(Apply(stubs, "8", SubmitTrials({trial})).sequence(), 8);
  fixture.Stop();
  EXPECT_THAT(FilesWithTheName(data_), IsEmpty());
  ExpectVerifies();
}

TEST_F(RedactionTest, TheRequestOfARedactedChangeCannotBeRepeated) {
  ServerFixture fixture = Open();
  Stubs stubs(fixture.server->InProcessChannel());
  Fill(stubs);
  Apply(stubs, "7", Redact(kSubmitted));
  v1::ApplyResponse response;
  const grpc::Status status = Call(*stubs.write, &v1::WriteService::Stub::Apply,
                                   Request("4", Correction()), &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_THAT(status.error_message(), HasSubstr("entry 4, which was redacted"));
}

TEST_F(RedactionTest, TheCommandTriesErasesAndCompacts) {
  FillLocally();
  const std::string before = Run({"checkpoint"}).data;
  std::ofstream(base_ + "/checkpoint") << before;

  const Finished tried = Run({"redact", "3", "--dry-run"});
  EXPECT_EQ(tried.exit_code, 0) << tried.messages;
  EXPECT_THAT(tried.data, AllOf(HasSubstr("3\terased\n"),
                                HasSubstr("4\terased: it corrects")));
  EXPECT_THAT(tried.messages, HasSubstr("nothing is stored"));
  EXPECT_THAT(FilesWithTheName(data_), Not(IsEmpty()));
  EXPECT_EQ(Run({"redact", "3"}).exit_code, 2) << "why?";
  EXPECT_EQ(Run({"redact", "-m", "why"}).exit_code, 2) << "which?";

  const Finished redacted = Run({"redact", "3", "-m", "a person asked"});
  EXPECT_EQ(redacted.exit_code, 0) << redacted.messages;
  EXPECT_THAT(redacted.messages, HasSubstr("Stored as sequence 7"));
  EXPECT_THAT(redacted.messages, HasSubstr("until they are compacted"));
  EXPECT_THAT(FilesWithTheName(data_), Not(IsEmpty()));
  EXPECT_EQ(Run({"redact", "--compact"}).exit_code, 0);
  EXPECT_THAT(FilesWithTheName(data_), IsEmpty());

  EXPECT_THAT(Run({"redact", "3", "-m", "again"}).messages,
              HasSubstr("entry 3 was redacted by entry 7 already"));
  EXPECT_THAT(Run({"redact", "5", "-m", "a status"}).messages,
              HasSubstr("which estimates name"));
  // What was proven before is proven still.
  const Finished verified =
      Run({"verify", "--deep", "--checkpoint", base_ + "/checkpoint"});
  EXPECT_EQ(verified.exit_code, 0) << verified.messages;
  EXPECT_THAT(verified.data, HasSubstr("2 (3, 4 by entry 7)"));
  const json machine = json::parse(
      RunTidemark({"verify", kReview, "--data", data_, "--output", "json"})
          .data);
  EXPECT_EQ(machine["redacted"], json::parse(R"([{"sequence": 3, "by": 7},
                                                 {"sequence": 4, "by": 7}])"));
}

class KilledRedactionTest : public RedactionTest {
 protected:
  // Kills the server at the failpoint on the way of `call`.
  template <typename CallIt>
  void DieAt(const std::string& failpoint, const CallIt& call) {
    ServerProcess server(data_, base_ + "/output", failpoint);
    const std::string address = server.WaitUntilServing();
    ASSERT_FALSE(address.empty()) << server.Output();
    call(address);
    ASSERT_TRUE(server.WaitUntilKilled()) << server.Output();
  }

  static void TryToRedact(const std::string& address) {
    Stubs stubs = Connect(address);
    v1::ApplyResponse response;
    EXPECT_FALSE(Call(*stubs.write, &v1::WriteService::Stub::Apply,
                      Request("7", Redact(kSubmitted)), &response)
                     .ok());
  }

  // The next start, where the client repeats.
  void ExpectRedacts(bool was_stored) {
    {
      ServerFixture fixture = Open();
      Stubs stubs(fixture.server->InProcessChannel());
      const v1::ApplyResponse answer = Apply(stubs, "7", Redact(kSubmitted));
      EXPECT_EQ(answer.sequence(), kBefore + 1);
      EXPECT_EQ(answer.repeated_request(), was_stored);
      EXPECT_THAT(Everything(fixture), Not(HasSubstr(kName)));
      Compact(fixture);
      EXPECT_THAT(FilesWithTheName(data_), IsEmpty());
    }
    ExpectVerifies();
  }
};

// The start of a server writes to its own log: its groups come first.
TEST_F(KilledRedactionTest, BetweenBatchAndAnchorItIsStored) {
  FillLocally();
  DieAt("before_anchor@2", TryToRedact);
  ExpectRedacts(/*was_stored=*/true);
}

TEST_F(KilledRedactionTest, BeforeTheBatchNothingIsErased) {
  FillLocally();
  DieAt("before_batch@2", TryToRedact);
  EXPECT_THAT(RunTidemark({"verify", kReview, "--data", data_}).data,
              Not(HasSubstr("redacted")));
  ExpectRedacts(/*was_stored=*/false);
}

TEST_F(KilledRedactionTest, DuringCompactionNothingIsLost) {
  FillLocally();
  DieAt("compacting@1", [](const std::string& address) {
    Stubs stubs = Connect(address);
    Apply(stubs, "7", Redact(kSubmitted));
    const auto admin = v1::AdminService::NewStub(
        grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
    v1::CompactResponse response;
    EXPECT_FALSE(Call(*admin, &v1::AdminService::Stub::Compact,
                      v1::CompactRequest(), &response)
                     .ok());
  });
  ExpectRedacts(/*was_stored=*/true);
}

class TamperedRedactionTest : public RedactionTest {
 protected:
  void SetUp() override {
    RedactionTest::SetUp();
    FillLocally();
    original_ = Stored("change", Key(kSubmitted));
    trial_ = Stored("trial", storage::VersionKey(kReview, kTrial, kSubmitted));
    {
      ServerFixture fixture = Open();
      Stubs stubs(fixture.server->InProcessChannel());
      Apply(stubs, "7", Redact(kSubmitted));
    }
    replacement_ = Stored("change", Key(kSubmitted));
    ASSERT_NE(replacement_, original_);
  }

  static std::string Key(int64_t sequence) {
    return storage::ChangeKey(kReview, sequence);
  }

  std::string original_;
  std::string trial_;
  std::string replacement_;
};

TEST_F(TamperedRedactionTest, AChangeThatIsPutBackIsRefused) {
  Put("change", Key(kSubmitted), original_);
  ExpectRefusedAtStart(
      "sequence 3: the redacted change: expected the replacement that entry 7 "
      "holds, found the change from before it");
  ExpectFoundInData(kSubmitted, "the stored record is not what its change");
}

TEST_F(TamperedRedactionTest, AnotherReplacementIsRefused) {
  v1::Change change;
  ASSERT_TRUE(change.ParseFromString(replacement_.substr(audit::kSaltBytes)));
  change.mutable_submit_trials()
      ->mutable_trials(0)
      ->mutable_trial()
      ->mutable_results(0)
      ->mutable_binary()
      ->set_events(1);
  Put("change", Key(kSubmitted),
      audit::RedactedSalt() + change.SerializeAsString());
  ExpectRefusedAtStart("sequence 3: digest of the redacted change");
  ExpectFoundInData(kSubmitted, "");
}

TEST_F(TamperedRedactionTest, ARedactionThatNoEntryMadeIsRefused) {
  const std::string other = Stored("change", Key(kBefore));
  Put("change", Key(kBefore),
      audit::RedactedSalt() + other.substr(audit::kSaltBytes));
  ExpectRefusedAtStart(
      "sequence 6: the redacted change: expected a later entry that redacts "
      "it, found none");
  ExpectFoundInData(kBefore, "");
}

TEST_F(TamperedRedactionTest, AVersionOfATrialThatIsPutBackIsFound) {
  Put("trial", storage::VersionKey(kReview, kTrial, kSubmitted), trial_);
  ExpectFoundInData(kSubmitted, "the stored record is not what its change");
}

}  // namespace
}  // namespace tidemark::testing
