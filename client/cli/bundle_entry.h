// What an entry wrote, as a line of a bundle: its stored bytes, and the same to
// be read.
#ifndef TIDEMARK_CLIENT_CLI_BUNDLE_ENTRY_H_
#define TIDEMARK_CLIENT_CLI_BUNDLE_ENTRY_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "tidemark/v1/log.pb.h"

namespace tidemark::cli {

// A tidemark.cli.BundleEntry (bundle.proto) in JSON, without line end. The same
// evidence gives the same text.
// DATA_LOSS: the bytes are none of a change, a record or an estimate.
absl::StatusOr<std::string> FormatBundleEntry(int64_t sequence,
                                              const v1::Evidence& evidence);

// The inverse. INVALID_ARGUMENT: the line is no such entry, is of another
// sequence, or what is to be read is not what was stored.
absl::StatusOr<v1::Evidence> ParseBundleEntry(int64_t sequence,
                                              const std::string& line);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_BUNDLE_ENTRY_H_
