#include "client/cli/order_table.h"

#include "client/cli/table.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::cli {
namespace {

TEST(OrderTableTest, EachTreatmentHasThoseBehindItAndItsTies) {
  v1::PartialOrder order;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(
        analysis_ids: "pain"
        analysis_ids: "function"
        items { treatment: "a" p_scores: 0.75 p_scores: 0.5 maximal: true }
        items { treatment: "b" p_scores: 0.75 p_scores: 0.5 maximal: true }
        items { treatment: "c" p_scores: 0 p_scores: 0.25 }
        covers { better: "a" worse: "c" }
        covers { better: "b" worse: "c" }
        ties { first: "a" second: "b" }
      )pb",
      &order));
  EXPECT_EQ(AsCsv(OrderTable(order)),
            "treatment,pain,function,directly before,none before it,tied with\n"
            "a,0.75,0.5,c,yes,b\n"
            "b,0.75,0.5,c,yes,a\n"
            "c,0,0.25,,,\n");
}

}  // namespace
}  // namespace tidemark::cli
