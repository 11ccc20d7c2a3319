#include "client/cli/blame_table.h"

#include <string>
#include <vector>

#include "client/cli/table.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace tidemark::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

v1::BlameResponse Blame() {
  v1::BlameResponse blame;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(
        fields { path: "title" value: "Matas 2019" }
        fields { path: "arms[ha].id" value: "ha" }
        fields { path: "arms[ha].label" value: "HA" }
        fields { path: "arms[msc].id" value: "msc" }
        fields { path: "results[pain/6m/ha+msc].arms" value: "msc, ha" }
        fields { path: "results[pain/6m/ha+msc].continuous.sd" value: "2" }
        fields { path: "results[pain/6m/msc].arms" value: "msc" }
        fields {
          path: "results[pain/6m/msc].continuous.sd"
          value: "16"
          version: 2
          sequence: 41
          time { seconds: 1790000000 }
          actor: "ada"
          reason: "SE was read as SD"
          action: "trials.correct"
          previous_value: "1.6"
          source { report: "main" locator: "table 2" }
          derivation { kind: DERIVED method: "from the SE" }
        }
        fields { path: "contrasts[pain/6m/msc-ha].first" value: "msc" }
        fields { path: "contrasts[pain/6m/msc-ha].second" value: "ha" }
        fields { path: "contrasts[pain/6m/msc-ha].se" value: "1" }
        fields { path: "status" value: "INCLUDED" }
      )pb",
      &blame));
  return blame;
}

std::vector<std::string> Kept(const std::string& arm,
                              const std::string& field) {
  v1::BlameResponse blame = Blame();
  KeepFields(arm, field, &blame);
  std::vector<std::string> paths;
  for (const v1::BlamedField& kept : blame.fields()) {
    paths.push_back(kept.path());
  }
  return paths;
}

TEST(KeepFieldsTest, AnArmHasItsResultsAndContrasts) {
  EXPECT_THAT(Kept("ha", ""),
              ElementsAre("arms[ha].id", "arms[ha].label",
                          "results[pain/6m/ha+msc].arms",
                          "results[pain/6m/ha+msc].continuous.sd",
                          "contrasts[pain/6m/msc-ha].first",
                          "contrasts[pain/6m/msc-ha].second",
                          "contrasts[pain/6m/msc-ha].se"));
  EXPECT_THAT(Kept("saline", ""), IsEmpty());
}

TEST(KeepFieldsTest, AFieldIsTheEndOfAPath) {
  EXPECT_THAT(Kept("ha", "sd"),
              ElementsAre("results[pain/6m/ha+msc].continuous.sd"));
  EXPECT_THAT(Kept("", "continuous.sd"),
              ElementsAre("results[pain/6m/ha+msc].continuous.sd",
                          "results[pain/6m/msc].continuous.sd"));
  EXPECT_THAT(Kept("", "status"), ElementsAre("status"));
  EXPECT_THAT(Kept("", "d"), IsEmpty());
}

TEST(BlameTableTest, SaysWhoWhenWhyAndFromWhere) {
  v1::BlameResponse blame = Blame();
  KeepFields("msc", "results[pain/6m/msc].continuous.sd", &blame);
  EXPECT_EQ(AsPlainRows(BlameTable(blame, {})),
            "results[pain/6m/msc].continuous.sd\t16\t41\t2\t"
            "2026-09-21T14:13:20Z\tada\ttrials.correct\tSE was read as SD\t"
            "1.6\tmain, table 2\tderived: from the SE\t\n");
}

// Another actor let it take effect: who wrote it stands beside them.
TEST(BlameTableTest, SaysWhoDraftedAValue) {
  v1::BlameResponse blame = Blame();
  KeepFields("msc", "results[pain/6m/msc].continuous.sd", &blame);
  v1::Draft draft;
  draft.set_sequence(40);
  draft.set_actor("ben");
  draft.set_reason("read table 2 again");
  draft.set_became_version(2);
  v1::Result& result = *draft.mutable_trial()->add_results();
  result.set_outcome("pain");
  result.set_time_point("6m");
  result.add_arms("msc");
  result.mutable_continuous()->set_sd(16);
  EXPECT_EQ(BlameTable(blame, {draft}).rows[0].back().exact,
            "ben (draft 40: read table 2 again)");
  // One that says something else did not write it.
  result.mutable_continuous()->set_sd(61);
  EXPECT_EQ(BlameTable(blame, {draft}).rows[0].back().exact, "");
}

}  // namespace
}  // namespace tidemark::cli
