#include "server/listen_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace tidemark::server {
namespace {

// `host` as it stands before the port: IPv6 addresses in brackets, without
// which gRPC would take the port for a part of the address.
bool IsLoopback(absl::string_view host) {
  if (host == "localhost") return true;
  in6_addr v6 = {};
  if (absl::ConsumePrefix(&host, "[")) {
    return absl::ConsumeSuffix(&host, "]") &&
           inet_pton(AF_INET6, std::string(host).c_str(), &v6) == 1 &&
           IN6_IS_ADDR_LOOPBACK(&v6) != 0;
  }
  in_addr v4 = {};
  return inet_pton(AF_INET, std::string(host).c_str(), &v4) == 1 &&
         ntohl(v4.s_addr) >> 24 == 127;
}

bool IsPort(absl::string_view text) {
  uint32_t port = 0;
  return std::all_of(text.begin(), text.end(), absl::ascii_isdigit) &&
         absl::SimpleAtoi(text, &port) && port <= 65535;
}

}  // namespace

absl::Status CheckListenAddress(absl::string_view address, bool has_tls,
                                bool has_tokens) {
  const size_t colon = address.rfind(':');
  if (colon == absl::string_view::npos || colon == 0 ||
      !IsPort(address.substr(colon + 1))) {
    return absl::InvalidArgumentError(absl::StrCat(
        "listen address must be HOST:PORT, found \"", address, "\""));
  }
  if (IsLoopback(address.substr(0, colon)) || (has_tls && has_tokens))
    return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "refusing to listen on ", address, ", which is not loopback, without ",
      has_tls ? "" : "TLS (--tls-cert, --tls-key)",
      has_tls || has_tokens ? "" : " and ",
      has_tokens ? "" : "tokens (--token-file)"));
}

}  // namespace tidemark::server
