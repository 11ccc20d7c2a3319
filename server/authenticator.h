// Says who called, from the call's credentials.
#ifndef TIDEMARK_SERVER_AUTHENTICATOR_H_
#define TIDEMARK_SERVER_AUTHENTICATOR_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "grpcpp/server_context.h"
#include "server/roles.h"
#include "tidemark/v1/change.pb.h"

namespace tidemark::server {

// Immutable; thread-safe.
class Authenticator {
 public:
  // Everyone is `actor`, with every role.
  static Authenticator Anyone(absl::string_view actor);

  // Callers are who the token file says. Each line that is not empty and does
  // not start with `#` is `SHA256-OF-TOKEN-IN-HEX ACTOR ROLE[,ROLE...]`.
  // `file_name` is for errors: INVALID_ARGUMENT naming the line.
  static absl::StatusOr<Authenticator> FromTokenFile(
      absl::string_view contents, absl::string_view file_name);

  // The caller, by the metadata `authorization: Bearer TOKEN`. UNAUTHENTICATED:
  // no token, or one that nobody has.
  absl::StatusOr<Actor> Identify(
      const grpc::CallbackServerContext& context) const;

  // What each token stands for, as the server's own log says it: by actor, then
  // by roles. None if everyone is one actor.
  v1::AccessSet Access() const;

 private:
  Authenticator() = default;

  Actor anyone_;
  // By the SHA-256 of their token, in hex. Empty: everyone is `anyone_`.
  std::map<std::string, Actor> actors_;
};

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_AUTHENTICATOR_H_
