#include "witness/witness.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "audit/checkpoint.h"
#include "audit/cosignature.h"
#include "audit/merkle.h"
#include "audit/note.h"
#include "audit/proof.h"
#include "audit/sha256.h"
#include "audit/testing/memory_tree.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "httplib.h"
#include "witness/add_checkpoint.h"
#include "witness/http_server.h"
#include "witness/witness_client.h"

namespace tidemark::witness {
namespace {

namespace fs = std::filesystem;
using ::testing::_;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::tidemark::testing::StatusIs;

constexpr char kOrigin[] = "tidemark/01234567/knees/1";
constexpr char kWitnessName[] = "witness.example/w";

// A log in memory: two of one name and key show two histories.
class Log {
 public:
  Log(std::string history, uint8_t key)
      : history_(std::move(history)),
        signer_(audit::Signer::Create(kOrigin, {key}).value()) {}

  void GrowTo(int64_t size) {
    while (tree_.frontier().size() < size) {
      tree_.Append(absl::StrCat(history_, tree_.frontier().size()));
    }
  }

  audit::Checkpoint At(int64_t size) const {
    return {kOrigin, size, audit::RootAt(size, tree_).value()};
  }
  std::string Note(int64_t size) const {
    return audit::SignCheckpoint(At(size), signer_).value();
  }

  // What its server sends.
  AddCheckpointRequest Request(int64_t old_size, int64_t size) const {
    AddCheckpointRequest request;
    request.old_size = old_size;
    request.note = Note(size);
    if (old_size > 0 && old_size < size) {
      request.proof = audit::ConsistencyProof(old_size, size, tree_).value();
    }
    return request;
  }
  std::string Body(int64_t old_size, int64_t size) const {
    return FormatAddCheckpoint(Request(old_size, size));
  }

  const audit::Signer& signer() const { return signer_; }

