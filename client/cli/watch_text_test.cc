#include "client/cli/watch_text.h"

#include <sstream>
#include <string>

#include "client/cli/output.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tidemark/v1/watch_service.pb.h"

namespace tidemark::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kEntry[] = R"(
    entry {
      entry {
        sequence: 7 actor: "ada" action: "trials.submit"
        resource: "trials/matas-2019" reason: "search"
      }
      estimates {
        analysis_id: "pain-6m" effect_measure: MD small_values_desirable: true
        studies_used: 5
        random {
          relative_effects {
            first: "ha" second: "msc2" effect: 16 lower: -8.58 upper: 40.58
          }
        }
      }
      estimates_left_out: "rank"
      events {
        kind: SIGNIFICANCE_LOST importance: MAJOR analysis_id: "pain-6m"
        sequence: 7 first: "ha" second: "msc2"
        before { effect: 22.59 lower: 9.2 upper: 35.97 class: HARM }
        after { effect: 16 lower: -8.58 upper: 40.58 class: INCONCLUSIVE }
      }
      events {
        kind: CONNECTED importance: NOTABLE analysis_id: "pain-6m" sequence: 7
      }
    })";

constexpr char kItem[] = R"(
    snapshot_item {
      sequence: 7
      analysis { analysis { analysis_id: "pain-6m" } }
      estimate { analysis_id: "pain-6m" studies_used: 5 }
      conclusions { best_ranked: ["msc2", "msc3"] }
    })";

std::string Printed(const std::string& text, OutputFormat format,
                    bool with_comparisons = false) {
  v1::WatchResponse message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message));
  std::ostringstream data;
  std::ostringstream messages;
  Output output(format, /*color=*/false, &data, &messages);
  PrintWatchMessage(message, with_comparisons, output);
  EXPECT_EQ(messages.str(), "");
  return data.str();
}

TEST(WatchTextTest, PeopleReadAnEntryAndThenItsEvents) {
  EXPECT_THAT(
      Printed(kEntry, OutputFormat::kTable),
      AllOf(HasSubstr("trials.submit trials/matas-2019 by ada: search  "
                      "pain-6m, rank\n"
                      "  pain-6m: SIGNIFICANCE_LOST  ha versus msc2  "
                      "22.59 [9.20, 35.97] -> 16.0 [-8.6, 40.6]  "
                      "harm -> inconclusive  (major)\n"
                      "  pain-6m: CONNECTED  whole network  (notable)\n"),
            HasSubstr("\n  left out, as later entries moved them again: rank"),
            Not(HasSubstr("first minus second"))));
}

TEST(WatchTextTest, WhoNamedAnalysesReadsTheirComparisons) {
  EXPECT_THAT(Printed(kEntry, OutputFormat::kTable, true),
              AllOf(HasSubstr("\n  first minus second; MD; lower is better\n"),
                    HasSubstr("\n  pain-6m: ha versus msc2  16.0 [-8.6, 40.6]  "
                              "includes no difference  (MD, 5 studies)\n")));
}

TEST(WatchTextTest, ProgramsReadARowAnEntry) {
  EXPECT_THAT(Printed(kEntry, OutputFormat::kPlainRows, true),
              ::testing::EndsWith(
                  "\ttrials.submit trials/matas-2019 by ada: search\t"
                  "pain-6m,rank\tpain-6m SIGNIFICANCE_LOST ha versus msc2; "
                  "pain-6m CONNECTED whole network\n"));
}

TEST(WatchTextTest, JsonIsTheMessageOnOneLine) {
  const std::string json = Printed(kEntry, OutputFormat::kJson);
  EXPECT_EQ(json.find('\n'), json.size() - 1);
  EXPECT_THAT(json, HasSubstr("\"kind\":\"SIGNIFICANCE_LOST\""));
}

TEST(WatchTextTest, SnapshotsHaveAnItemARowAndAnEnd) {
  EXPECT_EQ(Printed(kItem, OutputFormat::kPlainRows),
            "7\t\tsnapshot\tpain-6m\t\n");
  EXPECT_THAT(
      Printed(kItem, OutputFormat::kTable),
      HasSubstr("snapshot: 5 studies, best ranked msc2, msc3  pain-6m"));
  EXPECT_EQ(Printed("snapshot_end { sequence: 7 }", OutputFormat::kPlainRows),
            "7\t\tsnapshot complete\t\t\n");
}

}  // namespace
}  // namespace tidemark::cli
