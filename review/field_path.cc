#include "review/field_path.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "review/field_values.h"

namespace tidemark::review {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

struct Step {
  std::string field;
  bool has_key = false;
  std::string key;
};

absl::Status Wrong(absl::string_view path, absl::string_view description) {
  return absl::InvalidArgumentError(
      absl::StrCat("path \"", path, "\": ", description));
}

// Splits at dots outside brackets.
absl::StatusOr<std::vector<Step>> ParsePath(absl::string_view path) {
  std::vector<Step> steps;
  size_t at = 0;
  while (at <= path.size()) {
    Step step;
    while (at < path.size() && path[at] != '.' && path[at] != '[') {
      step.field += path[at++];
    }
    if (step.field.empty()) return Wrong(path, "a field name is missing");
    if (at < path.size() && path[at] == '[') {
      const size_t end = path.find(']', at);
      if (end == absl::string_view::npos)
        return Wrong(path, "\"]\" is missing");
      step.has_key = true;
      step.key = std::string(path.substr(at + 1, end - at - 1));
      at = end + 1;
      if (at < path.size() && path[at] != '.') {
        return Wrong(path, "after \"]\" must come \".\" or the end");
      }
    }
    steps.push_back(step);
    if (at == path.size()) break;
    ++at;
  }
  return steps;
}

std::string FieldNames(const Descriptor& type) {
  std::vector<std::string> names;
  names.reserve(type.field_count());
  for (int i = 0; i < type.field_count(); ++i) {
    names.push_back(type.field(i)->name());
  }
  return absl::StrJoin(names, ", ");
}

// The field of `type` that the step names.
absl::StatusOr<const FieldDescriptor*> FindField(absl::string_view path,
                                                 const Step& step,
                                                 const Descriptor& type) {
  const FieldDescriptor* field = type.FindFieldByName(step.field);
  if (field != nullptr) return field;
  return Wrong(path, absl::StrCat("\"", step.field, "\" is no field; there is ",
                                  FieldNames(type)));
}

// The element of a list of messages that the step names.
absl::StatusOr<Message*> FindElement(absl::string_view path, const Step& step,
                                     const FieldDescriptor* field,
                                     Message* message) {
  const Reflection* reflection = message->GetReflection();
  const std::vector<std::string> keys = ElementKeys(*message, *field);
  const auto found = std::find(keys.begin(), keys.end(), step.key);
  if (found != keys.end()) {
    return reflection->MutableRepeatedMessage(
        message, field, static_cast<int>(found - keys.begin()));
  }
  const std::string there = absl::StrJoin(keys, ", ");
  for (int i = 0; i < reflection->FieldSize(*message, field); ++i) {
    // Results of two instruments, say: a guess could correct the wrong one.
    if (ElementKey(reflection->GetRepeatedMessage(*message, field, i), i) ==
        step.key) {
      return Wrong(path,
                   absl::StrCat(step.field, "[", step.key,
                                "] names several elements; there is ", there));
    }
  }
  return Wrong(path, absl::StrCat(step.field, " has no [", step.key,
                                  "]; there is ", there));
}

absl::Status WriteScalar(absl::string_view path, absl::string_view value,
                         const FieldDescriptor* field, Message* message) {
  const Reflection* reflection = message->GetReflection();
  const auto wrong = [&](absl::string_view wanted) {
    return Wrong(path,
                 absl::StrCat("needs ", wanted, ", found \"", value, "\""));
  };
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      reflection->SetString(message, field, std::string(value));
      return absl::OkStatus();
    case FieldDescriptor::CPPTYPE_DOUBLE: {
      double number = 0;
      if (!absl::SimpleAtod(value, &number) || !std::isfinite(number)) {
        return wrong("a finite number");
      }
      reflection->SetDouble(message, field, number);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_INT32: {
      int32_t number = 0;
      if (!absl::SimpleAtoi(value, &number)) return wrong("a whole number");
      reflection->SetInt32(message, field, number);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_BOOL:
      if (value != "true" && value != "false") return wrong("true or false");
      reflection->SetBool(message, field, value == "true");
      return absl::OkStatus();
    case FieldDescriptor::CPPTYPE_ENUM: {
      const EnumValueDescriptor* found =
          field->enum_type()->FindValueByName(std::string(value));
      if (found == nullptr) {
        return wrong(absl::StrCat("a value of ", field->enum_type()->name()));
      }
      reflection->SetEnum(message, field, found);
      return absl::OkStatus();
    }
    default:
      return Wrong(path, "names a record, not a single field");
  }
}

absl::StatusOr<std::string> SetMapEntry(const Step& step,
                                        absl::string_view value,
                                        const FieldDescriptor* field,
                                        Message* message) {
  const Reflection* reflection = message->GetReflection();
  const FieldDescriptor* key = field->message_type()->map_key();
  const FieldDescriptor* entry_value = field->message_type()->map_value();
  for (int i = 0; i < reflection->FieldSize(*message, field); ++i) {
    Message* entry = reflection->MutableRepeatedMessage(message, field, i);
    if (entry->GetReflection()->GetString(*entry, key) != step.key) continue;
    const std::string old =
        entry->GetReflection()->GetString(*entry, entry_value);
    if (value.empty()) {
      reflection->SwapElements(message, field, i,
                               reflection->FieldSize(*message, field) - 1);
      reflection->RemoveLast(message, field);
    } else {
      entry->GetReflection()->SetString(entry, entry_value, std::string(value));
    }
    return old;
  }
  if (value.empty()) return std::string();
  Message* entry = reflection->AddMessage(message, field);
  entry->GetReflection()->SetString(entry, key, step.key);
  entry->GetReflection()->SetString(entry, entry_value, std::string(value));
  return std::string();
}

absl::StatusOr<std::string> SetLast(absl::string_view path, const Step& step,
                                    absl::string_view value,
                                    const FieldDescriptor* field,
                                    Message* message) {
  if (field->is_map()) {
    if (!step.has_key) return Wrong(path, "a map needs a [key]");
    return SetMapEntry(step, value, field, message);
  }
  if (field->is_repeated() || step.has_key) {
    return Wrong(path,
                 "names a list or an element, not a single field; submit "
                 "the whole trial to add or remove elements");
  }
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    return Wrong(path, absl::StrCat("names a record; its fields are ",
                                    FieldNames(*field->message_type())));
  }
  const std::string old = ScalarText(*message, *field);
  if (value.empty()) {
    message->GetReflection()->ClearField(message, field);
  } else {
    RETURN_IF_ERROR(WriteScalar(path, value, field, message));
  }
  return old;
}

}  // namespace

