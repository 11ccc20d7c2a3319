#include "server/authenticator.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "audit/sha256.h"
#include "base/status_macros.h"
#include "review/errors.h"
#include "server/roles.h"

namespace tidemark::server {
namespace {

absl::StatusOr<std::pair<std::string, Actor>> ParseLine(
    absl::string_view line) {
  const std::vector<std::string> fields =
      absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
  if (fields.size() != 3) {
    return absl::InvalidArgumentError(
        "must be SHA256-OF-TOKEN ACTOR ROLE[,ROLE...]");
  }
  ASSIGN_OR_RETURN(const audit::Digest digest, audit::DigestFromHex(fields[0]));
  Actor actor;
  actor.name = fields[1];
  if (actor.name == ServerActor().name) {
    return absl::InvalidArgumentError(
        absl::StrCat("no token may be of \"", actor.name,
                     "\": the log calls the server so"));
  }
  actor.auth_method = "token";
  for (const absl::string_view name : absl::StrSplit(fields[2], ',')) {
    ASSIGN_OR_RETURN(const Role role, ParseRole(name));
    actor.roles.insert(role);
  }
  return std::make_pair(audit::ToHex(digest), actor);
}

absl::Status NotAuthenticated(absl::string_view message) {
  return review::Error(absl::StatusCode::kUnauthenticated, "TOKEN_NEEDED",
                       message);
}

}  // namespace

Authenticator Authenticator::Anyone(absl::string_view actor) {
  Authenticator authenticator;
  authenticator.anyone_ = {std::string(actor), "none", {Role::kAdmin}};
  return authenticator;
}

absl::StatusOr<Authenticator> Authenticator::FromTokenFile(
    absl::string_view contents, absl::string_view file_name) {
  Authenticator authenticator;
  int number = 0;
  for (const absl::string_view line : absl::StrSplit(contents, '\n')) {
    ++number;
    if (line.empty() || line[0] == '#') continue;
    absl::StatusOr<std::pair<std::string, Actor>> parsed = ParseLine(line);
    if (!parsed.ok()) {
      return absl::InvalidArgumentError(absl::StrCat(
          file_name, ":", number, ": ", parsed.status().message()));
    }
    if (!authenticator.actors_.insert(*std::move(parsed)).second) {
      return absl::InvalidArgumentError(
          absl::StrCat(file_name, ":", number, ": the token stands twice"));
    }
  }
  if (authenticator.actors_.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(file_name, ": holds no token; nobody could call"));
  }
  return authenticator;
}

absl::StatusOr<Actor> Authenticator::Identify(
    const grpc::CallbackServerContext& context) const {
  if (actors_.empty()) return anyone_;
  const auto& metadata = context.client_metadata();
  const auto header = metadata.find("authorization");
  if (header == metadata.end()) {
    return NotAuthenticated(
        "the server needs a token; give one with --token-file");
  }
  absl::string_view token(header->second.data(), header->second.size());
  if (!absl::ConsumePrefix(&token, "Bearer ")) {
    return NotAuthenticated("authorization must be \"Bearer TOKEN\"");
  }
  // Looked up by hash, so that timing tells nothing of the tokens.
  const auto actor = actors_.find(audit::ToHex(audit::Sha256(token)));
  if (actor == actors_.end()) return NotAuthenticated("nobody has this token");
  return actor->second;
}

v1::AccessSet Authenticator::Access() const {
  std::multiset<std::pair<std::string, std::set<std::string>>> accounts;
  for (const auto& [token, actor] : actors_) {
    std::set<std::string> roles;
    for (const Role role : actor.roles) roles.insert(NameOf(role));
    accounts.emplace(actor.name, std::move(roles));
  }
  v1::AccessSet access;
  for (const auto& [actor, roles] : accounts) {
    v1::Account* const account = access.add_accounts();
    account->set_actor(actor);
    account->mutable_roles()->Assign(roles.begin(), roles.end());
  }
  return access;
}

}  // namespace tidemark::server
