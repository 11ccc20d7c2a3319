// Clients of a server in another process.
#ifndef TIDEMARK_TESTS_FAULTS_CONNECT_H_
#define TIDEMARK_TESTS_FAULTS_CONNECT_H_

#include <string>

#include "grpcpp/grpcpp.h"
#include "tests/faults/stubs.h"

namespace tidemark::testing {

// A connection of its own to HOST:PORT: another server may have had the port.
inline Stubs Connect(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return Stubs(grpc::CreateCustomChannel(
      address, grpc::InsecureChannelCredentials(), arguments));
}

}  // namespace tidemark::testing

#endif  // TIDEMARK_TESTS_FAULTS_CONNECT_H_
