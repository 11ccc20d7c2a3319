// Lets a call in, or refuses it and sees that the server's own log says so.
#ifndef TIDEMARK_SERVER_ADMISSION_H_
#define TIDEMARK_SERVER_ADMISSION_H_

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"
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

  // The log must outlive it.
  Admission(Authenticator authenticator, RefusalLog* refusals)
      : authenticator_(
            std::make_shared<const Authenticator>(std::move(authenticator))),
        refusals_(refusals) {}

  // From now on callers are who this one says. Calls that were let in before
  // go on; who holds one open asks Identify again.
  void Replace(Authenticator authenticator);

  // Who calls, as of now. UNAUTHENTICATED: nobody that is known.
  absl::StatusOr<Actor> Identify(const grpc::CallbackServerContext& call) const;

  // The caller, if it is known and `rule` lets it make this request. Otherwise
  // none, and `finish` is called once with the error, which ends the call: when
  // RefusalLog::Record says, maybe before this returns, on any thread. Never
  // blocks.
  std::optional<Actor> Admit(
      const grpc::CallbackServerContext& call,
      const google::protobuf::Message& request, Rule rule,
      const std::function<void(const absl::Status&)>& finish) const;

 private:
  // Held only to copy or swap the pointer.
  mutable Mutex mutex_;
  std::shared_ptr<const Authenticator> authenticator_ ABSL_GUARDED_BY(mutex_);
  RefusalLog* const refusals_;
};

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_ADMISSION_H_
