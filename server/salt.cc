#include "server/salt.h"

#include <openssl/rand.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/leaf.h"

namespace tidemark::server {

absl::StatusOr<std::string> RandomSalt() {
  std::string salt(audit::kSaltBytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(salt.data()),
                 static_cast<int>(salt.size())) == 1) {
    return salt;
  }
  return absl::InternalError("the system has no random numbers");
}

}  // namespace tidemark::server