absl::StatusOr<std::string> SetField(absl::string_view path,
                                     absl::string_view value,
                                     Message* message) {
  ASSIGN_OR_RETURN(const std::vector<Step> steps, ParsePath(path));
  for (size_t i = 0; i < steps.size(); ++i) {
    ASSIGN_OR_RETURN(const FieldDescriptor* const field,
                     FindField(path, steps[i], *message->GetDescriptor()));
    if (i + 1 == steps.size()) {
      return SetLast(path, steps[i], value, field, message);
    }
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE ||
        field->is_map()) {
      return Wrong(path, absl::StrCat("\"", field->name(), "\" has no fields"));
    }
    if (field->is_repeated() != steps[i].has_key) {
      return Wrong(path, absl::StrCat("\"", field->name(), "\" ",
                                      field->is_repeated()
                                          ? "is a list and needs a [key]"
                                          : "is no list"));
    }
    if (field->is_repeated()) {
      ASSIGN_OR_RETURN(message, FindElement(path, steps[i], field, message));
    } else {
      // Reading a record that is not there must not make it.
      if (!message->GetReflection()->HasField(*message, field)) {
        return Wrong(path, absl::StrCat("\"", field->name(), "\" is not set"));
      }
      message = message->GetReflection()->MutableMessage(message, field);
    }
  }
  return Wrong(path, "is empty");
}

absl::StatusOr<const FieldDescriptor*> FieldAt(absl::string_view path,
                                               const Descriptor& type) {
  ASSIGN_OR_RETURN(const std::vector<Step> steps, ParsePath(path));
  const Descriptor* at = &type;
  const FieldDescriptor* field = nullptr;
  for (const Step& step : steps) {
    if (at == nullptr) {
      return Wrong(path, absl::StrCat("\"", field->name(), "\" has no fields"));
    }
    ASSIGN_OR_RETURN(field, FindField(path, step, *at));
    if (field->is_map()) field = field->message_type()->map_value();
    at = field->message_type();  // null for what is no message
  }
  if (field == nullptr) return Wrong(path, "is empty");
  return field;
}

}  // namespace tidemark::review
