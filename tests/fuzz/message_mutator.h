// Changes messages at random, field by field, so that what comes out is still
// one: bytes of a message that are changed at random rarely are.
#ifndef TIDEMARK_TESTS_FUZZ_MESSAGE_MUTATOR_H_
#define TIDEMARK_TESTS_FUZZ_MESSAGE_MUTATOR_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "google/protobuf/message.h"

namespace tidemark::testing {

// Deterministic for a seed.
class MessageMutator {
 public:
  explicit MessageMutator(uint32_t seed) : random_(seed) {}

  // Makes one change somewhere in `message`: sets, clears, adds, removes,
  // doubles or swaps. Strings come from elsewhere in the message as often as
  // from nowhere, because ids are only of interest if something has them.
  void Mutate(google::protobuf::Message* message);

 private:
  using Field = google::protobuf::FieldDescriptor;

  int Pick(int count);
  void MutateList(const Field* field, google::protobuf::Message* message);
  void MutateSingle(const Field* field, google::protobuf::Message* message);
  // Sets the field, or with an index an element of the list.
  void SetScalar(const Field* field, int index,
                 google::protobuf::Message* message);
  void AddElement(const Field* field, google::protobuf::Message* message);
  int64_t AnyInt();
  double AnyDouble();
  std::string AnyString(const std::string& now);

  std::mt19937 random_;
  // Of the message that is being mutated.
  std::vector<std::string> strings_;
};

}  // namespace tidemark::testing

#endif  // TIDEMARK_TESTS_FUZZ_MESSAGE_MUTATOR_H_
