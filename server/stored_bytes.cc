#include "server/stored_bytes.h"

#include <openssl/rand.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/leaf.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/message_lite.h"

namespace tidemark::server {

std::string StoredBytes(const google::protobuf::MessageLite& message) {
  std::string bytes(message.ByteSizeLong(), '\0');
  google::protobuf::io::ArrayOutputStream stream(
      bytes.data(), static_cast<int>(bytes.size()));
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeWithCachedSizes(&coded);
  coded.Trim();
  return bytes;
}

absl::StatusOr<std::string> RandomSalt() {
  std::string salt(audit::kSaltBytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(salt.data()),
                 static_cast<int>(salt.size())) == 1) {
    return salt;
  }
  return absl::InternalError("the system has no random numbers");
}

}  // namespace tidemark::server
