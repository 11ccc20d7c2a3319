// What is erased of a change, and what stays.
#ifndef TIDEMARK_REVIEW_REDACTION_H_
#define TIDEMARK_REVIEW_REDACTION_H_

#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "tidemark/v1/change.pb.h"

namespace tidemark::review {

// Stands where words were: most rules want some.
inline constexpr char kErasedWords[] = "[redacted]";

// What happens to the strings of a field. One table in redaction.cc has them
// all.
enum class TextKind {
  // Identifiers, keys and what results rest on: stay. Estimates, leaves or the
  // conclusion events that releases count would not hold without them.
  kKept,
  // Words: kErasedWords if there are any.
  kWords,
  // Words that a covariate may be: cleared, so that they are no value of it.
  kCleared,
  // Values of a covariate: numbers and identifiers stay, other words are
  // cleared.
  kCovariate,
};

// Of a field of strings. None: the table does not have it; it is erased as
// words are.
std::optional<TextKind> FindTextKind(
    const google::protobuf::FieldDescriptor& field);

// Whether values of this field of strings may hold words.
bool MayBeWords(const google::protobuf::FieldDescriptor& field);

// What is left of a value of this field of strings once its words are erased,
// nothing where only words were: twice is once.
std::string KeptOf(const google::protobuf::FieldDescriptor& field,
                   const std::string& text);

// Whether the words of a change of this kind can be erased: those of trials,
// corrections, adjudications, the protocol, analyses, living mode and runs.
// Else INVALID_ARGUMENT, saying why.
absl::Status CheckCanRedact(const v1::Change& change);

// The change without its words: the same records with the same numbers, keys
// and identifiers. Of an edit the old value loses its words too. Twice is once.
// The errors of CheckCanRedact.
absl::StatusOr<v1::Change> WithoutWords(const v1::Change& change);

// A resource, such as `trials/matas-2019`, and words that a change says of it.
using Words = std::set<std::pair<std::string, std::string>>;

// What WithoutWords would erase; nothing of a change of another kind.
Words WordsOf(const v1::Change& change);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_REDACTION_H_
