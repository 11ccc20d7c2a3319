#include "client/cli/run_command.h"

#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace tidemark::cli {
namespace {

absl::Status CannotStart(const std::string& command, int error) {
  return absl::InternalError(absl::StrCat(
      "cannot run `", command, "`: ", std::generic_category().message(error)));
}

// A file in memory that holds `input`, to be read from its start. A pipe would
// have to be fed while the command runs, and breaks if it reads nothing.
// Negative: errno says why.
int InputFile(absl::string_view input) {
  const int file = memfd_create("input", MFD_CLOEXEC);
  if (file < 0) return file;
  while (!input.empty()) {
    const ssize_t count = write(file, input.data(), input.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      const int error = errno;
      close(file);
      errno = error;
      return -1;
    }
    input.remove_prefix(static_cast<size_t>(count));
  }
  lseek(file, 0, SEEK_SET);
  return file;
}

// 0, or the error.
int Start(const std::string& command, int input, pid_t* process) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP |
                                            POSIX_SPAWN_SETSIGMASK |
                                            POSIX_SPAWN_SETSIGDEF);
  // It takes signals as any command does, whatever this process does with them.
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  sigset_t all;
  sigfillset(&all);
  posix_spawnattr_setsigdefault(&attributes, &all);
  const std::string arguments[] = {"/bin/sh", "-c", command};
  char* const argv[] = {const_cast<char*>(arguments[0].c_str()),
                        const_cast<char*>(arguments[1].c_str()),
                        const_cast<char*>(arguments[2].c_str()), nullptr};
  const int error =
      posix_spawn(process, argv[0], &actions, &attributes, argv, environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

}  // namespace

absl::Status RunCommand(const std::string& command, absl::string_view input) {
  const int file = InputFile(input);
  if (file < 0) return CannotStart(command, errno);
  pid_t process = 0;
  const int error = Start(command, file, &process);
  close(file);
  if (error != 0) return CannotStart(command, error);
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return absl::OkStatus();
  return absl::UnknownError(
      WIFEXITED(status) ? absl::StrCat("`", command, "` ended with exit code ",
                                       WEXITSTATUS(status))
                        : absl::StrCat("`", command, "` was ended by signal ",
                                       WTERMSIG(status)));
}

}  // namespace tidemark::cli
