#include "client/cli/export_command.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "audit/checkpoint.h"
#include "audit/sha256.h"
#include "base/status_macros.h"
#include "client/cli/estimate_read.h"
#include "client/cli/exit_code.h"
#include "client/cli/export_bundle.h"
#include "client/cli/export_netmeta.h"
#include "client/cli/export_tiles.h"
#include "client/cli/progress_bar.h"
#include "client/cli/session.h"
#include "client/client.h"
#include "client/durable_file.h"

namespace tidemark::cli {
namespace {

struct ExportOptions {
  std::string review;
  std::string output;
};

absl::StatusOr<ExitCode> RunTiles(Session& session,
                                  const ExportOptions& options) {
  ASSIGN_OR_RETURN(const std::string review, session.Review(options.review));
  if (options.output.empty()) return UsageError("-o is empty");
  ASSIGN_OR_RETURN(client::Client* const client, session.Client());
  ProgressBar bar("entries", session.progress_terminal(), absl::Now);
  ASSIGN_OR_RETURN(const ExportedTiles exported,
                   ExportTiles(*client, review, options.output,
                               [&bar](int64_t done, int64_t total) {
                                 bar.Show(done, total);
                               }));
  session.output().Tell(
      absl::StrCat("The log of ", review, " is in ", options.output,
                   " as tiles: ", exported.size, " entries, ",
                   exported.size - exported.size_before, " of them new."));
  return ExitCode::kDone;
}

absl::StatusOr<ExitCode> RunBundle(Session& session,
                                   const ExportOptions& options) {
  ASSIGN_OR_RETURN(const std::string review, session.Review(options.review));
  if (options.output.empty()) return UsageError("-o is empty");
  ASSIGN_OR_RETURN(client::Client* const client, session.Client());
  ProgressBar bar("entries", session.progress_terminal(), absl::Now);
  ASSIGN_OR_RETURN(const audit::Checkpoint head,
                   ExportBundle(*client, review, options.output,
                                [&bar](int64_t done, int64_t total) {
                                  bar.Show(done, total);
                                }));
  session.output().Tell(
      absl::StrCat("The log of ", review, " is in ", options.output, ": ",
                   head.size, " entries, root ", audit::ToHex(head.root), "."));
  return ExitCode::kDone;
}

struct NetmetaOptions {
  EstimateQuestion question;
  std::string directory;
};

// What the estimate was made from: the records as of its sequence.
absl::StatusOr<std::vector<ExportedFile>> NetmetaFiles(
    client::Client& client, const v1::Estimate& estimate) {
  const std::string& review = estimate.review_id();
  v1::AsOf as_of;
  as_of.set_sequence(estimate.sequence());
  ASSIGN_OR_RETURN(const v1::GetReviewResponse protocol,
                   client.GetReview(review, as_of));
  ASSIGN_OR_RETURN(const v1::ListAnalysesResponse analyses,
                   client.ListAnalyses(review, as_of));
  ASSIGN_OR_RETURN(const std::vector<v1::TrialRecord> records,
                   client.ListTrials(review, as_of));
  for (const v1::AnalysisRecord& record : analyses.analyses()) {
    if (record.analysis().analysis_id() != estimate.analysis_id()) continue;
    return ExportNetmeta(records, protocol.review(), record.analysis(),
                         estimate);
  }
  return absl::DataLossError(
      absl::StrCat("there is an estimate of analysis ", estimate.analysis_id(),
                   " at sequence ", estimate.sequence(), ", but no analysis"));
}

absl::StatusOr<ExitCode> RunNetmeta(Session& session,
                                    const NetmetaOptions& options) {
  if (options.directory.empty()) return UsageError("-o is empty");
  ASSIGN_OR_RETURN(const v1::GetEstimateResponse answer,
                   ReadEstimate(session, options.question));
  const v1::Estimate& estimate = answer.estimate();
  RETURN_IF_ERROR(CheckEstimable(estimate));
  ASSIGN_OR_RETURN(client::Client* const client, session.Client());
  ASSIGN_OR_RETURN(const std::vector<ExportedFile> files,
                   NetmetaFiles(*client, estimate));
  RETURN_IF_ERROR(client::MakeDirectories(options.directory));
  for (const ExportedFile& file : files) {
    RETURN_IF_ERROR(client::ReplaceFile(
        absl::StrCat(options.directory, "/", file.name), file.text));
  }
  session.output().Tell(absl::StrCat(
      estimate.analysis_id(), " of ", estimate.review_id(), " at sequence ",
      estimate.sequence(), " is in ", options.directory, ": ",
      estimate.studies_used(), " studies; `Rscript refit.R` there fits it"));
  return ExitCode::kDone;
}

void AddOptions(CLI::App* command, ExportOptions& options,
                const std::string& kind, const std::string& help) {
  command->add_option("REVIEW", options.review, "Review; default: --review");
  command->add_option("-o", options.output, help)->type_name(kind)->required();
}

}  // namespace

void AddExportCommand(CLI::App& app, Session& session) {
  CLI::App* const command = app.add_subcommand(
      "export", "A review in open formats, to be kept or checked elsewhere");
  command->require_subcommand(1);

  CLI::App* const bundle = command->add_subcommand(
      "bundle", "One file with all of it, which verify-bundle checks");
  const auto bundle_options = std::make_shared<ExportOptions>();
  AddOptions(bundle, *bundle_options, "FILE", "Where it goes, a zip file");
  session.OnCommand(bundle, [&session, bundle_options] {
    return RunBundle(session, *bundle_options);
  });

  CLI::App* const tiles = command->add_subcommand(
      "tiles", "A directory of C2SP tlog-tiles: checkpoint, hashes, leaves");
  const auto tiles_options = std::make_shared<ExportOptions>();
  AddOptions(tiles, *tiles_options, "DIR",
             "Where it goes; an earlier export there is brought up to date");
  session.OnCommand(tiles, [&session, tiles_options] {
    return RunTiles(session, *tiles_options);
  });

  CLI::App* const netmeta = command->add_subcommand(
      "netmeta",
      "An estimate's data, and an R script that fits it by netmeta or metafor");
  const auto netmeta_options = std::make_shared<NetmetaOptions>();
  AddEstimateOptions(netmeta, &netmeta_options->question);
  netmeta
      ->add_option("-o", netmeta_options->directory,
                   "Where it goes; files of an earlier export are replaced")
      ->type_name("DIR")
      ->required();
  session.OnCommand(netmeta, [&session, netmeta_options] {
    return RunNetmeta(session, *netmeta_options);
  });
}

}  // namespace tidemark::cli
