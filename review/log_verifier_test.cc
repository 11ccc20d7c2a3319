#include "review/log_verifier.h"

#include <functional>
#include <limits>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "audit/checkpoint.h"
#include "audit/log_origin.h"
#include "audit/merkle.h"
#include "audit/note.h"
#include "audit/sha256.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/finding.h"
#include "review/testing/honest_log.h"
#include "review/testing/toy_review.h"
#include "tidemark/v1/change.pb.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/finding.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::LoggedEntry;
using ::testing::StartsWith;
using testing::StatusIs;
using Log = std::vector<LoggedEntry>;

absl::Status Verify(const Log& log) {
  LogVerifier verifier(testing::kToyReview);
  for (const LoggedEntry& entry : log) {
    const absl::Status status = verifier.Add(entry.bytes(), entry.evidence);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

// The tamperer hashes anew whatever the leaf commits to, as a server that holds
// the signing key could.
void Recommit(LoggedEntry& entry) {
  entry.leaf.change_commitment =
      *audit::ChangeCommitment(entry.evidence.salt(), entry.evidence.change());
  for (size_t i = 0; i < entry.leaf.analyses.size(); ++i) {
    entry.leaf.analyses[i].estimate =
        audit::Sha256(entry.evidence.estimates(static_cast<int>(i)).bytes());
  }
}

// Edits a stored message and stores it again.
template <typename Message>
void EditStored(std::string* bytes, const std::function<void(Message&)>& edit) {
  Message message;
  ASSERT_TRUE(message.ParseFromString(*bytes));
  edit(message);
  *bytes = message.SerializeAsString();
}

void EditEstimate(LoggedEntry& entry,
                  const std::function<void(v1::Estimate&)>& edit) {
  const int last = entry.evidence.estimates_size() - 1;
  EditStored<v1::Estimate>(
      entry.evidence.mutable_estimates(last)->mutable_bytes(), edit);
  Recommit(entry);
}

void EditChange(LoggedEntry& entry,
                const std::function<void(v1::Change&)>& edit) {
  EditStored<v1::Change>(entry.evidence.mutable_change(), edit);
  Recommit(entry);
}

TEST(LogVerifierTest, AcceptsAnHonestLog) {
  const testing::HonestLog log = testing::ToyLog();
  LogVerifier verifier(testing::kToyReview);
  EXPECT_EQ(verifier.size(), 0);
  EXPECT_EQ(verifier.RootAt(0), audit::EmptyRoot());
  audit::Frontier frontier;
  for (const LoggedEntry& entry : log.entries()) {
    ASSERT_OK(verifier.Add(entry.bytes(), entry.evidence));
    frontier.Append(audit::LeafHash(entry.bytes()));
    EXPECT_EQ(verifier.RootAt(verifier.size()), frontier.Root());
  }
  EXPECT_EQ(verifier.size(), 5);
  // Two analyses at 2 and 3 each, alpha has both outcomes at 4, beta pain at 5.
  EXPECT_EQ(verifier.estimates(), 7);
  EXPECT_EQ(verifier.largest_deviation(), 0);
  EXPECT_EQ(verifier.state().FindTrial("beta")->record.status(),
            v1::TrialStatus::RETRACTED);
}

TEST(LogVerifierTest, EstimatesOfAnOlderBuildComeOutAsItStoredThem) {
  const Log log = testing::ToyLog("tidemark 0.1.0").entries();
  LogVerifier verifier(testing::kToyReview);
  for (const LoggedEntry& entry : log) {
    ASSERT_OK(verifier.Add(entry.bytes(), entry.evidence));
  }
  EXPECT_EQ(verifier.estimates(), 7);
}

TEST(LogVerifierTest, TheNumbersOfAnOlderBuildMustHold) {
  Log log = testing::ToyLog("tidemark 0.1.0").entries();
  EditEstimate(log.back(), [](v1::Estimate& estimate) {
    estimate.mutable_random()->set_covariance(2, 99);
  });
  EXPECT_THAT(Verify(log),
              StatusIs(absl::StatusCode::kDataLoss,
                       HasSubstr("deviation of the recomputed estimate: ")));
}

// Or an operator could leave recomputation out by naming a build of his own.
TEST(LogVerifierTest, ABuildThatIsNotKnownDoesNotVerify) {
  EXPECT_THAT(Verify(testing::ToyLog("tidemark 0.0.1").entries()),
              StatusIs(absl::StatusCode::kDataLoss,
                       HasSubstr("build \"tidemark 0.0.1\" is not known")));
}

// The toy log, restored after its last entry, with an entry behind.
Log RestoredLog() {
  testing::HonestLog log = testing::ToyLog();
  const audit::Signer before =
      *audit::FirstSignerOf({1}, testing::kToyReview, 1);
  v1::Change change;
  v1::LogRestored& restored = *change.mutable_log_restored();
  restored.set_old_checkpoint(
      *audit::SignCheckpoint({before.name(), 5, {}}, before));
  restored.set_old_vkey(before.vkey());
  restored.set_vkey(audit::FirstSignerOf({1}, testing::kToyReview, 7)->vkey());
  log.Append(change);
  log.Append(testing::PutReview(testing::ToyReview()));
  return log.entries();
}

TEST(LogVerifierTest, AnEpochBeginsWhereTheLogWasRestored) {
  const Log log = RestoredLog();
  EXPECT_EQ(log[4].leaf.epoch, 1);
  EXPECT_EQ(log[5].leaf.epoch, 7);
  EXPECT_EQ(log[6].leaf.epoch, 7);
  EXPECT_OK(Verify(log));
}

TEST(LogVerifierTest, AnEpochBeginsNowhereElse) {
  Log stays = RestoredLog();
  stays[5].leaf.epoch = 1;
  EXPECT_THAT(Verify(stays), StatusIs(absl::StatusCode::kDataLoss,
                                      HasSubstr("epoch: expected 7, found 1")));
  Log other = RestoredLog();
  other[6].leaf.epoch = 8;
  EXPECT_THAT(Verify(other), StatusIs(absl::StatusCode::kDataLoss,
                                      HasSubstr("epoch: expected 7, found 8")));
}

struct Tampering {
  const char* name;
  // Of the entry that is tampered with.
  int sequence;
  std::function<void(LoggedEntry&)> tamper;
  const char* message;
};

void PrintTo(const Tampering& test, std::ostream* out) { *out << test.name; }

class TamperedLogTest : public ::testing::TestWithParam<Tampering> {};

TEST_P(TamperedLogTest, IsRefusedByItsSequence) {
  Log log = testing::ToyLog().entries();
  const int sequence = GetParam().sequence;
  GetParam().tamper(log[sequence - 1]);
  EXPECT_THAT(
      Verify(log),
      StatusIs(absl::StatusCode::kDataLoss,
               AllOf(StartsWith(absl::StrCat("sequence ", sequence, ": ")),
                     HasSubstr(GetParam().message))));
}

std::string NameOf(const ::testing::TestParamInfo<Tampering>& info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(
    Change, TamperedLogTest,
    ::testing::Values(
        Tampering{"Bytes", 3,
                  [](auto& e) { e.evidence.mutable_change()->back() ^= 1; },
                  "digest of the change: expected "},
        Tampering{"Salt", 3,
                  [](auto& e) { e.evidence.mutable_salt()->front() ^= 1; },
                  "digest of the change: expected "},
        Tampering{"SaltLength", 3,
                  [](auto& e) { e.evidence.mutable_salt()->pop_back(); },
                  "the salt of a change has 32 bytes"},
        Tampering{"NoMessage", 3,
                  [](auto& e) {
                    e.evidence.set_change("\xFF");
                    Recommit(e);
                  },
                  "the change is not a tidemark.v1.Change"},
        Tampering{
            "AgainstTheRules", 4,
            [](auto& e) {
              EditChange(e, [](v1::Change& change) {
                change.mutable_correct_trial()->mutable_edits(0)->set_value(
                    "-1");
              });
            },
            "the review's rules refuse the change: "},
        Tampering{
            "OldValue", 4,
            [](auto& e) {
              EditChange(e, [](v1::Change& change) {
                change.mutable_correct_trial()->mutable_edits(0)->set_old_value(
                    "99");
              });
            },
            "does not hold the defaults and old values"},
        Tampering{"Defaults", 2,
                  [](auto& e) {
                    EditChange(e, [](v1::Change& change) {
                      change.mutable_put_analyses()
                          ->mutable_analyses(0)
                          ->clear_level();
                    });
                  },
                  "does not hold the defaults and old values"}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Leaf, TamperedLogTest,
    ::testing::Values(
        Tampering{"Gap", 3, [](auto& e) { e.leaf.sequence = 4; },
                  "sequence in the leaf: expected 3, found 4"},
        Tampering{"Epoch", 3, [](auto& e) { e.leaf.epoch = 2; },
                  "epoch: expected 1, found 2"},
        Tampering{"Action", 3, [](auto& e) { e.leaf.action = "trials.sub"; },
                  "what the leaf says was done: expected trials.submit "},
        Tampering{"Resource", 4,
                  [](auto& e) { e.leaf.resource = "trials/beta"; },
                  "expected trials.correct trials/alpha 1->2, found "},
        Tampering{"Version", 4, [](auto& e) { e.leaf.version_after = 3; },
                  "found trials.correct trials/alpha 1->3"},
        // A trial's id may hold spaces: where action ends must be looked at.
        Tampering{"ActionAndResource", 4,
                  [](auto& e) {
                    e.leaf.action = "trials.correct trials/alpha";
                    e.leaf.resource = "1->2";
                    e.leaf.version_before = 0;
                    e.leaf.version_after = 0;
                  },
                  "what the leaf says was done"},
        Tampering{"Actor", 4, [](auto& e) { e.leaf.actor = "nobody"; },
                  "trial alpha: the stored record is not what its change made"},
        Tampering{"Reason", 4, [](auto& e) { e.leaf.reason = "none"; },
                  "trial alpha: the stored record is not what its change made"},
        // Reads as of a time look for it by bisection.
        Tampering{"TimeRunsBack", 2,
                  [](auto& e) { e.leaf.time_unix_nanos = 1; }, "time: "},
        Tampering{"Build", 4, [](auto& e) { e.leaf.engine_build = "other"; },
                  ""}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Trials, TamperedLogTest,
    ::testing::Values(
        Tampering{"Missing", 3,
                  [](auto& e) { e.evidence.mutable_trials()->RemoveLast(); },
                  "trial records stored: expected alpha, beta, found alpha"},
        Tampering{
            "Extra", 4,
            [](auto& e) { *e.evidence.add_trials() = e.evidence.trials(0); },
            "trial records stored: expected alpha, found alpha, alpha"},
        Tampering{
            "Order", 3,
            [](auto& e) { e.evidence.mutable_trials()->SwapElements(0, 1); },
            "trial records stored: expected alpha, beta, found beta"},
        // The id of a trial may hold a comma.
        Tampering{"TwoInOne", 3,
                  [](auto& e) {
                    e.evidence.mutable_trials()->RemoveLast();
                    e.evidence.mutable_trials(0)->set_id("alpha, beta");
                  },
                  "trial records stored: expected "},
        Tampering{
            "Damaged", 4,
            [](auto& e) { e.evidence.mutable_trials(0)->set_bytes("\xFF"); },
            "trial alpha: the record is damaged"},
        Tampering{"Number", 4,
                  [](auto& e) {
                    EditStored<v1::TrialRecord>(
                        e.evidence.mutable_trials(0)->mutable_bytes(),
                        [](v1::TrialRecord& record) {
                          record.mutable_trial()->set_year(1999);
                        });
                  },
                  "trial.year: expected 2016, found 1999"},
        Tampering{"Unknown", 4,
                  [](auto& e) {
                    // Field 500, a varint.
                    e.evidence.mutable_trials(0)->mutable_bytes()->append(
                        "\xA0\x1F\x01");
                  },
                  "trial alpha: the stored record is not what its change"}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Estimates, TamperedLogTest,
    ::testing::Values(
        Tampering{"Bytes", 3,
                  [](auto& e) {
                    e.evidence.mutable_estimates(1)->mutable_bytes()->append(
                        "x");
                  },
                  "analysis pain-6m: digest of the stored estimate: expected "},
        Tampering{"Missing", 3,
                  [](auto& e) { e.evidence.mutable_estimates()->RemoveLast(); },
                  "estimates stored: expected adverse, pain-6m, found adverse"},
        Tampering{"Extra", 5,
                  [](auto& e) {
                    *e.evidence.add_estimates() = e.evidence.estimates(0);
                  },
                  "estimates stored: expected pain-6m, found "},
        Tampering{"MissingInTheLeaf", 3,
                  [](auto& e) {
                    e.leaf.analyses.pop_back();
                    e.evidence.mutable_estimates()->RemoveLast();
                  },
                  "analyses in the leaf: expected adverse, pain-6m, found "},
        Tampering{"TwoInOneInTheLeaf", 3,
                  [](auto& e) {
                    e.leaf.analyses.pop_back();
                    e.leaf.analyses[0].analysis = "adverse, pain-6m";
                  },
                  "analyses in the leaf: expected "},
        Tampering{"TwoInOne", 3,
                  [](auto& e) {
                    e.evidence.mutable_estimates()->RemoveLast();
                    e.evidence.mutable_estimates(0)->set_id("adverse, pain-6m");
                  },
                  "estimates stored: expected "},
        Tampering{"Inputs", 3,
                  [](auto& e) { e.leaf.analyses[1].inputs[0] ^= 1; },
                  "analysis pain-6m: digest of the inputs: expected "},
        Tampering{"Damaged", 3,
                  [](auto& e) {
                    e.evidence.mutable_estimates(1)->set_bytes("\xFF");
                    Recommit(e);
                  },
                  "analysis pain-6m: the estimate is damaged"}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Numbers, TamperedLogTest,
    ::testing::Values(
        Tampering{"InputsNamed", 3,
                  [](auto& e) {
                    EditEstimate(e, [](v1::Estimate& estimate) {
                      estimate.set_inputs_digest(std::string(32, 'x'));
                    });
                  },
                  "the estimate names other inputs than the leaf does"},
        Tampering{
            "Effect", 3,
            [](auto& e) {
              EditEstimate(e, [](v1::Estimate& estimate) {
                estimate.mutable_random()->set_effects(1, 99);
              });
            },
            "deviation of the recomputed estimate: expected at most 1e-09, "},
        Tampering{
            "Nan", 3,
            [](auto& e) {
              EditEstimate(e, [](v1::Estimate& estimate) {
                estimate.mutable_random()->set_effects(
                    1, std::numeric_limits<double>::quiet_NaN());
              });
            },
            "deviation of the recomputed estimate: expected at most 1e-09, "},
        Tampering{"StudyDropped", 3,
                  [](auto& e) {
                    EditEstimate(e, [](v1::Estimate& estimate) {
                      estimate.mutable_studies()->RemoveLast();
                    });
                  },
                  "the stored estimate is not the recomputed one"},
        Tampering{"BuildNamed", 3,
                  [](auto& e) {
                    EditEstimate(e, [](v1::Estimate& estimate) {
                      estimate.set_engine_build("other");
                    });
                  },
                  "the estimate names another build than the leaf does"}),
    NameOf);

// Of the toy log, of which entry 4 corrects alpha, and both analyses move.
TEST(LogVerifierTest, ABadRecordIsAFinding) {
  Log log = testing::ToyLog().entries();
  EditStored<v1::TrialRecord>(
      log[3].evidence.mutable_trials(0)->mutable_bytes(),
      [](v1::TrialRecord& record) { record.mutable_trial()->set_year(1999); });
  const v1::Finding finding = FindingOf(Verify(log));
  EXPECT_EQ(finding.sequence(), 4);
  EXPECT_EQ(finding.what(),
            "trial alpha: the stored record is not what its change made: "
            "trial.year");
  EXPECT_EQ(finding.expected(), "2016");
  EXPECT_EQ(finding.actual(), "1999");
  EXPECT_THAT(finding.records(), ElementsAre("trials/alpha"));
  EXPECT_EQ(finding.estimates_size(), 0);
}

TEST(LogVerifierTest, ABadEstimateIsAFindingAboutItAlone) {
  Log log = testing::ToyLog().entries();
  log[3].evidence.mutable_estimates(1)->mutable_bytes()->append("x");
  const v1::Finding finding = FindingOf(Verify(log));
  EXPECT_EQ(finding.sequence(), 4);
  EXPECT_EQ(finding.what(), "analysis pain-6m: digest of the stored estimate");
  EXPECT_EQ(finding.expected(), audit::ToHex(log[3].leaf.analyses[1].estimate));
  EXPECT_EQ(finding.actual(),
            audit::ToHex(audit::Sha256(log[3].evidence.estimates(1).bytes())));
  EXPECT_THAT(finding.records(), ElementsAre("trials/alpha"));
  ASSERT_EQ(finding.estimates_size(), 1);
  EXPECT_EQ(finding.estimates(0).analysis_id(), "pain-6m");
  EXPECT_EQ(finding.estimates(0).first_sequence(), 4);
  EXPECT_EQ(finding.estimates(0).count(), 1);
}

TEST(LogVerifierTest, AMissingEstimateIsAFindingAboutItAlone) {
  Log log = testing::ToyLog().entries();
  log[2].evidence.mutable_estimates()->RemoveLast();
  const v1::Finding finding = FindingOf(Verify(log));
  ASSERT_EQ(finding.estimates_size(), 1);
  EXPECT_EQ(finding.estimates(0).analysis_id(), "pain-6m");
}

TEST(LogVerifierTest, RefusesEntriesOutOfOrder) {
  Log log = testing::ToyLog().entries();
  std::swap(log[2], log[3]);
  EXPECT_THAT(Verify(log), StatusIs(absl::StatusCode::kDataLoss,
                                    StartsWith("sequence 3: sequence in the "
                                               "leaf: expected 3, found 4")));
}

TEST(LogVerifierTest, RefusesALogWithoutItsStart) {
  Log log = testing::ToyLog().entries();
  log.erase(log.begin());
  EXPECT_THAT(Verify(log), StatusIs(absl::StatusCode::kDataLoss,
                                    StartsWith("sequence 1: ")));
}

TEST(LogVerifierTest, RefusesALeafThatIsNone) {
  const testing::HonestLog log = testing::ToyLog();
  LogVerifier verifier(testing::kToyReview);
  EXPECT_THAT(
      verifier.Add("leaf", log.entries()[0].evidence),
      StatusIs(absl::StatusCode::kDataLoss, StartsWith("sequence 1: leaf: ")));
}

TEST(LogVerifierTest, RefusesTheLogOfAnotherReview) {
  const testing::HonestLog log = testing::ToyLog();
  LogVerifier verifier("other");
  EXPECT_THAT(verifier.Add(log.entries()[0].bytes(), log.entries()[0].evidence),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("review_id")));
}

}  // namespace
}  // namespace tidemark::review
