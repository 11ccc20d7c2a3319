#include "review/plan_drafts.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "review/drafts.h"
#include "review/log_verifier.h"
#include "review/plan_change.h"
#include "review/redaction.h"
#include "review/testing/honest_log.h"
#include "review/testing/toy_review.h"
#include "review/testing/violations.h"
#include "tidemark/v1/change.pb.h"

namespace tidemark::review {
namespace {

using google::protobuf::util::MessageDifferencer;
using testing::Correct;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::HonestLog;
using ::testing::IsEmpty;
using testing::StatusIs;
using testing::Submit;
using testing::ToyTrial;

constexpr char kSd[] = "results[pain/6m/ha].continuous.sd";

v1::Change SetPolicy(v1::Policy::Extraction extraction,
                     v1::Policy::Adjudication adjudication =
                         v1::Policy::ADJUDICATION_UNSPECIFIED) {
  v1::Change change;
  v1::Policy& policy = *change.mutable_set_policy()->mutable_policy();
  policy.set_extraction(extraction);
  policy.set_adjudication(adjudication);
  return change;
}

v1::Change Approve(const std::string& trial, int64_t sequence) {
  v1::Change change;
  v1::DraftName* name = change.mutable_approve_drafts()->add_drafts();
  name->set_trial_id(trial);
  name->set_sequence(sequence);
  return change;
}

v1::Change Reject(const std::string& trial, int64_t sequence) {
  v1::Change change;
  v1::DraftName* name = change.mutable_reject_drafts()->add_drafts();
  name->set_trial_id(trial);
  name->set_sequence(sequence);
  return change;
}

// Takes every difference from one of the two drafts.
v1::Change Adjudicate(const ReviewState& state, const std::string& trial,
                      int64_t first, int64_t second, int64_t take) {
  v1::Change change;
  v1::AdjudicateTrial& adjudicate = *change.mutable_adjudicate_trial();
  adjudicate.set_trial_id(trial);
  adjudicate.set_first_sequence(first);
  adjudicate.set_second_sequence(second);
  const v1::Extraction extraction = ExtractionOf(state, trial);
  for (const v1::DraftConflict& conflict : extraction.conflicts()) {
    v1::Resolution* resolution = adjudicate.add_resolutions();
    resolution->set_path(conflict.path());
    resolution->set_take(take);
  }
  return change;
}

v1::Trial WithSd(double sd) {
  v1::Trial trial = ToyTrial("alpha");
  trial.mutable_results(0)->mutable_continuous()->set_sd(sd);
  return trial;
}

// The toy protocol with its analysis and this policy: three entries.
HonestLog LogUnder(const v1::Change& policy) {
  HonestLog log;
  log.Append(testing::PutReview(testing::ToyReview()));
  log.Append(testing::PutAnalyses({testing::PainAnalysis()}));
  log.Append(policy);
  return log;
}

HonestLog SecondReviewer() {
  return LogUnder(SetPolicy(v1::Policy::SECOND_REVIEWER));
}

HonestLog DoubleExtraction(v1::Policy::Adjudication adjudication) {
  return LogUnder(SetPolicy(v1::Policy::DOUBLE_EXTRACTION, adjudication));
}

absl::Status Refusal(const HonestLog& log, const v1::Change& change,
                     const std::string& actor,
                     const std::string& auth_method = "token") {
  return PlanChange(log.state(), testing::kToyReview, change,
                    {actor, auth_method})
      .status();
}

v1::Draft DraftAt(const HonestLog& log, int64_t sequence) {
  const KeptDraft* kept = log.state().drafts().Find("alpha", sequence);
  return kept == nullptr ? v1::Draft() : kept->draft;
}

v1::Extraction::State Waiting(const HonestLog& log) {
  return ExtractionOf(log.state(), "alpha").state();
}

LogVerifier Verify(const HonestLog& log) {
  LogVerifier verifier(testing::kToyReview);
  for (const testing::LoggedEntry& entry : log.entries()) {
    EXPECT_OK(verifier.Add(entry.bytes(), entry.evidence));
  }
  EXPECT_OK(verifier.Finish());
  return verifier;
}

TEST(PolicyTest, HasVersionsAndAnswersForThePast) {
  HonestLog log = SecondReviewer();
  EXPECT_EQ(log.entries().back().leaf.action, "policy.set");
  EXPECT_EQ(log.entries().back().leaf.resource, "policy");
  log.Append(SetPolicy(v1::Policy::SINGLE));
  EXPECT_EQ(log.state().PolicyAsOf(2), nullptr);
  EXPECT_EQ(log.state().PolicyAsOf(3)->policy().extraction(),
            v1::Policy::SECOND_REVIEWER);
  EXPECT_EQ(log.state().PolicyAsOf(4)->version(), 2);
  EXPECT_EQ(log.state().PolicyAsOf(9)->policy().extraction(),
            v1::Policy::SINGLE);
}

TEST(PolicyTest, SaysWhatIsWrong) {
  const HonestLog log = SecondReviewer();
  const auto invalid = [](const std::string& why) {
    return StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(why));
  };
  EXPECT_THAT(
      Refusal(log, SetPolicy(v1::Policy::EXTRACTION_UNSPECIFIED), "ana"),
      invalid("SINGLE, SECOND_REVIEWER or DOUBLE"));
  EXPECT_THAT(Refusal(log, SetPolicy(v1::Policy::DOUBLE_EXTRACTION), "ana"),
              invalid("AGREEMENT or THIRD_PERSON"));
  EXPECT_THAT(
      Refusal(log, SetPolicy(v1::Policy::SINGLE, v1::Policy::THIRD_PERSON),
              "ana"),
      invalid("only for DOUBLE_EXTRACTION"));
  v1::Change change = SetPolicy(v1::Policy::SINGLE);
  change.mutable_set_policy()->set_expected_version(0);
  EXPECT_THAT(Refusal(log, change, "ana"),
              StatusIs(absl::StatusCode::kAborted,
                       HasSubstr("policy is at version 1, not 0")));
}

TEST(PolicyTest, TwoPeopleNeedCredentials) {
  const auto needed =
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("token file"));
  HonestLog log = LogUnder(SetPolicy(v1::Policy::SINGLE));
  EXPECT_OK(Refusal(log, SetPolicy(v1::Policy::SINGLE), "local", "none"));
  EXPECT_THAT(
      Refusal(log, SetPolicy(v1::Policy::SECOND_REVIEWER), "local", "none"),
      needed);
  log.Append(SetPolicy(v1::Policy::SECOND_REVIEWER));
  EXPECT_THAT(Refusal(log, SetPolicy(v1::Policy::SINGLE), "local", "none"),
              needed);
  EXPECT_THAT(Refusal(log, Submit({ToyTrial()}), "local", "none"), needed);
  log.Append(Submit({ToyTrial()}), "ana");
  EXPECT_THAT(Refusal(log, Approve("alpha", 5), "local", "none"), needed);
}

