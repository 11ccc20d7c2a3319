// Names of requests.
#ifndef TIDEMARK_CLIENT_REQUEST_ID_H_
#define TIDEMARK_CLIENT_REQUEST_ID_H_

#include <string>

namespace tidemark::client {

// A random UUID (RFC 4122, version 4), in lower case. Thread-safe.
std::string NewRequestId();

}  // namespace tidemark::client

#endif  // TIDEMARK_CLIENT_REQUEST_ID_H_
