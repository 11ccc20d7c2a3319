// The directory of a benchmark that needs a disk.
#ifndef TIDEMARK_BENCH_DATA_DIRECTORY_H_
#define TIDEMARK_BENCH_DATA_DIRECTORY_H_

#include <string>

namespace tidemark::bench {

// A new directory; gone with this.
class DataDirectory {
 public:
  // In the one that `--data=DIR`, the only argument, names; else in that of
  // temporary files. Ends the process with a message if the arguments are
  // others or it cannot be made.
  DataDirectory(int argc, char** argv);
  ~DataDirectory();
  DataDirectory(const DataDirectory&) = delete;
  DataDirectory& operator=(const DataDirectory&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace tidemark::bench

#endif  // TIDEMARK_BENCH_DATA_DIRECTORY_H_
