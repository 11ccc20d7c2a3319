#include "witness/http_server.h"

#include <sys/socket.h>

#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "httplib.h"
#include "witness/add_checkpoint.h"
#include "witness/witness.h"

namespace tidemark::witness {
namespace {

constexpr int kSeconds = 5;
// Also how long Wait() may take for a connection that is kept open.
constexpr int kKeepAliveSeconds = 2;
constexpr int kRequestsAConnection = 1000;

// A body whose length is not known beforehand, or not that of what it holds,
// could grow without limit in memory.
int CheckLength(const httplib::Request& request) {
  uint64_t length = 0;
  if (request.has_header("Transfer-Encoding") ||
      request.has_header("Content-Encoding")) {
    return 415;
  }
  if (!absl::SimpleAtoi(request.get_header_value("Content-Length"), &length)) {
    return 411;
  }
  return length > kMaxBodyBytes ? 413 : 200;
}

// A second server on the port must fail, not share it.
void SetSocketOptions(int socket) {
  const int yes = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
}

class HttpServerImpl final : public HttpServer {
 public:
  explicit HttpServerImpl(Witness* witness) {
    server_.set_socket_options(SetSocketOptions);
    server_.set_read_timeout(kSeconds);
    server_.set_write_timeout(kSeconds);
    server_.set_keep_alive_timeout(kKeepAliveSeconds);
    server_.set_keep_alive_max_count(kRequestsAConnection);
    server_.set_payload_max_length(kMaxBodyBytes);
    server_.set_pre_routing_handler([](const httplib::Request& request,
                                       httplib::Response& response) {
      const int code = request.method == "POST" ? CheckLength(request) : 200;
      if (code == 200) return httplib::Server::HandlerResponse::Unhandled;
      response.status = code;
      response.set_header("Connection", "close");
      return httplib::Server::HandlerResponse::Handled;
    });
    server_.Post(kAddCheckpointPath, [witness](const httplib::Request& request,
                                               httplib::Response& response) {
      const Answer answer = witness->AddCheckpoint(request.body);
      response.status = answer.code;
      response.set_content(answer.body, answer.content_type);
    });
  }

  ~HttpServerImpl() override {
    Stop();
    if (thread_.joinable()) thread_.join();
  }

  absl::Status Listen(const std::string& host, int port) {
    port_ = port == 0                          ? server_.bind_to_any_port(host)
            : server_.bind_to_port(host, port) ? port
                                               : -1;
    if (port_ <= 0) {
      return absl::UnavailableError(absl::StrCat(
          "cannot listen on ", host, ":", port,
          ": the port is taken or the address is not one of this machine"));
    }
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    // Before it runs, stop() would do nothing.
    while (!server_.is_running()) std::this_thread::yield();
    return absl::OkStatus();
  }

  int port() const override { return port_; }
  void Stop() override { server_.stop(); }
  void Wait() override { thread_.join(); }

 private:
  httplib::Server server_;
  int port_ = 0;
  std::thread thread_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(
    Witness* witness, absl::string_view address) {
  const size_t colon = address.rfind(':');
  int port = 0;
  if (colon == absl::string_view::npos || colon == 0 ||
      !absl::SimpleAtoi(address.substr(colon + 1), &port) || port < 0 ||
      port > 65535) {
    return absl::InvalidArgumentError(absl::StrCat(
        "an address to listen on is HOST:PORT, not \"", address, "\""));
  }
  absl::string_view host = address.substr(0, colon);
  if (absl::ConsumePrefix(&host, "[")) absl::ConsumeSuffix(&host, "]");
  auto server = std::make_unique<HttpServerImpl>(witness);
  const absl::Status listening = server->Listen(std::string(host), port);
  if (!listening.ok()) return listening;
  return server;
}

}  // namespace tidemark::witness
