// What grpc.health.v1 says of a server.
#ifndef TIDEMARK_TESTS_TESTING_HEALTH_H_
#define TIDEMARK_TESTS_TESTING_HEALTH_H_

#include <memory>
#include <string>

#include "grpcpp/channel.h"

namespace tidemark::testing {

// Services by full name; "" is the server as a whole.
inline constexpr char kWholeServer[] = "";
inline constexpr char kWriteService[] = "tidemark.v1.WriteService";
inline constexpr char kReadService[] = "tidemark.v1.ReadService";

// Whether the service says SERVING. A call that fails fails the running test.
bool IsServing(const std::shared_ptr<grpc::Channel>& channel,
               const std::string& service);

// Waits until it does, for 10 s at most; false if it does not.
bool AwaitServing(const std::shared_ptr<grpc::Channel>& channel,
                  const std::string& service);

}  // namespace tidemark::testing

#endif  // TIDEMARK_TESTS_TESTING_HEALTH_H_
