#include "client/cli/verify_command.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "audit/cosignature.h"
#include "audit/note.h"
#include "base/status_macros.h"
#include "client/cli/bundle_reader.h"
#include "client/cli/exit_code.h"
#include "client/cli/finding_output.h"
#include "client/cli/json_files.h"
#include "client/cli/progress_bar.h"
#include "client/cli/session.h"
#include "client/cli/verification.h"
#include "client/cli/verification_output.h"
#include "client/cli/verify_bundle.h"
#include "client/cli/verify_data.h"
#include "client/cli/verify_online.h"
#include "client/cli/witness_quorum.h"
#include "client/client.h"
#include "client/known_logs.h"
#include "client/restored_log.h"
#include "review/finding.h"
#include "tidemark/v1/finding.pb.h"

namespace tidemark::cli {
namespace {

struct VerifyOptions {
  std::string review;
  bool deep = false;
  bool follow_restore = false;
  std::optional<std::string> data_dir;
  std::optional<std::string> anchor_file;
  std::optional<std::string> vkey;
  std::optional<std::string> checkpoint_file;
  int quorum = 0;
  std::vector<std::string> witnesses;
  std::string bundle_file;
};

// An option that is given must say something: an empty one (an unset variable
// of a script, say) would verify less than was asked for.
absl::Status CheckOptions(const VerifyOptions& options) {
  const std::pair<const char*, const std::optional<std::string>*> given[] = {
      {"--data", &options.data_dir},
      {"--anchor", &options.anchor_file},
      {"--key", &options.vkey},
      {"--checkpoint", &options.checkpoint_file}};
  for (const auto& [name, value] : given) {
    if (value->has_value() && (*value)->empty()) {
      return UsageError(absl::StrCat(name, " is empty"));
    }
  }
  if (options.anchor_file.has_value() && !options.data_dir.has_value()) {
    return UsageError("--anchor goes with --data");
  }
  if (options.witnesses.empty() != (options.quorum == 0)) {
    return UsageError("--quorum and --witness go together");
  }
  if (options.quorum > static_cast<int>(options.witnesses.size())) {
    return UsageError(absl::StrCat("--quorum ", options.quorum,
                                   " needs as many witnesses; there are ",
                                   options.witnesses.size()));
  }
  if (options.quorum > 0 && options.data_dir.has_value()) {
    return UsageError("--quorum goes with a server, not with --data");
  }
  if (options.follow_restore && options.data_dir.has_value()) {
    return UsageError("--follow-restore is about a server, not --data");
  }
  return absl::OkStatus();
}

absl::StatusOr<QuorumRule> QuorumRuleOf(const VerifyOptions& options) {
  QuorumRule rule;
  rule.least = options.quorum;
  for (const std::string& vkey : options.witnesses) {
    const auto key = audit::WitnessKey::Parse(vkey);
    if (!key.ok()) {
      return UsageError(absl::StrCat("--witness: ", key.status().message()));
    }
    rule.witnesses.push_back(*key);
  }
  const absl::Status distinct = audit::CheckDistinctWitnesses(rule.witnesses);
  if (!distinct.ok()) {
    return UsageError(absl::StrCat("--witness: ", distinct.message()));
  }
  return rule;
}

absl::StatusOr<Trust> TrustOf(const VerifyOptions& options) {
  Trust trust;
  trust.vkey = options.vkey;
  if (trust.vkey.has_value()) {
    const auto key = audit::Verifier::Parse(*trust.vkey);
    if (!key.ok()) {
      return UsageError(absl::StrCat("--key: ", key.status().message()));
    }
  }
  if (options.checkpoint_file.has_value()) {
    ASSIGN_OR_RETURN(trust.checkpoints.emplace_back(),
                     ReadInput(*options.checkpoint_file));
  }
  ASSIGN_OR_RETURN(trust.quorum, QuorumRuleOf(options));
  return trust;
}

// Adds what the client knows of the log from earlier runs to what the auditor
// brings along; `held` then also names its checkpoint.
absl::Status TrustWhatIsKnown(client::Client& client, const std::string& review,
                              Trust& trust, std::string& held) {
  ASSIGN_OR_RETURN(const std::optional<client::KnownLog> known,
                   client.KnownLogOf(review));
  if (!known.has_value()) return absl::OkStatus();
  if (!trust.vkey.has_value()) trust.vkey = known->vkey;
  trust.checkpoints.push_back(known->note);
  absl::StrAppend(&held, held.empty() ? "" : " and ",
                  "the last checkpoint seen, of size ", known->checkpoint.size);
  return absl::OkStatus();
}

absl::Status FollowRestore(Session& session, client::Client& client,
                           const std::string& review) {
  ASSIGN_OR_RETURN(const client::RestoredLog restored,
                   client.FollowRestore(review));
  session.output().Tell(
      client::RestoredText(review, session.target(), restored));
  return absl::OkStatus();
}

// Why a check failed: that what is known does not verify against a restored log
// says less than that it was restored.
absl::Status ExplainFailure(client::Client& client, client::Client& doubted,
                            const std::string& review,
                            const absl::Status& failure) {
  if (!absl::IsDataLoss(failure)) return failure;
  ASSIGN_OR_RETURN(const std::optional<client::KnownLog> known,
                   client.KnownLogOf(review));
  const auto latest = doubted.GetCheckpoint(review);
  if (!known.has_value() || !latest.ok() || latest->vkey() == known->vkey) {
    return failure;
  }
  const absl::Status refused = client.GetCheckpoint(review).status();
  return client::IsEpochChanged(refused) ? refused : failure;
}

absl::StatusOr<Verification> Check(Session& session,
                                   const VerifyOptions& options,
                                   const std::string& review, Trust& trust,
                                   std::string& held) {
  ProgressBar bar("entries", session.progress_terminal(), absl::Now);
  const Progress progress = [&bar](int64_t done, int64_t total) {
    bar.Show(done, total);
  };
  if (options.data_dir.has_value()) {
    return VerifyData(*options.data_dir, review, trust,
                      options.anchor_file.value_or(""), progress);
  }
  if (trust.vkey.has_value()) session.TrustKey(review, *trust.vkey);
  ASSIGN_OR_RETURN(client::Client* const client, session.Client());
  // What is known is of the epoch before then, and held against it last.
  if (!options.follow_restore) {
    RETURN_IF_ERROR(TrustWhatIsKnown(*client, review, trust, held));
  }
  // What the client itself would refuse is to be found and placed.
  const auto doubted = client->WithoutVerification();
  absl::StatusOr<Verification> done =
      options.deep ? VerifyOnline(*doubted, review, trust, progress)
                   : VerifyHead(*doubted, review, trust);
  if (!done.ok()) {
    return ExplainFailure(*client, *doubted, review, done.status());
  }
  if (options.follow_restore) {
    RETURN_IF_ERROR(FollowRestore(session, *client, review));
  }
  // The very one that was checked: another could be of another history.
  RETURN_IF_ERROR(client->Remember(review, done->vkey, done->checkpoint));
  return done;
}

// Prints what was found; the error then names only where. What is no finding of
// the log itself (it is not the one that is known, say) is told as it is.
// `name` is that of what was verified; `review` is empty if it is not known.
absl::Status TellFinding(Session& session, const std::string& review,
                         const std::string& name, const absl::Status& status) {
  const v1::Finding finding = review::FindingOf(status);
  if (finding.what().empty() && !session.output().is_json()) return status;
  if (session.output().is_json()) {
    session.output().PrintJson(FindingStruct(review, finding));
  } else {
    session.output().Print(FindingTable(finding));
  }
  const std::string place = review::PlaceOf(finding);
  return absl::DataLossError(
      absl::StrCat(name, " does NOT verify", place.empty() ? "" : ": ", place));
}

// What the success says. `held` names the checkpoints that the log was held
// against; empty: there were none.
std::string Conclusion(const std::string& review, const Verification& done,
                       std::string held) {
  if (done.quorum.has_value()) {
    const size_t witnesses = done.quorum->witnesses.size();
    absl::StrAppend(&held, held.empty() ? "" : ", and ", "what ", witnesses,
                    witnesses == 1 ? " witness" : " witnesses",
                    " saw, of size ", done.quorum->checkpoint.size);
  }
  if (done.deep) {
    return absl::StrCat(
        "review \"", review,
        "\" verifies: nothing was changed or removed since ",
        held.empty() ? "its first entry, as far as its own key vouches" : held);
  }
  return absl::StrCat(
      "review \"", review, "\": the latest checkpoint is signed",
      held.empty() ? "" : ", and extends ", held,
      "; records and estimates were not recomputed: --deep does it");
}

// Prints what a verification says. `held` names the checkpoints that the log
// was held against; `is_new`: that the key came with the log was not yet told.
absl::StatusOr<ExitCode> Tell(Session& session, const std::string& review,
                              const absl::StatusOr<Verification>& done,
                              const std::string& held, bool is_new) {
  if (absl::IsDataLoss(done.status())) {
    return TellFinding(session, review, absl::StrCat("review \"", review, "\""),
                       done.status());
  }
  RETURN_IF_ERROR(done.status());
  if (!done->key_was_trusted && is_new) {
    session.output().Tell(
        "the key came with the log; compare it with one that you hold, or "
        "give that with --key");
  }
  if (session.output().is_json()) {
    session.output().PrintJson(VerificationStruct(review, *done));
  } else {
    session.output().Print(VerificationTable(*done));
  }
  session.output().Tell(Conclusion(review, *done, held));
  return ExitCode::kDone;
}

std::string GivenCheckpoint(const Trust& trust) {
  return trust.checkpoints.empty() ? "" : "the checkpoint that you hold";
}

absl::StatusOr<ExitCode> Verify(Session& session,
                                const VerifyOptions& options) {
  RETURN_IF_ERROR(CheckOptions(options));
  ASSIGN_OR_RETURN(const std::string review, session.Review(options.review));
  ASSIGN_OR_RETURN(Trust trust, TrustOf(options));
  std::string held = GivenCheckpoint(trust);
  const absl::StatusOr<Verification> done =
      Check(session, options, review, trust, held);
  // From a server the first contact was told of.
  return Tell(session, review, done, held, options.data_dir.has_value());
}

absl::StatusOr<ExitCode> VerifyBundleFile(Session& session,
                                          const VerifyOptions& options) {
  RETURN_IF_ERROR(CheckOptions(options));
  ASSIGN_OR_RETURN(const Trust trust, TrustOf(options));
  const absl::StatusOr<BundleReader> bundle =
      BundleReader::Open(options.bundle_file);
  if (absl::IsDataLoss(bundle.status())) {
    return TellFinding(session, "", options.bundle_file, bundle.status());
  }
  RETURN_IF_ERROR(bundle.status());
  ProgressBar bar("entries", session.progress_terminal(), absl::Now);
  const absl::StatusOr<Verification> done = VerifyBundle(
      *bundle, trust,
      [&bar](int64_t entries, int64_t total) { bar.Show(entries, total); });
  return Tell(session, bundle->manifest().review, done, GivenCheckpoint(trust),
              /*is_new=*/true);
}

// Into an optional string of its own CLI11 would read an empty value as none.
void AddOption(CLI::App* command, const char* name,
               std::optional<std::string>* value, const char* help) {
  command->add_option_function<std::string>(
      name, [value](const std::string& given) { *value = given; }, help);
}

void AddTrustOptions(CLI::App* command, VerifyOptions& options) {
  AddOption(command, "--key", &options.vkey,
            "The log's key (vkey) that you trust");
  AddOption(command, "--checkpoint", &options.checkpoint_file,
            "File of a checkpoint that you hold");
}

}  // namespace

void AddVerifyCommand(CLI::App& app, Session& session) {
  CLI::App* const command = app.add_subcommand(
      "verify", "Check that the log is signed and extends what you hold");
  auto options = std::make_shared<VerifyOptions>();
  command->add_option("REVIEW", options->review, "Review; default: --review");
  command->add_flag("--deep", options->deep,
                    "The whole log: bytes, tree, records, estimates");
  command->add_flag("--follow-restore", options->follow_restore,
                    "Go on with a log that was restored from a backup: says "
                    "what is kept and what is lost");
  AddOption(command, "--data", &options->data_dir,
            "Data directory of a server, or a copy of one, instead of a "
            "server; always the whole log");
  AddOption(command, "--anchor", &options->anchor_file,
            "The server's anchor; default: DIR/anchor");
  AddTrustOptions(command, *options);
  command
      ->add_option("--quorum", options->quorum,
                   "So many of the witnesses must have cosigned one checkpoint")
      ->check(CLI::PositiveNumber);
  command
      ->add_option("--witness", options->witnesses,
                   "Key (vkey) of a witness that you trust; repeatable")
      ->type_name("VKEY")
      ->allow_extra_args(false);
  session.OnCommand(command,
                    [&session, options] { return Verify(session, *options); });
}

void AddVerifyBundleCommand(CLI::App& app, Session& session) {
  CLI::App* const command = app.add_subcommand(
      "verify-bundle", "Check a file of `export bundle`; needs no server");
  auto options = std::make_shared<VerifyOptions>();
  command->add_option("FILE", options->bundle_file, "The bundle")->required();
  AddTrustOptions(command, *options);
  session.OnCommand(command, [&session, options] {
    return VerifyBundleFile(session, *options);
  });
}

}  // namespace tidemark::cli
