#include "tests/faults/server_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace tidemark::testing {
namespace {

constexpr char kBinary[] = "server/tidemarkd";
constexpr char kFaultyBinary[] = "tests/faults/faulty_tidemarkd";
constexpr std::chrono::seconds kPatience(30);

// The address in "... serving DIR on HOST:PORT\n"; empty if it is not there.
std::string AddressIn(const std::string& output) {
  const size_t serving = output.find(": serving ");
  if (serving == std::string::npos) return "";
  const size_t end = output.find('\n', serving);
  if (end == std::string::npos) return "";
  const size_t address = output.rfind(' ', end) + 1;
  return output.substr(address, end - address);
}

std::vector<std::string> ServerCommand(
    const std::string& data_dir, bool faulty,
    const std::vector<std::string>& options) {
  std::vector<std::string> command = {faulty ? kFaultyBinary : kBinary,
                                      "--data", data_dir, "--listen",
                                      "127.0.0.1:0"};
  command.insert(command.end(), options.begin(), options.end());
  return command;
}

}  // namespace

ServerProcess::ServerProcess(const std::string& data_dir, std::string output,
                             const std::string& failpoint,
                             const std::vector<std::string>& options)
    : ServingProcess(ServerCommand(data_dir, !failpoint.empty(), options),
                     std::move(output), failpoint) {}

ServingProcess::ServingProcess(std::vector<std::string> command,
                               std::string output, const std::string& failpoint)
    : output_(std::move(output)) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output_.c_str(),
                                   O_CREAT | O_TRUNC | O_WRONLY | O_APPEND,
                                   0600);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  std::vector<char*> argv;
  for (std::string& argument : command) argv.push_back(argument.data());
  argv.push_back(nullptr);
  std::string armed = "TIDEMARK_FAILPOINT=" + failpoint;
  std::vector<char*> environment = {&armed[0]};
  for (char** variable = environ; *variable != nullptr; ++variable) {
    environment.push_back(*variable);
  }
  environment.push_back(nullptr);
  const int error = posix_spawn(&process_, command[0].c_str(), &actions,
                                nullptr, argv.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    std::cerr << "cannot start " << command[0] << "\n";
    std::abort();
  }
}

bool ServingProcess::Ended() {
  if (process_ != 0 && waitpid(process_, &wait_status_, WNOHANG) == process_) {
    process_ = 0;
  }
  return process_ == 0;
}

std::string ServingProcess::WaitUntilServing() {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < deadline) {
    // In this order: what a process that ended wrote last must be seen.
    const bool ended = Ended();
    const std::string address = AddressIn(Output());
    if (ended) return "";
    if (!address.empty()) return address;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return "";
}

void ServingProcess::Signal(int signal) const { kill(process_, signal); }

void ServingProcess::Kill() {
  if (Ended()) return;
  kill(process_, SIGKILL);
  waitpid(process_, &wait_status_, 0);
  process_ = 0;
}

bool ServingProcess::WaitUntilEnded() {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!Ended() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return Ended();
}

bool ServingProcess::WaitUntilKilled() {
  return WaitUntilEnded() && WIFSIGNALED(wait_status_) &&
         WTERMSIG(wait_status_) == SIGKILL;
}

int ServingProcess::ExitCode() const {
  return WIFEXITED(wait_status_) ? WEXITSTATUS(wait_status_) : -1;
}

int ServingProcess::WaitUntilExited() {
  return WaitUntilEnded() ? ExitCode() : -1;
}

int ServingProcess::Terminate() {
  if (!Ended()) {
    kill(process_, SIGTERM);
    waitpid(process_, &wait_status_, 0);
    process_ = 0;
  }
  return ExitCode();
}

std::string ServingProcess::Output() const {
  std::ifstream file(output_);
  std::ostringstream contents;
  contents << file.rdbuf();
  return contents.str();
}

}  // namespace tidemark::testing