TEST(SecondReviewerTest, SubmissionWaitsForAnotherActor) {
  HonestLog log = SecondReviewer();
  const auto& drafted = log.Append(Submit({ToyTrial("alpha")}), "ana");
  EXPECT_EQ(drafted.leaf.action, "trials.draft");
  EXPECT_EQ(drafted.leaf.resource, "trials/alpha");
  EXPECT_EQ(drafted.leaf.version_after, 0);
  EXPECT_THAT(drafted.leaf.analyses, IsEmpty());
  EXPECT_EQ(log.state().FindTrial("alpha"), nullptr);
  EXPECT_EQ(Waiting(log), v1::Extraction::AWAITS_APPROVAL);
  EXPECT_THAT(Refusal(log, Approve("alpha", 4), "ana"),
              StatusIs(absl::StatusCode::kPermissionDenied,
                       HasSubstr("\"ana\" wrote draft 4")));

  const auto& approved = log.Append(Approve("alpha", 4), "ben");
  EXPECT_EQ(approved.leaf.action, "trials.approve");
  EXPECT_EQ(approved.leaf.version_before, 0);
  EXPECT_EQ(approved.leaf.version_after, 1);
  EXPECT_EQ(approved.leaf.analyses.size(), 1);
  const v1::TrialRecord& record = log.state().FindTrial("alpha")->record;
  EXPECT_EQ(record.actor(), "ben");
  EXPECT_THAT(record.drafts(), ElementsAre(4));
  EXPECT_EQ(DraftAt(log, 4).state(), v1::Draft::TAKEN);
  EXPECT_EQ(DraftAt(log, 4).closed_by(), "ben");
  EXPECT_EQ(DraftAt(log, 4).became_version(), 1);
  EXPECT_EQ(Waiting(log), v1::Extraction::CLOSED);
  // The next version was made of no draft.
  log.Append(testing::SetStatus({"alpha"}, v1::TrialStatus::EXCLUDED), "ana");
  EXPECT_THAT(log.state().FindTrial("alpha")->record.drafts(), IsEmpty());
  Verify(log);
}

