#include "server/listen_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace tidemark::server {
namespace {

bool IsLoopback(absl::string_view host) {
  if (host == "localhost") return true;
  const std::string text(host);
  in6_addr v6 = {};
  if (inet_pton(AF_INET6, text.c_str(), &v6) == 1) {
    return IN6_IS_ADDR_LOOPBACK(&v6) != 0;
  }
  in_addr v4 = {};
  return inet_pton(AF_INET, text.c_str(), &v4) == 1 &&
         ntohl(v4.s_addr) >> 24 == 127;
}

}  // namespace

absl::Status CheckListenAddress(absl::string_view address, bool has_tls,
                                bool has_tokens) {
  const size_t colon = address.rfind(':');
  uint32_t port = 0;
  if (colon == absl::string_view::npos || colon == 0 ||
      !absl::SimpleAtoi(address.substr(colon + 1), &port) || port > 65535) {
    return absl::InvalidArgumentError(absl::StrCat(
        "listen address must be HOST:PORT, found \"", address, "\""));
  }
  absl::string_view host = address.substr(0, colon);
  absl::ConsumePrefix(&host, "[");
  absl::ConsumeSuffix(&host, "]");
  if (IsLoopback(host) || (has_tls && has_tokens)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "refusing to listen on ", address, ", which is not loopback, without ",
      has_tls ? "" : "TLS (--tls-cert, --tls-key)",
      has_tls || has_tokens ? "" : " and ",
      has_tokens ? "" : "tokens (--token-file)"));
}

}  // namespace tidemark::server
