// Two people: a server with tokens, its rules over the wire, and its log read
// again in every way.
#include <cstdint>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/sha256.h"
#include "base/deterministic_bytes.h"
#include "base/testing/status_matchers.h"
#include "client/client.h"
#include "client/connection.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/rebuild_command.h"
#include "server/server.h"
#include "tests/testing/example_review.h"
#include "tests/testing/server_fixture.h"

namespace tidemark {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kExampleReview;
using testing::StatusIs;

v1::Change Approve(const std::string& trial, int64_t sequence) {
  v1::Change change;
  v1::DraftName* name = change.mutable_approve_drafts()->add_drafts();
  name->set_trial_id(trial);
  name->set_sequence(sequence);
  return change;
}

// Ana and ben extract the first trial of the example; cleo is adjudicator, maia
// admin, rita reader.
class TwoPeopleTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string directory = testing::FreshDirectory();
    options_.data_dir = directory + "/data";
    options_.listen = "127.0.0.1:0";
    options_.token_file = directory + "/tokens";
    std::ofstream tokens(options_.token_file);
    for (const char* line : {"ana extractor", "ben extractor",
                             "cleo adjudicator", "maia admin", "rita reader"}) {
      const std::string actor(line, absl::string_view(line).find(' '));
      tokens << audit::ToHex(audit::Sha256("token-of-" + actor)) << " " << line
             << "\n";
    }
    tokens.close();
    Start();
    trial_ = testing::ExampleTrials()[0];
    ASSERT_OK(As("maia", testing::CreateExampleReview()));
    ASSERT_OK(As("maia", testing::PutExampleAnalyses()));
  }

  void Start() {
    server_ = nullptr;
    ASSERT_OK_AND_ASSIGN(server_, server::Server::Start(options_));
  }

  std::unique_ptr<client::Client> ClientOf(const std::string& actor) {
    client::ConnectOptions options;
    options.target = absl::StrCat("127.0.0.1:", server_->port());
    options.token = "token-of-" + actor;
    auto client = client::Client::Connect(options);
    EXPECT_OK(client);
    return *std::move(client);
  }

  absl::StatusOr<v1::ApplyResponse> As(const std::string& actor,
                                       const v1::Change& change,
                                       bool dry = false) {
    client::ApplyOptions options;
    options.reason = "because " + actor + " says so";
    options.validate_only = dry;
    return ClientOf(actor)->Apply(kExampleReview, change, options);
  }

  void SetPolicy(v1::Policy::Extraction extraction,
                 v1::Policy::Adjudication adjudication) {
    v1::Change change;
    v1::Policy& policy = *change.mutable_set_policy()->mutable_policy();
    policy.set_extraction(extraction);
    policy.set_adjudication(adjudication);
    ASSERT_OK_AND_ASSIGN(const auto response, As("maia", change));
    ASSERT_EQ(response.versions_size(), 1);
    EXPECT_EQ(response.versions(0).resource(), "policy");
  }

  std::vector<v1::Extraction> Extractions(bool open_only) {
    v1::ListExtractionsRequest request;
    request.set_review_id(kExampleReview);
    request.set_open_only(open_only);
    auto extractions = ClientOf("rita")->ListExtractions(request);
    EXPECT_OK(extractions);
    return *std::move(extractions);
  }

  server::ServerOptions options_;
  std::unique_ptr<server::Server> server_;
  v1::Trial trial_;
};

TEST_F(TwoPeopleTest, SecondReviewerApprovesWhatMoves) {
  ASSERT_NO_FATAL_FAILURE(SetPolicy(v1::Policy::SECOND_REVIEWER,
                                    v1::Policy::ADJUDICATION_UNSPECIFIED));
  const v1::Change submit = testing::SubmitTrials({trial_});
  ASSERT_OK_AND_ASSIGN(const auto tried, As("ana", submit, /*dry=*/true));
  EXPECT_THAT(tried.estimates(), IsEmpty());
  EXPECT_EQ(tried.drafts_size(), 1);

  ASSERT_OK_AND_ASSIGN(const auto drafted, As("ana", submit));
  EXPECT_THAT(drafted.versions(), IsEmpty());
  EXPECT_THAT(drafted.moved(), IsEmpty());
  ASSERT_EQ(drafted.drafts_size(), 1);
  EXPECT_EQ(drafted.drafts(0).sequence(), 4);
  EXPECT_EQ(drafted.drafts(0).actor(), "ana");
  EXPECT_FALSE(drafted.drafts(0).has_trial());

  const v1::Change approve = Approve(trial_.trial_id(), 4);
  EXPECT_THAT(As("ana", approve), StatusIs(absl::StatusCode::kPermissionDenied,
                                           HasSubstr("another actor")));
  EXPECT_THAT(As("rita", approve),
              StatusIs(absl::StatusCode::kPermissionDenied,
                       HasSubstr("adjudicator, admin, editor, extractor")));
  ASSERT_OK_AND_ASSIGN(const auto moves, As("cleo", approve, /*dry=*/true));
  EXPECT_GT(moves.estimates_size(), 0);
  ASSERT_OK_AND_ASSIGN(const auto approved, As("cleo", approve));
  ASSERT_EQ(approved.versions_size(), 1);
  EXPECT_EQ(approved.versions(0).version(), 1);
  EXPECT_EQ(approved.moved_size(), moves.estimates_size());
  EXPECT_THAT(Extractions(/*open_only=*/true), IsEmpty());

  v1::GetTrialRequest request;
  request.set_review_id(kExampleReview);
  request.set_trial_id(trial_.trial_id());
  ASSERT_OK_AND_ASSIGN(const auto trial, ClientOf("rita")->GetTrial(request));
  EXPECT_EQ(trial.record().actor(), "cleo");
  EXPECT_THAT(trial.record().drafts(), ElementsAre(4));
}

