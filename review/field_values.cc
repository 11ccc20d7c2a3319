#include "review/field_values.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "review/check.h"
#include "review/result_key.h"
#include "tidemark/v1/effect_measure.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// What tells elements of the same key apart.
std::string Qualifier(const Message& element) {
  if (const auto* result = dynamic_cast<const v1::Result*>(&element)) {
    return result->instrument();
  }
  if (const auto* contrast = dynamic_cast<const v1::Contrast*>(&element)) {
    return v1::EffectMeasure::Code_Name(contrast->effect_measure());
  }
  return "";
}

// Replaces the keys that occur more than once.
template <typename Replace>
void ReplaceRepeated(std::vector<std::string>& keys, Replace replace) {
  std::map<std::string, int> count;
  for (const std::string& key : keys) ++count[key];
  for (size_t i = 0; i < keys.size(); ++i) {
    if (count[keys[i]] > 1) keys[i] = replace(static_cast<int>(i));
  }
}

bool IsNumber(const FieldDescriptor& field) {
  return field.cpp_type() != FieldDescriptor::CPPTYPE_STRING &&
         field.cpp_type() != FieldDescriptor::CPPTYPE_ENUM &&
         field.cpp_type() != FieldDescriptor::CPPTYPE_BOOL;
}

std::string RepeatedText(const Message& message, const FieldDescriptor& field,
                         int index) {
  const Reflection& of = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return of.GetRepeatedString(message, &field, index);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return Number(of.GetRepeatedDouble(message, &field, index));
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(of.GetRepeatedInt32(message, &field, index));
    case FieldDescriptor::CPPTYPE_ENUM:
      return of.GetRepeatedEnum(message, &field, index)->name();
    default:
      return "";
  }
}

void AddMap(const Message& message, const FieldDescriptor& field,
            const std::string& path, std::vector<FieldValue>& fields) {
  const Reflection& of = *message.GetReflection();
  std::map<std::string, std::string> sorted;
  for (int i = 0; i < of.FieldSize(message, &field); ++i) {
    const Message& entry = of.GetRepeatedMessage(message, &field, i);
    sorted[ScalarText(entry, *field.message_type()->map_key())] =
        ScalarText(entry, *field.message_type()->map_value());
  }
  for (auto& [key, value] : sorted) {
    // To SetField an empty value is none.
    if (value.empty()) continue;
    fields.push_back({absl::StrCat(path, "[", key, "]"), std::move(value),
                      IsNumber(*field.message_type()->map_value())});
  }
}

void AddFields(const Message& message, const std::string& prefix,
               std::vector<FieldValue>& fields) {
  const Reflection& of = *message.GetReflection();
  std::vector<const FieldDescriptor*> set;
  of.ListFields(message, &set);
  for (const FieldDescriptor* field : set) {
    const std::string path = absl::StrCat(prefix, field->name());
    if (field->is_map()) {
      AddMap(message, *field, path, fields);
    } else if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      fields.push_back({path,
                        field->is_repeated() ? ListText(message, *field)
                                             : ScalarText(message, *field),
                        IsNumber(*field)});
    } else if (!field->is_repeated()) {
      AddFields(of.GetMessage(message, field), path + ".", fields);
    } else {
      const std::vector<std::string> keys = ElementKeys(message, *field);
      for (size_t i = 0; i < keys.size(); ++i) {
        AddFields(of.GetRepeatedMessage(message, field, static_cast<int>(i)),
                  absl::StrCat(path, "[", keys[i], "]."), fields);
      }
    }
  }
}

}  // namespace

std::string ElementKey(const Message& element, int index) {
  if (const auto* result = dynamic_cast<const v1::Result*>(&element)) {
    return ResultKey(*result);
  }
  if (const auto* contrast = dynamic_cast<const v1::Contrast*>(&element)) {
    return absl::StrCat(contrast->outcome(), "/", contrast->time_point(), "/",
                        contrast->first(), "-", contrast->second());
  }
  if (const auto* bias = dynamic_cast<const v1::RiskOfBias*>(&element)) {
    return absl::StrCat(bias->outcome(), "/", bias->time_point());
  }
  if (const auto* judged = dynamic_cast<const v1::Indirectness*>(&element)) {
    return absl::StrCat(judged->outcome(), "/", judged->time_point());
  }
  const FieldDescriptor* id = element.GetDescriptor()->FindFieldByName("id");
  if (id != nullptr) return element.GetReflection()->GetString(element, id);
  return absl::StrCat(index);
}

std::vector<std::string> ElementKeys(const Message& message,
                                     const FieldDescriptor& field) {
  const Reflection& of = *message.GetReflection();
  const auto element = [&](int i) -> const Message& {
    return of.GetRepeatedMessage(message, &field, i);
  };
  std::vector<std::string> keys;
  for (int i = 0; i < of.FieldSize(message, &field); ++i) {
    keys.push_back(ElementKey(element(i), i));
  }
  ReplaceRepeated(keys, [&](int i) {
    return absl::StrCat(keys[i], "/", Qualifier(element(i)));
  });
  ReplaceRepeated(keys, [](int i) { return absl::StrCat(i); });
  return keys;
}

std::string ScalarText(const Message& message, const FieldDescriptor& field) {
  const Reflection& of = *message.GetReflection();
  if (field.has_presence() && !of.HasField(message, &field)) return "";
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return of.GetString(message, &field);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return Number(of.GetDouble(message, &field));
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(of.GetInt32(message, &field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return of.GetBool(message, &field) ? "true" : "false";
    case FieldDescriptor::CPPTYPE_ENUM:
      return of.GetEnum(message, &field)->name();
    default:
      return "";
  }
}

std::string ListText(const Message& message, const FieldDescriptor& field) {
  std::vector<std::string> values;
  for (int i = 0; i < message.GetReflection()->FieldSize(message, &field);
       ++i) {
    values.push_back(RepeatedText(message, field, i));
  }
  return absl::StrJoin(values, ", ");
}

std::vector<FieldValue> FieldsOf(const Message& record) {
  std::vector<FieldValue> fields;
  AddFields(record, "", fields);
  return fields;
}

}  // namespace tidemark::review
