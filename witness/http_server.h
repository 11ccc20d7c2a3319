// Serves a witness over HTTP/1.1 (C2SP tlog-witness). Without TLS: what passes
// is signed, and none of it is secret.
#ifndef TIDEMARK_WITNESS_HTTP_SERVER_H_
#define TIDEMARK_WITNESS_HTTP_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "witness/witness.h"

namespace tidemark::witness {

// Thread-safe.
class HttpServer {
 public:
  // Listens on HOST:PORT; port 0 picks a free one. `witness` must outlive it.
  // INVALID_ARGUMENT: the address has another form. UNAVAILABLE: the port is
  // taken, or the address is not one of this machine.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(
      Witness* witness, absl::string_view address);

  virtual ~HttpServer() = default;

  virtual int port() const = 0;

  // Takes no more requests. Returns at once.
  virtual void Stop() = 0;

  // Blocks until Stop was called and every request was answered. Call once.
  virtual void Wait() = 0;
};

}  // namespace tidemark::witness

#endif  // TIDEMARK_WITNESS_HTTP_SERVER_H_
