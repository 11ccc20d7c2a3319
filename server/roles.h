// What an actor may do.
#ifndef TIDEMARK_SERVER_ROLES_H_
#define TIDEMARK_SERVER_ROLES_H_

#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tidemark/v1/change.pb.h"

namespace tidemark::server {

enum class Role {
  kReader,         // reads and watches
  kExtractor,      // also submits and corrects trials
  kMethodologist,  // also changes the protocol and the analyses
  kEditor,         // all of these, and changes the status of trials
  kAuditor,        // reads, watches and verifies
  kAdmin,          // everything
};

// Who called.
struct Actor {
  std::string name;
  // How they authenticated: `none` or `token`. Goes into the log.
  std::string auth_method;
  std::set<Role> roles;
};

// Reads `reader`, `extractor`, ... INVALID_ARGUMENT for anything else.
absl::StatusOr<Role> ParseRole(absl::string_view name);

// PERMISSION_DENIED, naming the actor and the roles that would do, unless the
// actor may read.
absl::Status CheckMayRead(const Actor& actor);

// Likewise, unless the actor may make this kind of change.
absl::Status CheckMayApply(const Actor& actor, const v1::Change& change);

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_ROLES_H_
