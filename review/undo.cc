#include "review/undo.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/util/message_differencer.h"
#include "review/field_values.h"

namespace tidemark::review {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::OneofDescriptor;
using google::protobuf::Reflection;
using google::protobuf::util::MessageDifferencer;

bool IsSame(const FieldDescriptor* field, const Message& a, const Message& b) {
  // Compared field by field, an explicit 0 would be the same as nothing.
  if (field->has_presence() && a.GetReflection()->HasField(a, field) !=
                                   b.GetReflection()->HasField(b, field)) {
    return false;
  }
  return MessageDifferencer().CompareWithFields(a, b, {field}, {field});
}

void CopyField(const FieldDescriptor* field, const Message& from, Message* to) {
  const std::unique_ptr<Message> copy(from.New());
  copy->CopyFrom(from);
  to->GetReflection()->SwapFields(to, copy.get(), {field});
}

void UndoRecord(const FieldDescriptor* field, const Message& before,
                const Message& after, Message* end) {
  const Reflection& of = *end->GetReflection();
  const bool was = of.HasField(before, field);
  const bool is = of.HasField(after, field);
  const bool stays = of.HasField(*end, field);
  if (was && is && stays) {
    Undo(of.GetMessage(before, field), of.GetMessage(after, field),
         of.MutableMessage(end, field));
  } else if (was && !is && !stays) {
    CopyField(field, before, end);
  } else if (!was && is) {
    of.ClearField(end, field);
  }
}

// The elements of a list of records, or the entries of a map, by key.
std::map<std::string, int> IndexesOf(const FieldDescriptor* field,
                                     const Message& message) {
  const Reflection& of = *message.GetReflection();
  std::map<std::string, int> indexes;
  if (!field->is_map()) {
    const std::vector<std::string> keys = ElementKeys(message, *field);
    for (size_t i = 0; i < keys.size(); ++i) {
      indexes[keys[i]] = static_cast<int>(i);
    }
    return indexes;
  }
  for (int i = 0; i < of.FieldSize(message, field); ++i) {
    indexes[ScalarText(of.GetRepeatedMessage(message, field, i),
                       *field->message_type()->map_key())] = i;
  }
  return indexes;
}

// Keeps the order of the others.
void RemoveElement(const FieldDescriptor* field, int index, Message* message) {
  const Reflection& of = *message->GetReflection();
  for (int i = index; i + 1 < of.FieldSize(*message, field); ++i) {
    of.SwapElements(message, field, i, i + 1);
  }
  of.RemoveLast(message, field);
}

void UndoElements(const FieldDescriptor* field, const Message& before,
                  const Message& after, Message* end) {
  const Reflection& of = *end->GetReflection();
  const std::map<std::string, int> was = IndexesOf(field, before);
  const std::map<std::string, int> is = IndexesOf(field, after);
  for (const auto& [key, old] : was) {
    const std::map<std::string, int> now = IndexesOf(field, *end);
    const auto then = is.find(key);
    const auto at = now.find(key);
    const Message& old_element = of.GetRepeatedMessage(before, field, old);
    if (then == is.end() && at == now.end()) {
      of.AddMessage(end, field)->CopyFrom(old_element);
    } else if (then != is.end() && at != now.end()) {
      Undo(old_element, of.GetRepeatedMessage(after, field, then->second),
           of.MutableRepeatedMessage(end, field, at->second));
    }
  }
  for (const auto& [key, index] : is) {
    const std::map<std::string, int> now = IndexesOf(field, *end);
    const auto at = now.find(key);
    if (was.count(key) > 0 || at == now.end()) continue;
    // The entry of a map is a single value, which may be another by now.
    if (field->is_map() &&
        !MessageDifferencer::Equals(
            of.GetRepeatedMessage(after, field, index),
            of.GetRepeatedMessage(*end, field, at->second))) {
      continue;
    }
    RemoveElement(field, at->second, end);
  }
}

// Whether a later change chose another alternative than `after` has.
bool IsChosenAnew(const FieldDescriptor* field, const Message& after,
                  const Message& end) {
  const OneofDescriptor* choice = field->real_containing_oneof();
  const Reflection& of = *end.GetReflection();
  return choice != nullptr && of.GetOneofFieldDescriptor(after, choice) !=
                                  of.GetOneofFieldDescriptor(end, choice);
}

void UndoField(const FieldDescriptor* field, const Message& before,
               const Message& after, Message* end) {
  const bool is_record = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
  if (is_record && field->is_repeated()) {
    UndoElements(field, before, after, end);
  } else if (is_record) {
    UndoRecord(field, before, after, end);
  } else if (IsSame(field, after, *end)) {
    CopyField(field, before, end);
  }
}

}  // namespace

void Undo(const Message& before, const Message& after, Message* end) {
  // Nothing came later: no order of elements is lost either.
  if (MessageDifferencer::Equals(after, *end)) {
    end->CopyFrom(before);
    return;
  }
  std::vector<const FieldDescriptor*> changed;
  const auto* type = end->GetDescriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    // All of a choice is decided before the first of it is undone.
    if (!IsSame(field, before, after) && !IsChosenAnew(field, after, *end)) {
      changed.push_back(field);
    }
  }
  for (const FieldDescriptor* field : changed) {
    UndoField(field, before, after, end);
  }
}

}  // namespace tidemark::review
