#include "tests/figures/knee_figures.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/testing/status_matchers.h"
#include "server/server.h"
#include "tests/testing/example_review.h"

namespace tidemark::testing {
namespace {

void Apply(const v1::Change& change, ServerFixture& fixture) {
  v1::ApplyResponse response;
  const auto applied = fixture.Apply(change, &response);
  ASSERT_TRUE(applied.ok()) << applied.error_message();
}

void Release(const std::string& tag, ServerFixture& fixture) {
  v1::Change change;
  change.mutable_make_release()->set_tag(tag);
  Apply(change, fixture);
}

}  // namespace

std::unique_ptr<ServerFixture> KneeFigures::fixture_;
std::unique_ptr<client::Client> KneeFigures::client_;
std::vector<v1::Analysis> KneeFigures::analyses_;

void KneeFigures::SetUpTestSuite() {
  server::ServerOptions server_options;
  server_options.data_dir = absl::StrCat(::testing::TempDir(), "/knee");
  std::filesystem::remove_all(server_options.data_dir);
  fixture_ = std::make_unique<ServerFixture>(server_options);
  fixture_->CreateExample();
  fixture_->SubmitOneByOne(10);
  Release("2026.1", *fixture_);
  const std::vector<v1::Trial> trials = ExampleTrials();
  for (size_t i = 10; i < trials.size(); ++i) {
    Apply(SubmitTrials({trials[i]}), *fixture_);
  }
  Release("2026.2", *fixture_);
  client::ConnectOptions options;
  options.target = "the server";
  options.channel = fixture_->server->InProcessChannel();
  ASSERT_OK_AND_ASSIGN(client_, client::Client::Connect(options));
  ASSERT_OK_AND_ASSIGN(const auto analyses,
                       client_->ListAnalyses(kExampleReview));
  for (const v1::AnalysisRecord& record : analyses.analyses()) {
    analyses_.push_back(record.analysis());
  }
  ASSERT_EQ(analyses_.size(), 21);
}

void KneeFigures::TearDownTestSuite() {
  client_.reset();
  fixture_.reset();
}

cli::PlotQuestion KneeFigures::Question(const v1::Analysis& analysis) {
  return {kExampleReview, analysis.analysis_id(), {}};
}

std::vector<std::string> KneeFigures::RowsOf(const report::Figure& figure) {
  std::vector<std::string> rows =
      absl::StrSplit(figure.csv, '\n', absl::SkipEmpty());
  rows.erase(rows.begin());
  return rows;
}

}  // namespace tidemark::testing