TEST(SecondReviewerTest, DraftOfAnOlderVersionCannotTakeEffect) {
  HonestLog log = SecondReviewer();
  log.Append(Submit({ToyTrial("alpha")}), "ana");
  log.Append(Approve("alpha", 4), "ben");
  log.Append(Correct("alpha", kSd, "21"), "ana");
  log.Append(Correct("alpha", kSd, "22"), "cem");
  log.Append(Approve("alpha", 6), "ben");
  EXPECT_THAT(Refusal(log, Approve("alpha", 7), "ben"),
              StatusIs(absl::StatusCode::kAborted,
                       HasSubstr("at version 2, and the draft of sequence 7 by "
                                 "\"cem\" is of version 1")));
  // A retraction does not wait, and what it overtakes does not take effect.
  log.Append(Correct("alpha", kSd, "23"), "ana");
  log.Append(
      testing::SetStatus({"alpha"}, v1::TrialStatus::RETRACTED, "10.1/n"),
      "ana");
  EXPECT_EQ(log.state().FindTrial("alpha")->record.status(),
            v1::TrialStatus::RETRACTED);
  EXPECT_THAT(Refusal(log, Approve("alpha", 9), "ben"),
              StatusIs(absl::StatusCode::kAborted,
                       HasSubstr("at version 3, and the draft of sequence 9 by "
                                 "\"ana\" is of version 2")));
}

TEST(SecondReviewerTest, ProtocolOfTheApprovalCounts) {
  HonestLog log = SecondReviewer();
  log.Append(Submit({ToyTrial("alpha")}), "ana");
  v1::Review review = testing::ToyReview();
  review.mutable_treatments(1)->set_id("cells");
  review.mutable_node_maps(0)->mutable_rules(1)->set_treatment("cells");
  review.mutable_node_maps(1)->mutable_rules(1)->set_treatment("cells");
  log.Append(testing::PutReview(review));
  EXPECT_THAT(Refusal(log, Approve("alpha", 4), "ben"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("draft 4 of trials/alpha")));
}

TEST(SecondReviewerTest, ClosedDraftsStay) {
  HonestLog log = SecondReviewer();
  log.Append(Submit({WithSd(1)}), "ana");
  log.Append(Submit({WithSd(2)}), "ana");
  log.Append(Submit({WithSd(3)}), "ben");
  EXPECT_EQ(log.entries().back().leaf.action, "trials.draft");
  log.Append(Reject("alpha", 6), "ana");
  log.Append(Reject("alpha", 5), "ana");
  EXPECT_EQ(log.entries().back().leaf.action, "trials.reject");
  EXPECT_EQ(DraftAt(log, 4).state(), v1::Draft::SUPERSEDED);
  EXPECT_EQ(DraftAt(log, 5).state(), v1::Draft::REJECTED);
  EXPECT_EQ(DraftAt(log, 5).closed_by(), "ana");
  EXPECT_EQ(DraftAt(log, 4).trial().results(0).continuous().sd(), 1);
  EXPECT_THAT(Refusal(log, Approve("alpha", 5), "ben"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("REJECTED since sequence 8 by ana")));
  EXPECT_THAT(
      Refusal(log, Approve("alpha", 9), "ben"),
      StatusIs(absl::StatusCode::kNotFound, HasSubstr("open are: none")));
}

TEST(DoubleExtractionTest, TheSameTwiceTakesEffect) {
  HonestLog log = DoubleExtraction(v1::Policy::THIRD_PERSON);
  log.Append(Submit({ToyTrial("alpha")}), "ana");
  EXPECT_EQ(Waiting(log), v1::Extraction::AWAITS_SECOND);
  EXPECT_THAT(Refusal(log, Approve("alpha", 4), "ben"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("one of two extractions")));
  v1::Trial again = ToyTrial("alpha");
  again.set_title("In other words");
  const auto& second = log.Append(Submit({again, ToyTrial("beta")}), "ben");
  EXPECT_EQ(second.leaf.action, "trials.submit");
  const v1::TrialRecord& record = log.state().FindTrial("alpha")->record;
  EXPECT_EQ(record.trial().title(), ToyTrial("alpha").title());
  EXPECT_THAT(record.drafts(), ElementsAre(4, 5));
  EXPECT_EQ(record.actor(), "ben");
  EXPECT_EQ(DraftAt(log, 4).state(), v1::Draft::TAKEN);
  EXPECT_EQ(DraftAt(log, 5).state(), v1::Draft::TAKEN);
  EXPECT_EQ(DraftAt(log, 5).closed_at(), 5);
  EXPECT_EQ(log.state().FindTrial("beta"), nullptr);
  Verify(log);
}

