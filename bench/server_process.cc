#include "bench/server_process.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>

#include "absl/strings/str_cat.h"

namespace tidemark::bench {
namespace {

struct Pipe {
  Pipe() {
    int ends[2];
    if (pipe(ends) != 0) std::abort();
    read = ends[0];
    write = ends[1];
  }
  int read = -1;
  int write = -1;
};

}  // namespace

ServerProcess::ServerProcess(const std::function<void(const Ready&)>& serve) {
  const Pipe port;
  const Pipe stop;
  child_ = fork();
  if (child_ < 0) std::abort();
  if (child_ == 0) {
    close(stop.write);
    serve([&](int number) {
      if (write(port.write, &number, sizeof number) != sizeof number) {
        std::abort();
      }
      // The end of the pipe.
      char byte = 0;
      if (read(stop.read, &byte, 1) != 0) std::abort();
    });
    _exit(0);
  }
  close(port.write);
  close(stop.read);
  stop_ = stop.write;
  int number = 0;
  if (read(port.read, &number, sizeof number) != sizeof number) std::abort();
  close(port.read);
  address_ = absl::StrCat("127.0.0.1:", number);
}

ServerProcess::~ServerProcess() {
  close(stop_);
  waitpid(child_, nullptr, 0);
}

double ServerProcess::ResidentBytes() const {
  std::ifstream status(absl::StrCat("/proc/", child_, "/status"));
  for (std::string word; status >> word;) {
    double kilobytes = 0;
    if (word == "RssAnon:" && status >> kilobytes) return 1024 * kilobytes;
  }
  std::abort();
}

}  // namespace tidemark::bench
