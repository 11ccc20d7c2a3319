// PATH=VALUE edits of a trial.
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "client/cli/field_edit.h"
#include "google/protobuf/util/message_differencer.h"
#include "review/field_path.h"
#include "review/testing/toy_review.h"
#include "tests/fuzz/fuzz_check.h"

namespace tidemark::testing {
namespace {

using google::protobuf::util::MessageDifferencer;

v1::Trial RichTrial() {
  v1::Trial trial = ToyTrial();
  AddEvents("ha", 1, 20, &trial);
  AddContrast("ha", "msc1", 3, 1, &trial);
  (*trial.mutable_arms(0)->mutable_attributes())["cell_source"] = "marrow";
  return trial;
}

void CheckEdit(const v1::FieldEdit& edit) {
  static const v1::Trial before = RichTrial();
  v1::Trial trial = before;
  const auto old = review::SetField(edit.path(), edit.value(), &trial);
  CheckPromised(old.status(), {absl::StatusCode::kInvalidArgument});
  if (!old.ok()) {
    FuzzCheck(MessageDifferencer::Equals(trial, before),
              "an edit that is refused changes nothing");
    return;
  }
  const v1::Trial after = trial;
  const auto shown = review::SetField(edit.path(), edit.value(), &trial);
  // It changed the key that the path names.
  if (!shown.ok()) return;
  FuzzCheck(MessageDifferencer::Equals(trial, after),
            "an edit made twice is an edit made once");
  FuzzCheck(review::SetField(edit.path(), *shown, &trial).ok() &&
                MessageDifferencer::Equals(trial, after),
            "a value is written as it is shown");
}

}  // namespace
}  // namespace tidemark::testing

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidemark;           // NOLINT
  using namespace tidemark::testing;  // NOLINT
  const std::string text(AsText(data, size));
  const auto edit = cli::ParseFieldEdit(text);
  CheckPromised(edit.status(), {absl::StatusCode::kInvalidArgument});
  if (!edit.ok()) return 0;
  FuzzCheck(absl::StrCat(edit->path(), "=", edit->value()) == text,
            "an edit is parted, nothing else");
  CheckEdit(*edit);
  return 0;
}
