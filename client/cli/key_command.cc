#include "client/cli/key_command.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "audit/key_history.h"
#include "base/status_macros.h"
#include "client/cli/exit_code.h"
#include "client/cli/session.h"
#include "client/cli/table.h"
#include "client/client.h"
#include "google/protobuf/struct.pb.h"

namespace tidemark::cli {
namespace {

// Key `i` signs trees of these sizes; 0: there is no end yet.
struct Sizes {
  int64_t from = 0;
  int64_t to = 0;
};

Sizes SizesOf(const audit::KeyHistory& keys, size_t i) {
  const bool is_last = i + 1 == keys.keys().size();
  return {keys.keys()[i].from_size,
          is_last ? 0 : keys.keys()[i + 1].from_size - 1};
}

// How the key came to sign.
std::string OriginOf(const audit::KeyHistory& keys, size_t i) {
  if (i == 0) return "first";
  return keys.keys()[i].restored ? "restored from a backup" : "rotated";
}

google::protobuf::Struct AsStruct(const std::string& review,
                                  const audit::KeyHistory& keys) {
  google::protobuf::Struct result;
  (*result.mutable_fields())["review_id"].set_string_value(review);
  auto* const list = (*result.mutable_fields())["keys"].mutable_list_value();
  for (size_t i = 0; i < keys.keys().size(); ++i) {
    auto& key = *list->add_values()->mutable_struct_value()->mutable_fields();
    const Sizes sizes = SizesOf(keys, i);
    key["vkey"].set_string_value(keys.keys()[i].vkey);
    key["from_size"].set_number_value(static_cast<double>(sizes.from));
    if (sizes.to > 0) {
      key["to_size"].set_number_value(static_cast<double>(sizes.to));
    }
    key["origin"].set_string_value(OriginOf(keys, i));
  }
  return result;
}

Table AsTable(const audit::KeyHistory& keys) {
  Table table = {"", {{"sizes"}, {"origin"}, {"vkey"}}, {}};
  for (size_t i = 0; i < keys.keys().size(); ++i) {
    const Sizes sizes = SizesOf(keys, i);
    table.rows.push_back(
        {Text(sizes.to == 0 ? absl::StrCat(sizes.from, "-")
                            : absl::StrCat(sizes.from, "-", sizes.to)),
         Text(OriginOf(keys, i)), Text(keys.keys()[i].vkey)});
  }
  return table;
}

absl::StatusOr<ExitCode> Show(Session& session, const std::string& argument) {
  ASSIGN_OR_RETURN(const std::string review, session.Review(argument));
  ASSIGN_OR_RETURN(client::Client* const client, session.Client());
  ASSIGN_OR_RETURN(const std::vector<audit::ClaimedKey> claimed,
                   client->ClaimedKeys(review));
  const absl::StatusOr<audit::KeyHistory> keys =
      audit::KeyHistory::Verify(claimed);
  if (!keys.ok()) {
    return absl::DataLossError(
        absl::StrCat("the keys of the log of review \"", review,
                     "\" do NOT verify: ", keys.status().message()));
  }
  if (session.output().is_json()) {
    session.output().PrintJson(AsStruct(review, *keys));
  } else {
    session.output().Print(AsTable(*keys));
  }
  return ExitCode::kDone;
}

absl::StatusOr<ExitCode> Rotate(Session& session, const std::string& reason) {
  ASSIGN_OR_RETURN(client::Client* const client, session.Client());
  ASSIGN_OR_RETURN(const v1::RotateKeyResponse rotated,
                   client->RotateKey(reason));
  if (session.output().is_json()) {
    session.output().PrintJson(rotated);
    return ExitCode::kDone;
  }
  Table table = {"", {{"review"}, {"sequence"}, {"vkey"}}, {}};
  for (const v1::RotatedLog& log : rotated.logs()) {
    table.rows.push_back(
        {Text(log.review_id()), Integer(log.sequence()), Text(log.vkey())});
  }
  session.output().Print(table);
  session.output().Tell(
      "Each log names its new key; the checkpoint of that entry is signed with "
      "both. Publish the new keys where you published the old ones, and back "
      "up the key file.");
  return ExitCode::kDone;
}

}  // namespace

void AddKeyCommands(CLI::App& app, Session& session) {
  CLI::App* const key =
      app.add_subcommand("key", "The keys that sign the logs");
  key->require_subcommand(1);

  CLI::App* const show = key->add_subcommand(
      "show", "Every key of a log, and the tree sizes that it signs");
  auto review = std::make_shared<std::string>();
  show->add_option("REVIEW", *review, "Review; default: --review");
  session.OnCommand(show,
                    [&session, review] { return Show(session, *review); });

  CLI::App* const rotate = key->add_subcommand(
      "rotate", "Make a new key for every log of the server");
  auto reason = std::make_shared<std::string>();
  rotate->add_option("-m,--reason", *reason, "Why")
      ->required()
      ->type_name("REASON");
  session.OnCommand(rotate,
                    [&session, reason] { return Rotate(session, *reason); });
}

}  // namespace tidemark::cli
