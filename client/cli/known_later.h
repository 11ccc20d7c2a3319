// What a read of the past could not know, in words.
#ifndef TIDEMARK_CLIENT_CLI_KNOWN_LATER_H_
#define TIDEMARK_CLIENT_CLI_KNOWN_LATER_H_

#include <string>
#include <vector>

#include "client/cli/output.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "tidemark/v1/read_service.pb.h"

namespace tidemark::cli {

// A sentence for each.
std::vector<std::string> KnownLaterLines(
    const google::protobuf::RepeatedPtrField<v1::KnownLater>& known_later);

// Tells them, a line each.
void TellKnownLater(
    const google::protobuf::RepeatedPtrField<v1::KnownLater>& known_later,
    Output& output);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_KNOWN_LATER_H_
