#include "client/cli/finding_output.h"

#include "client/cli/output.h"
#include "client/cli/table.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tidemark/v1/finding.pb.h"

namespace tidemark::cli {
namespace {

v1::Finding BadRecord() {
  v1::Finding finding;
  finding.set_sequence(20);
  finding.set_what("trial matas-2019: sd");
  finding.set_expected("0.84");
  finding.set_actual("0.48");
  finding.add_records("trials/matas-2019");
  v1::ConcernedEstimates* estimates = finding.add_estimates();
  estimates->set_analysis_id("pain-6m");
  estimates->set_first_sequence(20);
  estimates->set_last_sequence(24);
  estimates->set_count(3);
  return finding;
}

TEST(FindingOutputTest, ATableHasWhatIsKnown) {
  EXPECT_EQ(AsPlainRows(FindingTable(BadRecord())),
            "sequence\t20\n"
            "what\ttrial matas-2019: sd\n"
            "expected\t0.84\n"
            "found\t0.48\n"
            "records\ttrials/matas-2019\n"
            "estimates\t3 of pain-6m, at sequences 20 to 24\n");
  v1::Finding checkpoint;
  checkpoint.set_checkpoint_size(7);
  checkpoint.set_actual("no note");
  EXPECT_EQ(AsPlainRows(FindingTable(checkpoint)),
            "checkpoint\tof size 7\nfound\tno note\n");
}

TEST(FindingOutputTest, ADocumentHasThemAsTheyAre) {
  const auto document = nlohmann::json::parse(
      ToJson(FindingStruct("knee-msc", BadRecord()), false));
  EXPECT_EQ(document, nlohmann::json::parse(R"({
    "review_id": "knee-msc", "verified": false, "sequence": 20,
    "what": "trial matas-2019: sd", "expected": "0.84", "actual": "0.48",
    "records": ["trials/matas-2019"],
    "estimates": [{"analysis": "pain-6m", "first_sequence": 20,
                   "last_sequence": 24, "count": 3}]})"));
}

}  // namespace
}  // namespace tidemark::cli
