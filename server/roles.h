// What an actor may do.
#ifndef TIDEMARK_SERVER_ROLES_H_
#define TIDEMARK_SERVER_ROLES_H_

#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tidemark/v1/write_service.pb.h"

namespace tidemark::server {

enum class Role {
  kReader,         // reads and watches
  kExtractor,      // also submits, corrects, approves and adjudicates trials
  kAdjudicator,    // reads, approves and adjudicates trials
  kMethodologist,  // also changes the protocol and the analyses
  kEditor,         // all of these, and changes the status of trials
  kAuditor,        // reads, watches and verifies
  kAdmin,          // everything
};

// Who called.
struct Actor {
  std::string name;
  // How they authenticated: `none`, `token` or, the server itself, `internal`.
  // Goes into the log.
  std::string auth_method;
  std::set<Role> roles;
};

// The server itself.
Actor ServerActor();

// Reads `reader`, `extractor`, ... INVALID_ARGUMENT for anything else.
absl::StatusOr<Role> ParseRole(absl::string_view name);

// As ParseRole reads it.
std::string NameOf(Role role);

// PERMISSION_DENIED, naming the actor and the roles that would do, unless the
// actor may read what is kept of the review; of the server's own log, `system`,
// auditors and admins may.
absl::Status CheckMayRead(const Actor& actor, absl::string_view review);

// Likewise, unless the actor may make this kind of change. Nobody may write to
// the server's own log.
absl::Status CheckMayApply(const Actor& actor, const v1::ApplyRequest& request);

// Likewise, unless the actor may do what concerns the server as a whole.
absl::Status CheckMayAdminister(const Actor& actor);

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_ROLES_H_
