// Addresses to listen on: without TLS and tokens nothing but loopback passes,
// by the judgement of the C library's resolver of numeric addresses.
#include <netdb.h>
#include <netinet/in.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "server/listen_address.h"
#include "tests/fuzz/fuzz_check.h"

namespace tidemark::testing {
namespace {

bool IsNumericLoopback(const std::string& host) {
  addrinfo hints = {};
  hints.ai_flags = AI_NUMERICHOST;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return false;
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found,
                                                             freeaddrinfo);
  if (found->ai_family == AF_INET6) {
    const auto* const v6 =
        reinterpret_cast<const sockaddr_in6*>(found->ai_addr);  // NOLINT
    return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr) != 0;
  }
  const auto* const v4 =
      reinterpret_cast<const sockaddr_in*>(found->ai_addr);  // NOLINT
  return ntohl(v4->sin_addr.s_addr) >> 24 == 127;
}

}  // namespace
}  // namespace tidemark::testing

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidemark;           // NOLINT
  using namespace tidemark::testing;  // NOLINT
  const absl::string_view address = AsText(data, size);
  const absl::Status plain = server::CheckListenAddress(address, false, false);
  const absl::Status safe = server::CheckListenAddress(address, true, true);
  for (const absl::Status& status : {plain, safe}) {
    CheckPromised(status, {absl::StatusCode::kInvalidArgument});
  }
  FuzzCheck(safe.ok() || !plain.ok(),
            "what may be listened on without credentials may be with them");
  for (const bool has_tls : {false, true}) {
    FuzzCheck(server::CheckListenAddress(address, has_tls, !has_tls).ok() ==
                  plain.ok(),
              "TLS without tokens, or tokens without TLS, open nothing");
  }
  if (!plain.ok()) return 0;
  std::string host(address.substr(0, address.rfind(':')));
  if (host.front() == '[') host = host.substr(1, host.size() - 2);
  FuzzCheck(host == "localhost" || IsNumericLoopback(host),
            "without credentials only loopback is listened on");
  return 0;
}