TEST(DoubleExtractionTest, AThirdPersonAdjudicates) {
  HonestLog log = DoubleExtraction(v1::Policy::THIRD_PERSON);
  log.Append(Submit({WithSd(18)}), "ana");
  log.Append(Submit({WithSd(81)}), "ben");
  EXPECT_EQ(Waiting(log), v1::Extraction::CONFLICT);
  const auto conflicts = ExtractionOf(log.state(), "alpha").conflicts();
  ASSERT_EQ(conflicts.size(), 1);
  EXPECT_EQ(conflicts[0].path(), kSd);
  EXPECT_EQ(conflicts[0].first(), "18");
  EXPECT_EQ(conflicts[0].second(), "81");
  EXPECT_THAT(Refusal(log, Submit({WithSd(18)}), "cem"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("was extracted by ana (draft 4) and ben")));
  v1::Change settle = Adjudicate(log.state(), "alpha", 4, 5, 5);
  for (const char* extractor : {"ana", "ben"}) {
    EXPECT_THAT(Refusal(log, settle, extractor),
                StatusIs(absl::StatusCode::kPermissionDenied,
                         HasSubstr("wants a third person")));
  }
  settle.mutable_adjudicate_trial()->mutable_resolutions(0)->set_value("17.5");
  EXPECT_EQ(log.Append(settle, "cem").leaf.action, "trials.adjudicate");
  const v1::TrialRecord& record = log.state().FindTrial("alpha")->record;
  EXPECT_EQ(record.trial().results(0).continuous().sd(), 17.5);
  EXPECT_THAT(record.drafts(), ElementsAre(4, 5));
  EXPECT_EQ(DraftAt(log, 4).closed_by(), "cem");
  Verify(log);
}

TEST(DoubleExtractionTest, ByAgreementAnotherActorApproves) {
  HonestLog log = DoubleExtraction(v1::Policy::AGREEMENT);
  log.Append(Submit({WithSd(18)}), "ana");
  log.Append(Submit({WithSd(81)}), "ben");
  const v1::Change settle = Adjudicate(log.state(), "alpha", 4, 5, 5);
  EXPECT_EQ(log.Append(settle, "ana").leaf.action, "trials.draft");
  EXPECT_EQ(DraftAt(log, 6).kind(), v1::Draft::ADJUDICATION);
  EXPECT_EQ(Waiting(log), v1::Extraction::AWAITS_APPROVAL);
  EXPECT_THAT(Refusal(log, Approve("alpha", 6), "ana"),
              StatusIs(absl::StatusCode::kPermissionDenied,
                       HasSubstr("another actor approves it")));
  HonestLog stricter = log;
  stricter.Append(
      SetPolicy(v1::Policy::DOUBLE_EXTRACTION, v1::Policy::THIRD_PERSON));
  EXPECT_THAT(Refusal(stricter, Approve("alpha", 6), "ben"),
              StatusIs(absl::StatusCode::kPermissionDenied,
                       HasSubstr("wants a third person")));
  EXPECT_OK(Refusal(stricter, Approve("alpha", 6), "cem"));

  log.Append(Approve("alpha", 6), "ben");
  const v1::TrialRecord& record = log.state().FindTrial("alpha")->record;
  EXPECT_EQ(record.trial().results(0).continuous().sd(), 81);
  EXPECT_THAT(record.drafts(), ElementsAre(4, 5, 6));
  for (const int64_t draft : {4, 5, 6}) {
    EXPECT_EQ(DraftAt(log, draft).state(), v1::Draft::TAKEN);
  }
  Verify(log);
}

