// A server with the example review, and what its figures are of.
#ifndef TIDEMARK_TESTS_FIGURES_KNEE_FIGURES_H_
#define TIDEMARK_TESTS_FIGURES_KNEE_FIGURES_H_

#include <memory>
#include <string>
#include <vector>

#include "client/cli/plot_read.h"
#include "client/client.h"
#include "client/report/figure.h"
#include "gtest/gtest.h"
#include "tests/testing/server_fixture.h"
#include "tidemark/v1/analysis.pb.h"

namespace tidemark::testing {

// One server for all tests of a suite: none of them writes. Sixteen trials, an
// entry each; release 2026.1 after ten of them, 2026.2 after the last.
class KneeFigures : public ::testing::Test {
 protected:
  static void SetUpTestSuite();
  static void TearDownTestSuite();

  static cli::PlotQuestion Question(const v1::Analysis& analysis);
  // Of its data, without the header.
  static std::vector<std::string> RowsOf(const report::Figure& figure);

  static std::unique_ptr<ServerFixture> fixture_;
  static std::unique_ptr<client::Client> client_;
  // By id.
  static std::vector<v1::Analysis> analyses_;
};

}  // namespace tidemark::testing

#endif  // TIDEMARK_TESTS_FIGURES_KNEE_FIGURES_H_
