// The fields of a record as text: how a path names the elements of a list, how
// a value is written.
#ifndef TIDEMARK_REVIEW_FIELD_VALUES_H_
#define TIDEMARK_REVIEW_FIELD_VALUES_H_

#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace tidemark::review {

// The key of each element of a list of messages, as field_path.h has it: no two
// are the same.
std::vector<std::string> ElementKeys(
    const google::protobuf::Message& message,
    const google::protobuf::FieldDescriptor& field);

// The key of an element alone. Several elements may share it.
std::string ElementKey(const google::protobuf::Message& element, int index);

// The value of a single field as JSON writes it without quotes; empty if it
// knows that it is not set, or is a message.
std::string ScalarText(const google::protobuf::Message& message,
                       const google::protobuf::FieldDescriptor& field);

// The values of a list of words or numbers, joined by `, `.
std::string ListText(const google::protobuf::Message& message,
                     const google::protobuf::FieldDescriptor& field);

// A field that is set.
struct FieldValue {
  // As field_path.h has it.
  std::string path;
  // As SetField takes and returns it. The values of a list of words or numbers
  // are one, joined by `, `, which SetField does not take.
  std::string value;
  bool is_number = false;
};

// Every field that is set, in the order of the record; the entries of a map by
// key. SetField of each value changes nothing, and after all are cleared brings
// the record back. O(record).
std::vector<FieldValue> FieldsOf(const google::protobuf::Message& record);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_FIELD_VALUES_H_