TEST(DoubleExtractionTest, AnAdjudicationEndsWithWhatItWasMadeOf) {
  HonestLog log = DoubleExtraction(v1::Policy::AGREEMENT);
  log.Append(Submit({WithSd(18)}), "ana");
  log.Append(Submit({WithSd(81)}), "ben");
  log.Append(Adjudicate(log.state(), "alpha", 4, 5, 5), "ana");
  log.Append(Submit({WithSd(82)}), "ben");
  EXPECT_EQ(DraftAt(log, 6).state(), v1::Draft::SUPERSEDED);
  EXPECT_EQ(Waiting(log), v1::Extraction::CONFLICT);
  log.Append(Adjudicate(log.state(), "alpha", 4, 7, 7), "ana");
  log.Append(Reject("alpha", 8), "ben");
  EXPECT_EQ(DraftAt(log, 4).state(), v1::Draft::OPEN);
  EXPECT_EQ(Waiting(log), v1::Extraction::CONFLICT);
}

TEST(DoubleExtractionTest, CorrectionsAreApproved) {
  HonestLog log = DoubleExtraction(v1::Policy::THIRD_PERSON);
  log.Append(Submit({ToyTrial("alpha")}), "ana");
  log.Append(Submit({ToyTrial("alpha")}), "ben");
  log.Append(Correct("alpha", kSd, "21"), "ana");
  EXPECT_EQ(Waiting(log), v1::Extraction::AWAITS_APPROVAL);
  EXPECT_OK(Refusal(log, Approve("alpha", 6), "ben"));
  EXPECT_THAT(Refusal(log, Approve("alpha", 6), "ana"),
              StatusIs(absl::StatusCode::kPermissionDenied,
                       HasSubstr("another actor approves it")));
}

TEST(DraftRedactionTest, VersionsMadeOfADraftLoseItsWords) {
  for (const bool of_first : {true, false}) {
    HonestLog log = DoubleExtraction(v1::Policy::AGREEMENT);
    v1::Trial first = WithSd(18);
    v1::Trial second = WithSd(81);
    (of_first ? first : second).set_notes("asked Jane Doe");
    log.Append(Submit({first}), "ana");
    log.Append(Submit({second}), "ben");
    log.Append(Adjudicate(log.state(), "alpha", 4, 5, of_first ? 4 : 5), "ana");
    log.Append(Approve("alpha", 6), "ben");
    ASSERT_EQ(log.state().FindTrial("alpha")->record.trial().notes(),
              "asked Jane Doe");
    log.Append(
        testing::SetStatus({"alpha"}, v1::TrialStatus::CONCERN, "10.1/n"));
    log.Redact({of_first ? 4 : 5});
    for (const auto& entry : log.entries()) {
      EXPECT_THAT(entry.evidence.SerializeAsString(),
                  Not(HasSubstr("Jane Doe")))
          << entry.leaf.sequence;
    }
    EXPECT_EQ(log.state().FindTrial("alpha")->record.trial().notes(),
              kErasedWords);
    EXPECT_EQ(DraftAt(log, of_first ? 4 : 5).trial().notes(), kErasedWords);
    EXPECT_EQ(DraftAt(log, 6).trial().notes(), kErasedWords);
    Verify(log);
  }
}

TEST(DraftRedactionTest, WordsOfAnAdjudicationAndOfACorrectionGoToo) {
  HonestLog log = DoubleExtraction(v1::Policy::THIRD_PERSON);
  log.Append(Submit({WithSd(18)}), "ana");
  log.Append(Submit({WithSd(81)}), "ben");
  v1::Change settle = Adjudicate(log.state(), "alpha", 4, 5, 5);
  v1::Resolution* notes = settle.mutable_adjudicate_trial()->add_resolutions();
  notes->set_path("notes");
  notes->set_value("Jane Doe decided");
  log.Append(settle, "cem");
  log.Append(Correct("alpha", "notes", "John Doe"), "ana");
  log.Append(Approve("alpha", 7), "ben");
  // The correction quotes what it replaced: it is added.
  log.Redact({6});
  for (const auto& entry : log.entries()) {
    EXPECT_THAT(entry.evidence.SerializeAsString(),
                ::testing::Not(HasSubstr("Jane Doe")))
        << entry.leaf.sequence;
  }
  Verify(log);
}

// Actors who do whatever comes to mind. What the rules refuse is not logged; of
// what they allow the test keeps its own account.
class Walk {
 public:
  explicit Walk(unsigned seed) : random_(seed), log_(SecondReviewer()) {}

