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

}  // namespace

ServerProcess::ServerProcess(const std::string& data_dir, std::string output,
                             const std::string& failpoint,
                             const std::vector<std::string>& options)
    : output_(std::move(output)) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output_.c_str(),
                                   O_CREAT | O_TRUNC | O_WRONLY | O_APPEND,
                                   0600);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  const char* const binary = failpoint.empty() ? kBinary : kFaultyBinary;
  std::vector<std::string> arguments = {binary, "--data", data_dir, "--listen",
                                        "127.0.0.1:0"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  std::string armed = "TIDEMARK_FAILPOINT=" + failpoint;
  std::vector<char*> environment = {&armed[0]};
  for (char** variable = environ; *variable != nullptr; ++variable) {
    environment.push_back(*variable);
  }
  environment.push_back(nullptr);
  const int error = posix_spawn(&process_, binary, &actions, nullptr,
                                argv.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    std::cerr << "cannot start " << binary << "\n";
    std::abort();
  }
}

bool ServerProcess::Ended() {
  if (process_ != 0 && waitpid(process_, &wait_status_, WNOHANG) == process_) {
    process_ = 0;
  }
  return process_ == 0;
}

std::string ServerProcess::WaitUntilServing() {
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

void ServerProcess::Signal(int signal) const { kill(process_, signal); }

void ServerProcess::Kill() {
  if (Ended()) return;
  kill(process_, SIGKILL);
  waitpid(process_, &wait_status_, 0);
  process_ = 0;
}

bool ServerProcess::WaitUntilEnded() {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!Ended() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return Ended();
}

bool ServerProcess::WaitUntilKilled() {
  return WaitUntilEnded() && WIFSIGNALED(wait_status_) &&
         WTERMSIG(wait_status_) == SIGKILL;
}

int ServerProcess::ExitCode() const {
  return WIFEXITED(wait_status_) ? WEXITSTATUS(wait_status_) : -1;
}

int ServerProcess::WaitUntilExited() {
  return WaitUntilEnded() ? ExitCode() : -1;
}

int ServerProcess::Terminate() {
  if (!Ended()) {
    kill(process_, SIGTERM);
    waitpid(process_, &wait_status_, 0);
    process_ = 0;
  }
  return ExitCode();
}

std::string ServerProcess::Output() const {
  std::ifstream file(output_);
  std::ostringstream contents;
  contents << file.rdbuf();
  return contents.str();
}

}  // namespace tidemark::testing