 private:
  const std::string history_;
  const audit::Signer signer_;
  audit::MemoryTree tree_;
};

class WitnessTest : public ::testing::Test {
 protected:
  WitnessTest()
      : base_(absl::StrCat(
            ::testing::TempDir(), "/",
            ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::remove_all(base_);
    fs::create_directories(base_);
    options_.name = kWitnessName;
    options_.seed = {9};
    options_.state_dir = base_ + "/state";
    options_.logs = {log_.signer().vkey()};
    log_.GrowTo(40);
    other_.GrowTo(40);
    Start();
  }

  void Start() {
    witness_ = nullptr;
    auto witness = Witness::Create(options_);
    ASSERT_OK(witness);
    witness_ = *std::move(witness);
  }

  Answer Add(const std::string& body) { return witness_->AddCheckpoint(body); }
  int Code(int64_t old_size, int64_t size) {
    return Add(log_.Body(old_size, size)).code;
  }

  // The size of the note with what the witness answered; absent: it did not
  // cosign it.
  std::optional<int64_t> Cosigned(const std::string& note,
                                  const Answer& answer) const {
    const auto key = audit::WitnessKey::Parse(witness_->vkey()).value();
    const auto opened = audit::OpenCosignedNote(note + answer.body, {key});
    if (answer.code != 200 || !opened.ok() || opened->cosignatures.empty()) {
      return std::nullopt;
    }
    return audit::ParseCheckpoint(opened->text)->size;
  }

  std::string StateFile() const {
    return absl::StrCat(options_.state_dir, "/",
                        audit::ToHex(audit::Sha256(kOrigin)));
  }
  std::string ReadState() const {
    std::ifstream file(StateFile());
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void WriteState(const std::string& content) const {
    std::ofstream(StateFile()) << content;
  }

  const std::string base_;
  Log log_{"one", 7};
  // Another history under the log's own key.
  Log other_{"another", 7};
  WitnessOptions options_;
  std::unique_ptr<Witness> witness_;
};

TEST_F(WitnessTest, CosignsWhatExtendsWhatItHasSeen) {
  for (const auto& [from, to] :
       {std::pair{0, 3}, {3, 4}, {4, 4}, {4, 17}, {17, 40}}) {
    const Answer answer = Add(log_.Body(from, to));
    EXPECT_EQ(answer.code, 200) << answer.body;
    EXPECT_EQ(Cosigned(log_.Note(to), answer), to);
  }
}

TEST_F(WitnessTest, TheRequestHasOneForm) {
  const std::string good = log_.Body(0, 3);
  ASSERT_OK(ParseAddCheckpoint(good));
  const std::string hash = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
  std::string long_proof = "old 1\n";
  for (size_t i = 0; i <= kMaxProofLines; ++i) long_proof += hash;
  for (const std::string& bad :
       {std::string(), std::string("\n\n"), good.substr(1),
        "old  0" + good.substr(5),
        absl::StrReplaceAll(good, {{"old 0", "old 00"}}),
        absl::StrReplaceAll(good, {{"old 0", "old -1"}}),
        absl::StrReplaceAll(good, {{"old 0", "old +1"}}),
        absl::StrReplaceAll(good, {{"old 0", "old 9223372036854775808"}}),
        absl::StrReplaceAll(good, {{"old 0\n", "old 0\nAAAA\n"}}),
        absl::StrReplaceAll(good, {{"old 0\n", "old 0\n" + hash.substr(1)}}),
        absl::StrReplaceAll(good, {{"\n\n", "\n"}}),
        long_proof + good.substr(5), good.substr(0, good.size() - 1),
        good + std::string(kMaxBodyBytes, 'x')}) {
    EXPECT_EQ(Add(bad).code, 400) << bad.substr(0, 100);
  }
  EXPECT_EQ(Code(0, 3), 200) << "nothing of it was taken";
}

TEST_F(WitnessTest, KnowsItsLogsByOriginAndKey) {
  const audit::Signer unknown =
      audit::Signer::Create("tidemark/01234567/hips/1", {7}).value();
  AddCheckpointRequest request;
  request.note =
      audit::SignCheckpoint({unknown.name(), 1, {}}, unknown).value();
  EXPECT_EQ(Add(FormatAddCheckpoint(request)).code, 404);
  Log forged("one", 8);
  forged.GrowTo(3);
  EXPECT_EQ(Add(forged.Body(0, 3)).code, 403) << "another key";
  // Its own line, but of another tree.
  request.note = absl::StrReplaceAll(log_.Note(3), {{"\n3\n", "\n2\n"}});
  EXPECT_EQ(Add(FormatAddCheckpoint(request)).code, 403);
  // Signatures of strangers neither help nor harm.
  request = log_.Request(0, 3);
  request.note += unknown.SignatureLine("some text\n").value();
  EXPECT_EQ(Add(FormatAddCheckpoint(request)).code, 200);
  EXPECT_THAT(ReadState(), Not(HasSubstr("hips")));
}

TEST_F(WitnessTest, TheOldSizeIsWhatItHas) {
  EXPECT_EQ(Code(4, 3), 400);
  const Answer first = Add(log_.Body(2, 3));
  EXPECT_EQ(first.code, 409);
  EXPECT_EQ(first.body, "0\n");
  EXPECT_EQ(first.content_type, "text/x.tlog.size");
  ASSERT_EQ(Code(0, 8), 200);
  const Answer later = Add(log_.Body(3, 9));
  EXPECT_EQ(later.code, 409);
  EXPECT_EQ(later.body, "8\n");
  EXPECT_EQ(Code(0, 9), 409);
  EXPECT_EQ(Code(0, 7), 409) << "never smaller";
  EXPECT_EQ(Code(9, 7), 400);
}

TEST_F(WitnessTest, NeverCosignsTwoHistories) {
  ASSERT_EQ(Code(0, 8), 200);
  // Of the same size, with the other history's own proof, and with the proof
  // of the history that it has seen.
  EXPECT_EQ(Add(other_.Body(8, 8)).code, 422);
  EXPECT_EQ(Add(other_.Body(8, 20)).code, 422);
  AddCheckpointRequest mixed = log_.Request(8, 20);
  mixed.note = other_.Note(20);
  EXPECT_EQ(Add(FormatAddCheckpoint(mixed)).code, 422);
  EXPECT_EQ(Add(other_.Body(0, 20)).code, 409);
  EXPECT_EQ(Code(8, 20), 200);
}

TEST_F(WitnessTest, ProofsAreEmptyWhereNothingIsToBeProven) {
  AddCheckpointRequest request = log_.Request(0, 8);
  request.proof = log_.Request(3, 8).proof;
  EXPECT_EQ(Add(FormatAddCheckpoint(request)).code, 422);
  ASSERT_EQ(Code(0, 8), 200);
  request.old_size = 8;
  EXPECT_EQ(Add(FormatAddCheckpoint(request)).code, 422);
  request = log_.Request(8, 20);
  request.proof.pop_back();
  EXPECT_EQ(Add(FormatAddCheckpoint(request)).code, 422);
}

TEST_F(WitnessTest, TheEmptyTreeHasOneRoot) {
  AddCheckpointRequest request;
  request.note =
      audit::SignNote(absl::StrCat(kOrigin,
                                   "\n0\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                                   "AAAAAAA=\n"),
                      log_.signer())
          .value();
  EXPECT_EQ(Add(FormatAddCheckpoint(request)).code, 422);
  request.note =
      audit::SignCheckpoint({kOrigin, 0, audit::EmptyRoot()}, log_.signer())
          .value();
  EXPECT_EQ(Add(FormatAddCheckpoint(request)).code, 200);
  EXPECT_EQ(Add(FormatAddCheckpoint(request)).code, 200) << "again";
  EXPECT_EQ(Code(0, 3), 200);
}

TEST_F(WitnessTest, ExtensionLinesAreCosignedUnread) {
  const std::string text =
      absl::StrCat(audit::FormatCheckpoint(log_.At(3)).value(), "more\n");
  AddCheckpointRequest request;
  request.note = audit::SignNote(text, log_.signer()).value();
  const Answer answer = Add(FormatAddCheckpoint(request));
  EXPECT_EQ(Cosigned(request.note, answer), 3);
  EXPECT_EQ(Code(3, 8), 200);
}

TEST_F(WitnessTest, RemembersAcrossRestarts) {
  ASSERT_EQ(Code(0, 8), 200);
  Start();
  EXPECT_THAT(witness_->DamagedLogs(), IsEmpty());
  EXPECT_EQ(Add(other_.Body(8, 8)).code, 422);
  EXPECT_EQ(Code(0, 9), 409);
  EXPECT_EQ(Code(8, 9), 200);
}

TEST_F(WitnessTest, OneProcessHasTheState) {
  EXPECT_THAT(Witness::Create(options_),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr(options_.state_dir)));
}

// The protocol's own example of a race: both start from one checkpoint.
TEST_F(WitnessTest, OfTwoRequestsAtATimeOneIsFirst) {
  for (int round = 0; round < 8; ++round) {
    fs::remove(StateFile());
    ASSERT_EQ(Code(0, 8), 200);
    std::atomic<int> ready = 0;
    std::vector<Answer> answers(2);
    std::vector<std::thread> threads;
    for (int i = 0; i < 2; ++i) {
      threads.emplace_back([&, i] {
        ++ready;
        while (ready < 2) {
        }
        answers[i] = Add(log_.Body(8, 9 + i));
      });
    }
    for (std::thread& thread : threads) thread.join();
    const int winner = answers[0].code == 200 ? 0 : 1;
    EXPECT_EQ(answers[winner].code, 200);
    EXPECT_EQ(answers[1 - winner].code, 409);
    EXPECT_EQ(answers[1 - winner].body, absl::StrCat(9 + winner, "\n"));
  }
}

TEST_F(WitnessTest, ADamagedFileStopsItsLogByName) {
  ASSERT_EQ(Code(0, 8), 200);
  const std::string good = ReadState();
  for (size_t i = 0; i < good.size(); i += 7) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    WriteState(bad);
    // The log's own line may change: the cosigned text is what counts.
    if (witness_->DamagedLogs().empty()) {
      EXPECT_EQ(Code(0, 9), 409) << i;
      continue;
    }
    const Answer answer = Add(log_.Body(8, 9));
    EXPECT_EQ(answer.code, 500) << i;
    EXPECT_THAT(answer.body, HasSubstr(kOrigin));
    EXPECT_THAT(answer.body, HasSubstr(StateFile()));
  }
  for (const std::string& bad :
       {std::string(), good.substr(0, 50), log_.Note(8)}) {
    WriteState(bad);
    EXPECT_EQ(Code(0, 9), 500) << bad;
    EXPECT_THAT(
        witness_->DamagedLogs(),
        ElementsAre(StatusIs(absl::StatusCode::kDataLoss, HasSubstr(kOrigin))));
  }
  WriteState(good);
  EXPECT_EQ(Code(8, 9), 200);
}

TEST_F(WitnessTest, TheStateOfAnotherWitnessIsNotItsOwn) {
  ASSERT_EQ(Code(0, 8), 200);
  options_.seed = {10};
  Start();
  EXPECT_EQ(Code(8, 9), 500);
}

TEST_F(WitnessTest, NothingIsCosignedThatCannotBeKept) {
  ASSERT_EQ(Code(0, 8), 200);
  // In the way of the draft.
  fs::create_directory(StateFile() + ".new");
  const Answer answer = Add(log_.Body(8, 9));
  EXPECT_EQ(answer.code, 500) << answer.body;
  fs::remove(StateFile() + ".new");
  EXPECT_EQ(Code(8, 9), 200);
}

TEST_F(WitnessTest, AfterARotationEitherKeyIsGood) {
  const audit::Signer next = audit::Signer::Create(kOrigin, {8}).value();
  ASSERT_EQ(Code(0, 8), 200);
  // The checkpoint that both keys sign passes also before the operator knows
  // the new one.
  AddCheckpointRequest both = log_.Request(8, 9);
  both.note +=
      next.SignatureLine(audit::FormatCheckpoint(log_.At(9)).value()).value();
  EXPECT_EQ(Add(FormatAddCheckpoint(both)).code, 200);
  AddCheckpointRequest later = log_.Request(9, 10);
  later.note = audit::SignCheckpoint(log_.At(10), next).value();
  EXPECT_EQ(Add(FormatAddCheckpoint(later)).code, 403);
  options_.logs.push_back(next.vkey());
  Start();
  EXPECT_EQ(Add(FormatAddCheckpoint(later)).code, 200);
  options_.logs.push_back(next.vkey());
  witness_ = nullptr;
  EXPECT_THAT(
      Witness::Create(options_),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("named twice")));
}

TEST_F(WitnessTest, AnswersOverHttp) {
  ASSERT_OK_AND_ASSIGN(const auto server,
                       HttpServer::Start(witness_.get(), "127.0.0.1:0"));
  const std::string url = absl::StrCat("http://127.0.0.1:", server->port());
  ASSERT_OK_AND_ASSIGN(const auto client, WitnessClient::Create(url));
  ASSERT_OK_AND_ASSIGN(const Answer first,
                       client->AddCheckpoint(log_.Request(0, 8)));
  EXPECT_EQ(Cosigned(log_.Note(8), first), 8);
  ASSERT_OK_AND_ASSIGN(const Answer stale,
                       client->AddCheckpoint(log_.Request(3, 9)));
  EXPECT_EQ(stale.code, 409);
  EXPECT_EQ(stale.body, "8\n");
  EXPECT_EQ(stale.content_type, "text/x.tlog.size");

  httplib::Client raw(url);
  const std::string path = kAddCheckpointPath;
  EXPECT_EQ(raw.Get(path)->status, 404);
  EXPECT_EQ(raw.Post("/other", log_.Body(8, 9), "text/plain")->status, 404);
  EXPECT_EQ(
      raw.Post(path, std::string(kMaxBodyBytes + 1, 'x'), "text/plain")->status,
      413);
  EXPECT_EQ(raw.Post(path, {{"Content-Encoding", "gzip"}}, log_.Body(8, 9),
                     "text/plain")
                ->status,
            415);
  const auto without_end = [](size_t /*offset*/, httplib::DataSink& sink) {
    sink.done();
    return true;
  };
  EXPECT_EQ(raw.Post(path, without_end, "text/plain")->status, 415)
      << "chunks have no length";
  EXPECT_THAT(HttpServer::Start(witness_.get(),
                                absl::StrCat("127.0.0.1:", server->port())),
              StatusIs(absl::StatusCode::kUnavailable, _));
  server->Stop();
  server->Wait();
  EXPECT_THAT(client->AddCheckpoint(log_.Request(8, 9)),
              StatusIs(absl::StatusCode::kUnavailable, _));
}

TEST(WitnessClientTest, AddressesHaveOneForm) {
  for (const char* good : {"http://127.0.0.1:7430", "https://w.example/a/b/",
                           "http://localhost"}) {
    EXPECT_OK(WitnessClient::Create(good)) << good;
  }
  for (const char* bad :
       {"", "127.0.0.1:7430", "http://", "ftp://w.example", "http:///a"}) {
    EXPECT_THAT(WitnessClient::Create(bad),
                StatusIs(absl::StatusCode::kInvalidArgument, _))
        << bad;
  }
  EXPECT_THAT(HttpServer::Start(nullptr, "7430"),
              StatusIs(absl::StatusCode::kInvalidArgument, _));
}

}  // namespace
}  // namespace tidemark::witness
