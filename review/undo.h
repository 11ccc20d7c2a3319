// Takes one change of a record back, and leaves those that came later.
#ifndef TIDEMARK_REVIEW_UNDO_H_
#define TIDEMARK_REVIEW_UNDO_H_

#include "google/protobuf/message.h"

namespace tidemark::review {

// Undoes in `end` what changed `before` into `after`, all three of one type and
// `end` of later: every field that differs between the two and has at the end
// the value of `after` gets that of `before`. An element of a list, named as
// field_path.h has it, that `after` brought is taken out whatever became of it;
// one that it took out is there again, last. A list of words or numbers is one
// field. O(record).
void Undo(const google::protobuf::Message& before,
          const google::protobuf::Message& after,
          google::protobuf::Message* end);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_UNDO_H_
