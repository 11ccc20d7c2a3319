#include "review/first_difference.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"

namespace tidemark::review {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::TextFormat;
using google::protobuf::util::MessageDifferencer;
using Path = std::vector<MessageDifferencer::SpecificField>;

std::string InWords(const Path& path) {
  std::string text;
  for (const MessageDifferencer::SpecificField& step : path) {
    absl::StrAppend(&text, text.empty() ? "" : ".");
    if (step.field == nullptr) {
      absl::StrAppend(&text, step.unknown_field_number);
      continue;
    }
    absl::StrAppend(&text, step.field->name());
    const int index = step.index >= 0 ? step.index : step.new_index;
    if (step.field->is_repeated()) absl::StrAppend(&text, "[", index, "]");
  }
  return text;
}

// `parent` holds the last field of the path.
std::string ValueOf(const Message& parent, const Path& path, int index) {
  const FieldDescriptor* const field = path.back().field;
  if (field == nullptr) return "an unknown field";
  std::string text;
  TextFormat::Printer printer;
  printer.SetSingleLineMode(true);
  printer.PrintFieldValueToString(parent, field,
                                  field->is_repeated() ? index : -1, &text);
  return text;
}

class FirstReporter : public MessageDifferencer::Reporter {
 public:
  void ReportAdded(const Message&, const Message& actual,
                   const Path& path) override {
    Report(path, "nothing", ValueOf(actual, path, path.back().new_index));
  }
  void ReportDeleted(const Message& expected, const Message&,
                     const Path& path) override {
    Report(path, ValueOf(expected, path, path.back().index), "nothing");
  }
  void ReportModified(const Message& expected, const Message& actual,
                      const Path& path) override {
    Report(path, ValueOf(expected, path, path.back().index),
           ValueOf(actual, path, path.back().new_index));
  }

  std::optional<Difference> Take() { return std::move(first_); }

 private:
  void Report(const Path& path, std::string expected, std::string actual) {
    if (first_.has_value()) return;
    first_ = {InWords(path), std::move(expected), std::move(actual)};
  }

  std::optional<Difference> first_;
};

}  // namespace

std::optional<Difference> FirstDifference(const Message& expected,
                                          const Message& actual) {
  FirstReporter reporter;
  MessageDifferencer differencer;
  differencer.ReportDifferencesTo(&reporter);
  if (differencer.Compare(expected, actual)) return std::nullopt;
  return reporter.Take();
}

}  // namespace tidemark::review
