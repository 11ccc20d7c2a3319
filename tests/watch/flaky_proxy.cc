#include "tests/watch/flaky_proxy.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "boost/asio/buffer.hpp"
#include "boost/asio/ip/address_v4.hpp"
#include "boost/asio/ip/tcp.hpp"
#include "boost/asio/post.hpp"
#include "boost/asio/steady_timer.hpp"
#include "boost/asio/write.hpp"

namespace tidemark::testing {
namespace {

using boost::asio::ip::tcp;
using std::chrono::milliseconds;

tcp::endpoint Loopback(int port) {
  return {boost::asio::ip::address_v4::loopback(),
          static_cast<unsigned short>(port)};
}

}  // namespace

// Two sockets, and what passes between them.
class FlakyProxy::Link : public std::enable_shared_from_this<Link> {
 public:
  Link(FlakyProxy* proxy, tcp::socket near)
      : proxy_(*proxy),
        near_(std::move(near)),
        far_(proxy->context_),
        to_far_(proxy->context_),
        to_near_(proxy->context_) {}

  void Start() {
    far_.async_connect(Loopback(proxy_.upstream_),
                       [self = shared_from_this()](const auto& error) {
                         if (error) return self->Close();
                         self->Read(self->near_, self->far_, self->to_far_);
                         self->Read(self->far_, self->near_, self->to_near_);
                       });
  }

  void Cut() {
    if (proxy_.links_.count(shared_from_this()) > 0) ++proxy_.cuts_;
    Close();
  }

 private:
  // One direction.
  struct Flow {
    explicit Flow(boost::asio::io_context& context) : timer(context) {}
    std::array<char, 4096> data;
    boost::asio::steady_timer timer;
  };

  void Read(tcp::socket& from, tcp::socket& to, Flow& flow) {
    from.async_read_some(boost::asio::buffer(flow.data),
                         [self = shared_from_this(), &from, &to, &flow](
                             const auto& error, size_t size) {
                           if (error) return self->Close();
                           if (self->Happens(self->proxy_.faults_.cut))
                             return self->Cut();
                           flow.timer.expires_after(self->Delay());
                           flow.timer.async_wait([self, &from, &to, &flow,
                                                  size](const auto& stopped) {
                             if (!stopped) self->Write(from, to, flow, size);
                           });
                         });
  }

  void Write(tcp::socket& from, tcp::socket& to, Flow& flow, size_t size) {
    boost::asio::async_write(to, boost::asio::buffer(flow.data, size),
                             [self = shared_from_this(), &from, &to, &flow](
                                 const auto& error, size_t) {
                               if (error) return self->Close();
                               self->Read(from, to, flow);
                             });
  }

  bool Happens(int one_in) {
    return one_in > 0 && proxy_.random_() % static_cast<uint64_t>(one_in) == 0;
  }

  milliseconds Delay() {
    const NetworkFaults& faults = proxy_.faults_;
    if (Happens(faults.stall)) return faults.stall_time;
    if (!Happens(faults.delay)) return milliseconds(0);
    return milliseconds(proxy_.random_() %
                        static_cast<uint64_t>(faults.longest_delay.count()));
  }

  void Close() {
    boost::system::error_code ignored;
    near_.close(ignored);
    far_.close(ignored);
    to_far_.timer.cancel();
    to_near_.timer.cancel();
    proxy_.links_.erase(shared_from_this());
  }

  FlakyProxy& proxy_;
  tcp::socket near_;
  tcp::socket far_;
  Flow to_far_;
  Flow to_near_;
};

FlakyProxy::FlakyProxy(uint64_t seed)
    : work_(context_.get_executor()),
      acceptor_(context_, Loopback(0)),
      random_(seed) {
  Accept();
  thread_ = std::thread([this] { context_.run(); });
}

FlakyProxy::~FlakyProxy() {
  context_.stop();
  thread_.join();
}

std::string FlakyProxy::target() const {
  return absl::StrCat("127.0.0.1:", acceptor_.local_endpoint().port());
}

void FlakyProxy::SetFaults(const NetworkFaults& faults) {
  boost::asio::post(context_, [this, faults] { faults_ = faults; });
}

void FlakyProxy::CutAll() {
  boost::asio::post(context_, [this] {
    const auto links = links_;
    for (const auto& link : links) link->Cut();
  });
}

void FlakyProxy::Accept() {
  acceptor_.async_accept([this](const auto& error, tcp::socket socket) {
    if (error) return;
    const auto link = std::make_shared<Link>(this, std::move(socket));
    links_.insert(link);
    link->Start();
    Accept();
  });
}

}  // namespace tidemark::testing
