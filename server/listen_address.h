// Where a server may listen, and with which credentials.
#ifndef TIDEMARK_SERVER_LISTEN_ADDRESS_H_
#define TIDEMARK_SERVER_LISTEN_ADDRESS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace tidemark::server {

// OK if `address` (HOST:PORT) may be listened on. Without TLS and tokens only
// loopback is allowed: `localhost`, 127.0.0.0/8 or [::1], as written, never by
// name resolution. INVALID_ARGUMENT says what is missing.
absl::Status CheckListenAddress(absl::string_view address, bool has_tls,
                                bool has_tokens);

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_LISTEN_ADDRESS_H_