// What the drafts were is in the log: who starts over knows it again.
TEST_F(TwoPeopleTest, TwoExtractionsAreAdjudicatedAndSurviveARestart) {
  ASSERT_NO_FATAL_FAILURE(
      SetPolicy(v1::Policy::DOUBLE_EXTRACTION, v1::Policy::THIRD_PERSON));
  v1::Trial misread = trial_;
  misread.set_year(trial_.year() + 1);
  misread.set_notes("Jane Doe could not read the figure");
  ASSERT_OK(As("ana", testing::SubmitTrials({trial_})));
  ASSERT_OK(As("ben", testing::SubmitTrials({misread})));
  const auto open = Extractions(/*open_only=*/true);
  ASSERT_EQ(open.size(), 1);
  EXPECT_EQ(open[0].state(), v1::Extraction::CONFLICT);
  v1::Change change;
  v1::AdjudicateTrial& adjudicate = *change.mutable_adjudicate_trial();
  adjudicate.set_trial_id(trial_.trial_id());
  adjudicate.set_first_sequence(4);
  adjudicate.set_second_sequence(5);
  for (const v1::DraftConflict& conflict : open[0].conflicts()) {
    v1::Resolution* resolution = adjudicate.add_resolutions();
    resolution->set_path(conflict.path());
    resolution->set_take(conflict.path() == "year" ? 4 : 5);
  }
  EXPECT_THAT(As("ben", change), StatusIs(absl::StatusCode::kPermissionDenied,
                                          HasSubstr("third person")));
  ASSERT_OK(As("cleo", change));

  ASSERT_OK_AND_ASSIGN(const auto agreement,
                       ClientOf("rita")->GetAgreement(kExampleReview));
  EXPECT_EQ(agreement.agreement().trials(), 1);
  EXPECT_EQ(agreement.agreement().fields() - agreement.agreement().agreed(), 1);

  // The words of a draft are gone from the version that was made of it.
  v1::Change redact;
  redact.mutable_redact_changes()->add_sequences(5);
  ASSERT_OK(As("maia", redact));
  const std::string before = DeterministicBytes(Extractions(false)[0]);
  EXPECT_THAT(before, ::testing::Not(HasSubstr("Jane Doe")));
  ASSERT_NO_FATAL_FAILURE(Start());
  EXPECT_EQ(DeterministicBytes(Extractions(false)[0]), before);
  v1::GetTrialRequest request;
  request.set_review_id(kExampleReview);
  request.set_trial_id(trial_.trial_id());
  ASSERT_OK_AND_ASSIGN(const auto trial, ClientOf("rita")->GetTrial(request));
  EXPECT_EQ(trial.record().trial().year(), trial_.year());
  EXPECT_EQ(trial.record().trial().notes(), "[redacted]");

  ASSERT_OK_AND_ASSIGN(const auto now,
                       ClientOf("rita")->GetReview(kExampleReview));
  EXPECT_EQ(now.policy().actor(), "maia");
  v1::AsOf start;
  start.set_sequence(2);
  ASSERT_OK_AND_ASSIGN(const auto then,
                       ClientOf("rita")->GetReview(kExampleReview, start));
  EXPECT_FALSE(then.has_policy());

  server_ = nullptr;
  std::ostringstream found;
  EXPECT_OK(server::RunRebuildCheck({options_.data_dir, ""}, found));
}

// The same request again gets the first answer, whatever became of its draft.
TEST_F(TwoPeopleTest, RepeatOfASubmissionIsTheSameDraft) {
  ASSERT_NO_FATAL_FAILURE(SetPolicy(v1::Policy::SECOND_REVIEWER,
                                    v1::Policy::ADJUDICATION_UNSPECIFIED));
  client::ApplyOptions options;
  options.reason = "extracted";
  options.request_id = "once";
  const v1::Change submit = testing::SubmitTrials({trial_});
  const auto ana = ClientOf("ana");
  ASSERT_OK_AND_ASSIGN(const auto first,
                       ana->Apply(kExampleReview, submit, options));
  ASSERT_OK(As("ben", Approve(trial_.trial_id(), 4)));
  ASSERT_OK_AND_ASSIGN(const auto again,
                       ana->Apply(kExampleReview, submit, options));
  EXPECT_TRUE(again.repeated_request());
  ASSERT_EQ(again.drafts_size(), 1);
  EXPECT_EQ(again.drafts(0).SerializeAsString(),
            first.drafts(0).SerializeAsString());
  EXPECT_THAT(again.versions(), IsEmpty());
}

}  // namespace
}  // namespace tidemark
