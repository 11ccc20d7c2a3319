#include "tests/fuzz/message_mutator.h"

#include <cmath>
#include <limits>

#include "google/protobuf/descriptor.h"

namespace tidemark::testing {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Every message within, with `message` itself, and every string.
void Collect(Message* message, std::vector<Message*>* messages,
             std::vector<std::string>* strings) {
  messages->push_back(message);
  const Reflection* reflection = message->GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(*message, &fields);
  for (const FieldDescriptor* field : fields) {
    const int size =
        field->is_repeated() ? reflection->FieldSize(*message, field) : 1;
    for (int i = 0; i < size; ++i) {
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        Collect(field->is_repeated()
                    ? reflection->MutableRepeatedMessage(message, field, i)
                    : reflection->MutableMessage(message, field),
                messages, strings);
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
        strings->push_back(
            field->is_repeated()
                ? reflection->GetRepeatedString(*message, field, i)
                : reflection->GetString(*message, field));
      }
    }
  }
}

}  // namespace

int MessageMutator::Pick(int count) {
  return count <= 1 ? 0 : static_cast<int>(random_() % count);
}

int64_t MessageMutator::AnyInt() {
  constexpr int64_t kInts[] = {0,
                               1,
                               2,
                               3,
                               -1,
                               100,
                               1001,
                               std::numeric_limits<int32_t>::max(),
                               std::numeric_limits<int32_t>::min(),
                               253402300800,  // the year 10000
                               std::numeric_limits<int64_t>::max(),
                               std::numeric_limits<int64_t>::min()};
  return Pick(4) == 0 ? Pick(200) : kInts[Pick(std::size(kInts))];
}

double MessageMutator::AnyDouble() {
  constexpr double kDoubles[] = {
      0,        -0.0,      1,
      -1,       0.5,       100,
      1e-9,     1e-300,    1e300,
      -1e300,   5e-324,    1e15,
      HUGE_VAL, -HUGE_VAL, std::numeric_limits<double>::quiet_NaN()};
  return Pick(3) == 0 ? Pick(2000) / 20.0 : kDoubles[Pick(std::size(kDoubles))];
}

std::string MessageMutator::AnyString(const std::string& now) {
  constexpr const char* kStrings[] = {
      "",    "toy",    "pain-6m", "alpha",  "results[pain/6m/ha].continuous.sd",
      "a/b", "system", "\u00e4",  "\u2028", "..",
      "%",   "any",    "r-1"};
  if (!strings_.empty() && Pick(2) == 0) {
    return strings_[Pick(static_cast<int>(strings_.size()))];
  }
  std::string text = now;
  switch (Pick(4)) {
    case 0:
      return kStrings[Pick(std::size(kStrings))];
    case 1:
      text.insert(text.begin(), static_cast<char>(Pick(128)));
      return text;
    case 2:
      // What is longer than any limit, now and then.
      return std::string(Pick(8) == 0 ? 70000 : Pick(600), 'x');
    default:
      // Only whole ASCII characters: others would not be UTF-8 any more.
      if (!text.empty() && static_cast<unsigned char>(text.back()) < 0x80) {
        text.pop_back();
      }
      return text;
  }
}

void MessageMutator::SetScalar(const Field* field, int index,
                               Message* message) {
  const Reflection* r = message->GetReflection();
  const bool is_list = field->is_repeated();
  switch (field->cpp_type()) {
    case Field::CPPTYPE_INT32: {
      const auto value = static_cast<int32_t>(AnyInt());
      is_list ? r->SetRepeatedInt32(message, field, index, value)
              : r->SetInt32(message, field, value);
      break;
    }
    case Field::CPPTYPE_INT64: {
      const int64_t value = AnyInt();
      is_list ? r->SetRepeatedInt64(message, field, index, value)
              : r->SetInt64(message, field, value);
      break;
    }
    case Field::CPPTYPE_DOUBLE: {
      const double value = AnyDouble();
      is_list ? r->SetRepeatedDouble(message, field, index, value)
              : r->SetDouble(message, field, value);
      break;
    }
    case Field::CPPTYPE_BOOL: {
      const bool value = Pick(2) == 0;
      is_list ? r->SetRepeatedBool(message, field, index, value)
              : r->SetBool(message, field, value);
      break;
    }
    case Field::CPPTYPE_ENUM: {
      // Proto3 keeps numbers that have no name.
      const int value = Pick(field->enum_type()->value_count() + 2) - 1;
      is_list ? r->SetRepeatedEnumValue(message, field, index, value)
              : r->SetEnumValue(message, field, value);
      break;
    }
    case Field::CPPTYPE_STRING: {
      const std::string now = is_list
                                  ? r->GetRepeatedString(*message, field, index)
                                  : r->GetString(*message, field);
      is_list ? r->SetRepeatedString(message, field, index, AnyString(now))
              : r->SetString(message, field, AnyString(now));
      break;
    }
    default:
      break;
  }
}

void MessageMutator::AddElement(const Field* field, Message* message) {
  const Reflection* r = message->GetReflection();
  const int size = r->FieldSize(*message, field);
  switch (field->cpp_type()) {
    case Field::CPPTYPE_MESSAGE: {
      const int model = Pick(size);
      Message* added = r->AddMessage(message, field);
      if (size > 0) {
        added->CopyFrom(r->GetRepeatedMessage(*message, field, model));
      }
      return;
    }
    case Field::CPPTYPE_STRING:
      r->AddString(message, field, "");
      break;
    case Field::CPPTYPE_DOUBLE:
      r->AddDouble(message, field, 0);
      break;
    case Field::CPPTYPE_ENUM:
      r->AddEnumValue(message, field, 0);
      break;
    case Field::CPPTYPE_INT32:
      r->AddInt32(message, field, 0);
      break;
    case Field::CPPTYPE_INT64:
      r->AddInt64(message, field, 0);
      break;
    case Field::CPPTYPE_BOOL:
      r->AddBool(message, field, false);
      break;
    default:
      return;
  }
  SetScalar(field, size, message);
}

void MessageMutator::MutateList(const Field* field, Message* message) {
  const Reflection* r = message->GetReflection();
  const int size = r->FieldSize(*message, field);
  const int choice = size == 0 ? 0 : Pick(4);
  if (choice == 0) return AddElement(field, message);
  if (choice == 1) {
    r->SwapElements(message, field, Pick(size), size - 1);
    return r->RemoveLast(message, field);
  }
  if (choice == 2) {
    return r->SwapElements(message, field, Pick(size), Pick(size));
  }
  SetScalar(field, Pick(size), message);
}

void MessageMutator::MutateSingle(const Field* field, Message* message) {
  const Reflection* r = message->GetReflection();
  if (Pick(4) == 0) return r->ClearField(message, field);
  if (field->cpp_type() == Field::CPPTYPE_MESSAGE) {
    r->MutableMessage(message, field);
    return;
  }
  SetScalar(field, 0, message);
}

void MessageMutator::Mutate(Message* message) {
  std::vector<Message*> messages;
  strings_.clear();
  Collect(message, &messages, &strings_);
  Message* const chosen = messages[Pick(static_cast<int>(messages.size()))];
  const google::protobuf::Descriptor* type = chosen->GetDescriptor();
  if (type->field_count() == 0) return;
  const Field* field = type->field(Pick(type->field_count()));
  if (field->is_repeated()) {
    MutateList(field, chosen);
  } else {
    MutateSingle(field, chosen);
  }
}

}  // namespace tidemark::testing
