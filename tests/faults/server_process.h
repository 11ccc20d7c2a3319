// The real server, and other programs that serve, in processes of their own.
#ifndef TIDEMARK_TESTS_FAULTS_SERVER_PROCESS_H_
#define TIDEMARK_TESTS_FAULTS_SERVER_PROCESS_H_

#include <sys/types.h>

#include <string>
#include <vector>

namespace tidemark::testing {

// A program that says `: serving WHAT on HOST:PORT` once it does.
// Thread-compatible.
class ServingProcess {
 public:
  // Starts the command line; does not wait for it. Its output goes to the file
  // `output`. `failpoint` is NAME@HIT of base/testing/faults.h, or empty.
  ServingProcess(std::vector<std::string> command, std::string output,
                 const std::string& failpoint = "");
  ~ServingProcess() { Kill(); }
  ServingProcess(const ServingProcess&) = delete;
  ServingProcess& operator=(const ServingProcess&) = delete;

  // HOST:PORT once it serves; empty if it ended, or does not serve in 30 s.
  std::string WaitUntilServing();

  void Signal(int signal) const;

  // SIGKILL. Returns when the process is gone.
  void Kill();

  // Waits until it died by SIGKILL; false if it ended in another way, or lives
  // on for 30 s.
  bool WaitUntilKilled();

  // SIGTERM; its exit code, -1 if a signal ended it.
  int Terminate();

  // Waits until it ended, 30 s at most: its exit code, -1 if a signal ended it.
  int WaitUntilExited();

  // All that it wrote to standard output and error.
  std::string Output() const;

 private:
  bool Ended();
  bool WaitUntilEnded();
  int ExitCode() const;

  const std::string output_;
  pid_t process_ = 0;
  int wait_status_ = 0;
};

class ServerProcess : public ServingProcess {
 public:
  // Starts //server:tidemarkd over the directory on a free port of loopback.
  // With a failpoint, starts :faulty_tidemarkd, which dies there. `options` are
  // further ones of its command line.
  ServerProcess(const std::string& data_dir, std::string output,
                const std::string& failpoint = "",
                const std::vector<std::string>& options = {});
};

}  // namespace tidemark::testing

#endif  // TIDEMARK_TESTS_FAULTS_SERVER_PROCESS_H_
