#include "review/blame.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/testing/toy_review.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {
namespace {

using ::testing::IsEmpty;

constexpr char kSd[] = "results[pain/6m/ha].continuous.sd";

// Versions of a trial, each at ten times its sequence.
class Versions {
 public:
  // What the next version changes is the caller's.
  v1::TrialRecord& Add(const std::string& actor, const std::string& reason) {
    v1::TrialRecord next;
    if (versions_.empty()) {
      *next.mutable_trial() = testing::ToyTrial();
      next.set_status(v1::TrialStatus::INCLUDED);
    } else {
      next = versions_.back();
    }
    next.set_version(next.version() + 1);
    next.set_sequence(next.version() * 10);
    next.mutable_time()->set_seconds(next.version() * 100);
    next.set_actor(actor);
    next.set_reason(reason);
    versions_.push_back(next);
    return versions_.back();
  }

  v1::BlamedField FieldOf(const std::string& path) const {
    for (const v1::BlamedField& field : Blame(versions_)) {
      if (field.path() == path) return field;
    }
    ADD_FAILURE() << "nothing is blamed for " << path;
    return {};
  }

 private:
  std::vector<v1::TrialRecord> versions_;
};

v1::Continuous& PainOfHa(v1::TrialRecord& record) {
  return *record.mutable_trial()->mutable_results(0)->mutable_continuous();
}

TEST(BlameTest, AFieldIsOfTheVersionSinceWhichItHasItsValue) {
  Versions versions;
  versions.Add("ada", "first search");
  PainOfHa(versions.Add("ben", "SE was read as SD")).set_sd(16);
  versions.Add("cy", "another field").mutable_trial()->set_title("Alpha");
  const v1::BlamedField sd = versions.FieldOf(kSd);
  EXPECT_EQ(sd.value(), "16");
  EXPECT_EQ(sd.version(), 2);
  EXPECT_EQ(sd.sequence(), 20);
  EXPECT_EQ(sd.time().seconds(), 200);
  EXPECT_EQ(sd.actor(), "ben");
  EXPECT_EQ(sd.reason(), "SE was read as SD");
  EXPECT_EQ(sd.previous_value(), "21");
  EXPECT_EQ(versions.FieldOf("title").actor(), "cy");
  const v1::BlamedField year = versions.FieldOf("year");
  EXPECT_EQ(year.actor(), "ada");
  EXPECT_EQ(year.previous_value(), "");
}

TEST(BlameTest, AValueThatCameBackIsOfWhoBroughtItBack) {
  Versions versions;
  versions.Add("ada", "first search");
  PainOfHa(versions.Add("ben", "a slip")).set_sd(16);
  PainOfHa(versions.Add("cy", "it was right")).set_sd(21);
  const v1::BlamedField sd = versions.FieldOf(kSd);
  EXPECT_EQ(sd.actor(), "cy");
  EXPECT_EQ(sd.previous_value(), "16");
}

TEST(BlameTest, AFieldThatWasGoneAndIsBackReplacedNothing) {
  Versions versions;
  versions.Add("ada", "first search");
  PainOfHa(versions.Add("ben", "not in the report")).clear_sd();
  PainOfHa(versions.Add("cy", "it is, in the appendix")).set_sd(21);
  const v1::BlamedField sd = versions.FieldOf(kSd);
  EXPECT_EQ(sd.version(), 3);
  EXPECT_EQ(sd.previous_value(), "");
}

TEST(BlameTest, StatusAndNoticeAreOfWhoMovedTheTrial) {
  Versions versions;
  versions.Add("ada", "first search");
  v1::TrialRecord& retracted = versions.Add("eve", "publisher");
  retracted.set_status(v1::TrialStatus::RETRACTED);
  retracted.set_notice("10.1000/notice");
  const v1::BlamedField status = versions.FieldOf("status");
  EXPECT_EQ(status.value(), "RETRACTED");
  EXPECT_EQ(status.previous_value(), "INCLUDED");
  EXPECT_EQ(status.actor(), "eve");
  EXPECT_EQ(versions.FieldOf("notice").version(), 2);
}

TEST(BlameTest, NumbersSayWhereTheyStandAndHowTheyWereMade) {
  Versions versions;
  v1::Trial& trial = *versions.Add("ada", "first search").mutable_trial();
  v1::Result& result = *trial.mutable_results(0);
  result.mutable_source()->set_report("main");
  result.mutable_source()->set_locator("table 2");
  v1::Derivation& derivation = *result.add_derivations();
  derivation.set_field("sd");
  derivation.set_kind(v1::Derivation::DERIVED);
  derivation.set_method("from the standard error");
  testing::AddContrast("ha", "msc1", 3, 1, &trial)
      ->mutable_source()
      ->set_locator("page 7");
  const v1::BlamedField sd = versions.FieldOf(kSd);
  EXPECT_EQ(sd.source().locator(), "table 2");
  EXPECT_EQ(sd.derivation().method(), "from the standard error");
  const v1::BlamedField mean =
      versions.FieldOf("results[pain/6m/ha].continuous.mean");
  EXPECT_EQ(mean.source().locator(), "table 2");
  EXPECT_FALSE(mean.has_derivation());
  EXPECT_EQ(
      versions.FieldOf("contrasts[pain/6m/ha-msc1].effect").source().locator(),
      "page 7");
  // Words are not printed in a table.
  EXPECT_FALSE(versions.FieldOf("results[pain/6m/ha].instrument").has_source());
  EXPECT_FALSE(versions.FieldOf("year").has_source());
}

TEST(BlameTest, NothingHasNoFields) { EXPECT_THAT(Blame({}), IsEmpty()); }

}  // namespace
}  // namespace tidemark::review
