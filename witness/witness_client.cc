#include "witness/witness_client.h"

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "httplib.h"
#include "witness/add_checkpoint.h"
#include "witness/witness.h"

namespace tidemark::witness {
namespace {

constexpr int kConnectSeconds = 2;
constexpr int kSeconds = 5;

class HttpClient final : public WitnessClient {
 public:
  HttpClient(const std::string& host, std::string path)
      : client_(host), path_(std::move(path)) {
    client_.set_connection_timeout(kConnectSeconds);
    client_.set_read_timeout(kSeconds);
    client_.set_write_timeout(kSeconds);
    client_.set_keep_alive(true);
  }

  bool is_valid() const { return client_.is_valid(); }

  absl::StatusOr<Answer> AddCheckpoint(
      const AddCheckpointRequest& request) override {
    httplib::Request post;
    post.method = "POST";
    post.path = path_;
    post.body = FormatAddCheckpoint(request);
    post.set_header("Content-Type", "text/plain; charset=utf-8");
    post.progress = [](uint64_t current, uint64_t /*total*/) {
      return current <= kMaxBodyBytes;
    };
    const httplib::Result result = client_.send(post);
    if (!result) {
      return absl::UnavailableError(
          absl::StrCat("no answer (", httplib::to_string(result.error()), ")"));
    }
    return Answer{result->status, result->body,
                  result->get_header_value("Content-Type")};
  }

  void Cancel() override { client_.stop(); }

 private:
  httplib::Client client_;
  const std::string path_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<WitnessClient>> WitnessClient::Create(
    absl::string_view url) {
  absl::string_view rest = url;
  const bool has_scheme = absl::ConsumePrefix(&rest, "http://") ||
                          absl::ConsumePrefix(&rest, "https://");
  const size_t scheme_bytes = url.size() - rest.size();
  const size_t slash = rest.find('/');
  const absl::string_view host = url.substr(
      0, slash == absl::string_view::npos ? url.size() : scheme_bytes + slash);
  absl::string_view prefix = url.substr(host.size());
  absl::ConsumeSuffix(&prefix, "/");
  auto client =
      has_scheme && host.size() > scheme_bytes
          ? std::make_unique<HttpClient>(
                std::string(host), absl::StrCat(prefix, kAddCheckpointPath))
          : nullptr;
  if (client != nullptr && client->is_valid()) return client;
  return absl::InvalidArgumentError(absl::StrCat(
      "the address of a witness is http://HOST:PORT or https://HOST, not \"",
      url, "\""));
}

}  // namespace tidemark::witness
