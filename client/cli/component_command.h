// `components`: what the parts of treatments contribute.
#ifndef TIDEMARK_CLIENT_CLI_COMPONENT_COMMAND_H_
#define TIDEMARK_CLIENT_CLI_COMPONENT_COMMAND_H_

#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "absl/status/statusor.h"
#include "client/cli/session.h"
#include "google/protobuf/repeated_field.h"
#include "tidemark/v1/component_model.pb.h"

namespace tidemark::cli {

void AddComponentCommand(CLI::App& app, Session& session);

// For `analyze`: --components SEP with --inactive and --interaction.
struct ComponentOptions {
  std::string separator;
  std::vector<std::string> inactive;
  std::vector<std::string> interactions;  // A*B
};
void AddComponentOptions(CLI::App* command, ComponentOptions* options);

// The model of treatments whose names are their components, parted by the
// separator. A usage error: an inactive treatment that is none of them, or a
// name with nothing between two separators.
absl::StatusOr<v1::ComponentModelSpec> ComponentSpecOf(
    const ComponentOptions& options,
    const google::protobuf::RepeatedPtrField<std::string>& treatments);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_COMPONENT_COMMAND_H_
