// The real server in a process of its own.
#ifndef TIDEMARK_TESTS_FAULTS_SERVER_PROCESS_H_
#define TIDEMARK_TESTS_FAULTS_SERVER_PROCESS_H_

#include <sys/types.h>

#include <string>
#include <vector>

namespace tidemark::testing {

// Thread-compatible.
class ServerProcess {
 public:
  // Starts //server:tidemarkd over the directory on a free port of loopback;
  // does not wait for it. Its output goes to the file `output`. With a
  // failpoint, NAME@HIT of base/testing/faults.h, starts :faulty_tidemarkd,
  // which dies there. `options` are further ones of its command line.
  ServerProcess(const std::string& data_dir, std::string output,
                const std::string& failpoint = "",
                const std::vector<std::string>& options = {});
  ~ServerProcess() { Kill(); }

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

}  // namespace tidemark::testing

#endif  // TIDEMARK_TESTS_FAULTS_SERVER_PROCESS_H_
