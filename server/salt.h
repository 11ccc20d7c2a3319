// Salt of what is stored.
#ifndef TIDEMARK_SERVER_SALT_H_
#define TIDEMARK_SERVER_SALT_H_

#include <string>

#include "absl/status/statusor.h"

namespace tidemark::server {

// audit::kSaltBytes fresh random bytes. Internal: the system has none.
absl::StatusOr<std::string> RandomSalt();

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_SALT_H_
