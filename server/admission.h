// Lets a call in, or refuses it and sees that the server's own log says so.
#ifndef TIDEMARK_SERVER_ADMISSION_H_
#define TIDEMARK_SERVER_ADMISSION_H_

#include <functional>
#include <optional>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "grpcpp/server_context.h"
#include "server/authenticator.h"
#include "server/refusal_log.h"
#include "server/roles.h"

namespace tidemark::server {

// The one way into every method. Thread-safe.
class Admission {
 public:
  // OK, or PERMISSION_DENIED.
  using Rule = absl::FunctionRef<absl::Status(const Actor&)>;

  // Both must outlive it.
  Admission(const Authenticator* authenticator, RefusalLog* refusals)
      : authenticator_(authenticator), refusals_(refusals) {}

  // The caller, if it is known and `rule` lets it make this request. Otherwise
  // none, and `finish` is called once with the error, which ends the call: when
  // RefusalLog::Record says, maybe before this returns, on any thread. Never
  // blocks.
  std::optional<Actor> Admit(
      const grpc::CallbackServerContext& call,
      const google::protobuf::Message& request, Rule rule,
      const std::function<void(const absl::Status&)>& finish) const;

  // The caller, without letting it in: for what outlives its start.
  absl::StatusOr<Actor> Identify(
      const grpc::CallbackServerContext& call) const {
    return authenticator_->Identify(call);
  }

 private:
  const Authenticator* const authenticator_;
  RefusalLog* const refusals_;
};

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_ADMISSION_H_