  void Step() {
    const std::string actor = Pick({"ana", "ben", "cem"});
    const v1::Change change = AnyChange();
    const ReviewState before = log_.state();
    const auto plan =
        PlanChange(before, testing::kToyReview, change, {actor, "token"});
    if (!plan.ok()) return;
    log_.Append(change, actor);
    ++accepted_[log_.entries().back().leaf.action];
    CheckVersions(before, actor, plan->delta);
    CheckDrafts(before, actor);
  }

  void CheckReplay() {
    const LogVerifier verifier = Verify(log_);
    const auto& expected = log_.state().drafts().by_trial();
    const auto& actual = verifier.state().drafts().by_trial();
    ASSERT_EQ(actual.size(), expected.size());
    for (const auto& [trial, drafts] : expected) {
      const auto& others = actual.at(trial);
      ASSERT_EQ(others.size(), drafts.size());
      for (size_t i = 0; i < drafts.size(); ++i) {
        EXPECT_TRUE(
            MessageDifferencer::Equals(others[i]->draft, drafts[i]->draft));
      }
    }
  }

  // Erases the words of entries here and there: what the log came to must not
  // change.
  void Redact() {
    for (int i = 0; i < 12; ++i) {
      const auto sequence =
          static_cast<int64_t>(random_() % log_.entries().size() + 1);
      v1::Change change;
      ASSERT_TRUE(change.ParseFromString(
          log_.entries()[static_cast<size_t>(sequence - 1)].evidence.change()));
      if (log_.state().redactions().count(sequence) > 0 ||
          WordsOf(change).empty()) {
        continue;
      }
      log_.Redact({sequence});
      ++accepted_["changes.redact"];
    }
  }

  const std::map<std::string, int>& accepted() const { return accepted_; }

 private:
  std::string Pick(const std::vector<std::string>& of) {
    return of[random_() % of.size()];
  }

  v1::Change AnyChange() {
    const std::string trial = Pick({"alpha", "beta"});
    std::vector<int64_t> drafts = {1};
    for (const auto& kept : log_.state().drafts().Of(trial)) {
      if (random_() % 8 == 0 || kept->draft.state() == v1::Draft::OPEN) {
        drafts.push_back(kept->draft.sequence());
      }
    }
    const auto draft = [&] { return drafts[random_() % drafts.size()]; };
    switch (random_() % 24) {
      case 0:
        return SetPolicy(v1::Policy::SECOND_REVIEWER);
      case 1:
        return SetPolicy(v1::Policy::DOUBLE_EXTRACTION,
                         v1::Policy::THIRD_PERSON);
      case 2:
        return SetPolicy(v1::Policy::DOUBLE_EXTRACTION, v1::Policy::AGREEMENT);
      case 3:
        return testing::SetStatus({trial}, random_() % 2 == 0
                                               ? v1::TrialStatus::EXCLUDED
                                               : v1::TrialStatus::REINSTATED);
      case 4:
      case 5:
        return random_() % 3 == 0
                   ? Correct(trial, "notes", Pick({"", "asked Jim Doe"}))
                   : Correct(trial, kSd, absl::StrCat(10 + random_() % 3));
      case 6:
        return Reject(trial, draft());
      case 7:
      case 8:
      case 9:
      case 10:
        return Approve(trial, draft());
      case 11:
      case 12:
      case 13:
      case 14:
      case 15: {
        std::vector<int64_t> extractions;
        for (const auto& kept : log_.state().drafts().Of(trial)) {
          if (kept->draft.state() == v1::Draft::OPEN &&
              kept->draft.kind() == v1::Draft::SUBMISSION) {
            extractions.push_back(kept->draft.sequence());
          }
        }
        extractions.resize(std::max<size_t>(extractions.size(), 2), draft());
        v1::Change settle =
            Adjudicate(log_.state(), trial, extractions[0], extractions[1],
                       extractions[random_() % 2]);
        for (auto& resolution :
             *settle.mutable_adjudicate_trial()->mutable_resolutions()) {
          if (resolution.path() == "notes" && random_() % 2 == 0) {
            resolution.set_value("decided by Joan Doe");
          }
        }
        return settle;
      }
      default: {
        v1::Trial submitted = ToyTrial(trial);
        submitted.mutable_results(0)->mutable_continuous()->set_sd(
            10 + static_cast<double>(random_() % 3));
        submitted.set_title(Pick({"Alpha", "Alpha et al."}));
        submitted.set_notes(Pick({"", "asked Jane Doe", "asked John Doe"}));
        return Submit({submitted});
      }
    }
  }

