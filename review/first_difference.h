// Where two messages begin to differ.
#ifndef TIDEMARK_REVIEW_FIRST_DIFFERENCE_H_
#define TIDEMARK_REVIEW_FIRST_DIFFERENCE_H_

#include <optional>
#include <string>

#include "google/protobuf/message.h"

namespace tidemark::review {

struct Difference {
  // E.g. `trial.results[2].continuous.sd`; an unknown field by its number.
  std::string path;
  // Values as text; `nothing` where the field is not set.
  std::string expected;
  std::string actual;
};

// Absent if the messages, which must be of one type, are equal.
std::optional<Difference> FirstDifference(
    const google::protobuf::Message& expected,
    const google::protobuf::Message& actual);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_FIRST_DIFFERENCE_H_
