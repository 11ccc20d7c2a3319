#include "client/cli/plot_read.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/cli/estimate_read.h"
#include "client/cli/known_later.h"
#include "tidemark/v1/review.pb.h"

namespace tidemark::cli {
namespace {

absl::StatusOr<v1::Analysis> ReadAnalysis(client::Client& client,
                                          const PlotQuestion& question) {
  ASSIGN_OR_RETURN(const auto analyses,
                   client.ListAnalyses(question.review, question.as_of));
  for (const v1::AnalysisRecord& record : analyses.analyses()) {
    if (record.analysis().analysis_id() == question.analysis) {
      return record.analysis();
    }
  }
  return absl::NotFoundError(absl::StrCat("review \"", question.review,
                                          "\" has no analysis \"",
                                          question.analysis, "\""));
}

absl::StatusOr<v1::Review> ReadProtocol(client::Client& client,
                                        const PlotQuestion& question) {
  ASSIGN_OR_RETURN(auto answer,
                   client.GetReview(question.review, question.as_of));
  return std::move(*answer.mutable_review());
}

}  // namespace

absl::StatusOr<PlotEstimate> ReadPlotEstimate(
    client::Client& client, const PlotQuestion& question,
    const v1::EstimateDetails& details) {
  auto answer = client.GetEstimate(question.review, question.analysis,
                                   question.as_of, details);
  if (!answer.ok()) return AsNotEstimable(answer.status());
  PlotEstimate read;
  read.answer = *std::move(answer);
  // Others may write meanwhile.
  PlotQuestion then = question;
  if (then.as_of.moment_case() == v1::AsOf::MOMENT_NOT_SET) {
    then.as_of.set_sequence(read.answer.head_sequence());
  }
  ASSIGN_OR_RETURN(read.analysis, ReadAnalysis(client, then));
  ASSIGN_OR_RETURN(read.protocol, ReadProtocol(client, then));
  read.subject = report::SubjectOf(read.protocol, read.analysis);
  read.subject.remarks = KnownLaterLines(read.answer.known_later());
  read.as_of = then.as_of;
  return read;
}

absl::Status CheckTreatments(int treatments) {
  if (treatments <= report::kMostTreatments) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("this figure is of at most ", report::kMostTreatments,
                   " treatments, and there are ", treatments,
                   ": the tables of `league` and `rank` have them all"));
}

absl::StatusOr<report::Subject> ReadSubject(client::Client& client,
                                            const PlotQuestion& question) {
  ASSIGN_OR_RETURN(const v1::Analysis analysis, ReadAnalysis(client, question));
  ASSIGN_OR_RETURN(const v1::Review protocol, ReadProtocol(client, question));
  return report::SubjectOf(protocol, analysis);
}

}  // namespace tidemark::cli