  // No version without two people who have credentials, but for its status.
  void CheckVersions(const ReviewState& before, const std::string& actor,
                     const Delta& delta) {
    for (const v1::TrialRecord& written : delta.trials) {
      const std::string& id = written.trial().trial_id();
      const v1::TrialRecord& record = log_.state().FindTrial(id)->record;
      const TrialVersion* was = before.FindTrial(id);
      EXPECT_EQ(record.version(),
                was == nullptr ? 1 : was->record.version() + 1);
      if (was != nullptr && was->record.status() != record.status()) continue;
      std::set<std::string> people = {actor};
      std::set<std::string> extractors;
      for (const int64_t sequence : record.drafts()) {
        const KeptDraft* kept = log_.state().drafts().Find(id, sequence);
        ASSERT_NE(kept, nullptr);
        EXPECT_EQ(kept->draft.state(), v1::Draft::TAKEN);
        EXPECT_EQ(kept->draft.became_version(), record.version());
        EXPECT_EQ(kept->draft.base_version(), record.version() - 1);
        people.insert(kept->draft.actor());
        if (kept->draft.kind() == v1::Draft::SUBMISSION) {
          extractors.insert(kept->draft.actor());
        }
        if (log_.entries().back().leaf.action == "trials.approve" &&
            kept->made_of.empty() && record.drafts_size() == 1) {
          EXPECT_NE(kept->draft.actor(), actor);
        }
      }
      EXPECT_GE(people.size(), 2U);
      if (ExtractionRule(before) != v1::Policy::DOUBLE_EXTRACTION) continue;
      if (extractors.empty()) continue;  // a correction
      EXPECT_EQ(extractors.size(), 2U);
      const bool settled =
          !(log_.entries().back().leaf.action == "trials.submit");
      if (settled && before.policies().back().policy().adjudication() ==
                         v1::Policy::THIRD_PERSON) {
        EXPECT_EQ(people.size(), 3U);
      }
    }
  }

  // A draft is written once, closed at most once, and never changes else.
  void CheckDrafts(const ReviewState& before, const std::string& actor) {
    const int64_t entry = log_.state().sequence();
    for (const auto& [trial, drafts] : log_.state().drafts().by_trial()) {
      std::map<std::string, int> open;
      for (const auto& kept : drafts) {
        const v1::Draft& draft = kept->draft;
        const KeptDraft* was = before.drafts().Find(trial, draft.sequence());
        if (was == nullptr) {
          EXPECT_EQ(draft.sequence(), entry);
          EXPECT_EQ(draft.actor(), actor);
        } else {
          EXPECT_TRUE(
              MessageDifferencer::Equals(was->draft.trial(), draft.trial()));
          if (was->draft.state() != v1::Draft::OPEN) {
            EXPECT_TRUE(MessageDifferencer::Equals(was->draft, draft));
          }
        }
        EXPECT_EQ(draft.state() == v1::Draft::OPEN, draft.closed_at() == 0);
        if (draft.state() != v1::Draft::OPEN) continue;
        for (const int64_t source : kept->made_of) {
          EXPECT_EQ(log_.state().drafts().Find(trial, source)->draft.state(),
                    v1::Draft::OPEN);
        }
        const bool adjudication = draft.kind() == v1::Draft::ADJUDICATION;
        EXPECT_LE(++open[absl::StrCat(draft.actor(), adjudication)], 1);
      }
    }
    for (const auto& [trial, drafts] : before.drafts().by_trial()) {
      EXPECT_GE(log_.state().drafts().Of(trial).size(), drafts.size());
    }
  }

  std::mt19937 random_;
  HonestLog log_;
  std::map<std::string, int> accepted_;
};

TEST(TwoPeopleTest, WhateverIsTriedTheRulesHold) {
  std::map<std::string, int> accepted;
  for (unsigned seed = 1; seed <= 5; ++seed) {
    SCOPED_TRACE(seed);
    Walk walk(seed);
    for (int i = 0; i < 300; ++i) walk.Step();
    walk.CheckReplay();
    walk.Redact();
    walk.CheckReplay();
    for (const auto& [action, times] : walk.accepted()) {
      accepted[action] += times;
    }
  }
  for (const char* action :
       {"policy.set", "trials.draft", "trials.submit", "trials.approve",
        "trials.reject", "trials.adjudicate", "trials.exclude",
        "changes.redact"}) {
    EXPECT_GE(accepted[action], 10) << action;
  }
}

}  // namespace
}  // namespace tidemark::review
