#include "server/admission.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "tidemark/v1/change.pb.h"

namespace tidemark::server {
namespace {

// Full name of the method that takes the request: each has a type of its own.
std::string MethodOf(const google::protobuf::Message& request) {
  const google::protobuf::Descriptor* const type = request.GetDescriptor();
  for (int i = 0; i < type->file()->service_count(); ++i) {
    const auto* const service = type->file()->service(i);
    for (int j = 0; j < service->method_count(); ++j) {
      if (service->method(j)->input_type() == type) {
        return absl::StrCat("/", service->full_name(), "/",
                            service->method(j)->name());
      }
    }
  }
  return type->full_name();
}

// The address without the port, which tells nothing and would keep calls apart
// that are the same.
std::string AddressOf(const grpc::CallbackServerContext& call) {
  const std::string peer = call.peer();
  const bool has_port =
      absl::StartsWith(peer, "ipv4:") || absl::StartsWith(peer, "ipv6:");
  return has_port ? peer.substr(0, peer.rfind(':')) : peer;
}

v1::RefusedCall Describe(const grpc::CallbackServerContext& call,
                         const google::protobuf::Message& request,
                         const absl::StatusOr<Actor>& actor,
                         const absl::Status& refusal) {
  v1::RefusedCall refused;
  refused.set_method(MethodOf(request));
  if (actor.ok()) refused.set_actor(actor->name);
  refused.set_peer(AddressOf(call));
  refused.set_code(absl::StatusCodeToString(refusal.code()));
  refused.set_message(std::string(refusal.message()));
  return refused;
}

}  // namespace

void Admission::Replace(Authenticator authenticator) {
  auto replaced =
      std::make_shared<const Authenticator>(std::move(authenticator));
  MutexLock lock(&mutex_);
  authenticator_.swap(replaced);
}

absl::StatusOr<Actor> Admission::Identify(
    const grpc::CallbackServerContext& call) const {
  std::shared_ptr<const Authenticator> authenticator;
  {
    MutexLock lock(&mutex_);
    authenticator = authenticator_;
  }
  return authenticator->Identify(call);
}

std::optional<Actor> Admission::Admit(
    const grpc::CallbackServerContext& call,
    const google::protobuf::Message& request, Rule rule,
    const std::function<void(const absl::Status&)>& finish) const {
  absl::StatusOr<Actor> actor = Identify(call);
  const absl::Status allowed = actor.ok() ? rule(*actor) : actor.status();
  if (allowed.ok()) return *std::move(actor);
  refusals_->Record(Describe(call, request, actor, allowed),
                    [finish, allowed] { finish(allowed); });
  return std::nullopt;
}

}  // namespace tidemark::server
