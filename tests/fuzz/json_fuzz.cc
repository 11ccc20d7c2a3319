// JSON files as messages: what is read can be written, and is then the same.
#include <array>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "client/cli/json_files.h"
#include "client/cli/json_syntax.h"
#include "google/protobuf/message.h"
#include "google/protobuf/util/field_comparator.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/message_differencer.h"
#include "tests/fuzz/fuzz_check.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/change.pb.h"
#include "tidemark/v1/review.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::testing {
namespace {

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

void CheckMessage(const cli::JsonObject& object,
                  const google::protobuf::Message& prototype) {
  const std::unique_ptr<google::protobuf::Message> message(prototype.New());
  const absl::Status status = cli::ParseJsonObject(object, message.get());
  CheckPromised(status, {kInvalid});
  if (!status.ok()) return;
  std::string written;
  FuzzCheck(
      google::protobuf::util::MessageToJsonString(*message, &written).ok(),
      "a message that was read can be written");
  const std::unique_ptr<google::protobuf::Message> again(prototype.New());
  FuzzCheck(cli::ParseJsonObject({written, "again"}, again.get()).ok(),
            "what was written can be read");
  google::protobuf::util::DefaultFieldComparator comparator;
  comparator.set_treat_nan_as_equal(true);
  google::protobuf::util::MessageDifferencer differencer;
  differencer.set_field_comparator(&comparator);
  // libprotobuf reads -0 as 0, which is then not set any more.
  differencer.set_message_field_comparison(
      google::protobuf::util::MessageDifferencer::EQUIVALENT);
  FuzzCheck(differencer.Compare(*message, *again),
            "what was read again is the same");
}

}  // namespace
}  // namespace tidemark::testing

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidemark;           // NOLINT
  using namespace tidemark::testing;  // NOLINT
  const std::string text(AsText(data, size));
  const absl::Status syntax = cli::CheckJsonSyntax(text);
  CheckPromised(syntax, {kInvalid});
  for (const char* list_name : {"", "trials"}) {
    const auto objects = cli::SplitJson("file.json", text, list_name);
    CheckPromised(objects.status(), {kInvalid});
    if (!objects.ok()) continue;
    FuzzCheck(syntax.ok(), "objects come from JSON only");
    for (const cli::JsonObject& object : *objects) {
      CheckMessage(object, v1::Trial::default_instance());
      CheckMessage(object, v1::Review::default_instance());
      CheckMessage(object, v1::Analysis::default_instance());
      CheckMessage(object, v1::Change::default_instance());
    }
  }
  return 0;
}
