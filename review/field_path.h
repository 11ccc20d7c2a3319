// Reads and writes one field of a trial by a path.
//
//   path    = step ("." step)*
//   step    = field | field "[" key "]"
//
// The key of an element of `arms` or `reports` is its id; of `results`
// outcome/time point/arms joined by "+"; of `contrasts` outcome/time
// point/first-second; of `risk_of_bias` and `indirectness` outcome/time point;
// of any other list its index from 0; of a map the key. Where several elements
// have the same key, each has more: `/instrument` of results, `/MEASURE` of
// contrasts; where that does not tell them apart either, its index instead.
#ifndef TIDEMARK_REVIEW_FIELD_PATH_H_
#define TIDEMARK_REVIEW_FIELD_PATH_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace tidemark::review {

// Sets the field at `path` of `message` to `value`, written as JSON writes it
// without quotes; an empty value clears it. Returns the old value in the same
// form, empty if it was not set. InvalidArgument, saying which step or value is
// wrong and what there is, leaves `message` unchanged.
absl::StatusOr<std::string> SetField(absl::string_view path,
                                     absl::string_view value,
                                     google::protobuf::Message* message);

// The field that `path` names in messages of this type, whatever its keys; of
// an entry of a map its value. InvalidArgument: there is no such field.
absl::StatusOr<const google::protobuf::FieldDescriptor*> FieldAt(
    absl::string_view path, const google::protobuf::Descriptor& type);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_FIELD_PATH_H_
