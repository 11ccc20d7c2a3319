// Messages as bytes that are hashed or compared.
#ifndef TIDEMARK_BASE_DETERMINISTIC_BYTES_H_
#define TIDEMARK_BASE_DETERMINISTIC_BYTES_H_

#include <string>

#include "google/protobuf/message_lite.h"

namespace tidemark {

// The serialised message, maps in the order of their keys. The same for equal
// messages of one build; another build may write them otherwise, so what is
// stored is hashed as it is, never serialised again.
std::string DeterministicBytes(const google::protobuf::MessageLite& message);

}  // namespace tidemark

#endif  // TIDEMARK_BASE_DETERMINISTIC_BYTES_H_
