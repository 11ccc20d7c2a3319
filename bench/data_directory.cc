#include "bench/data_directory.h"

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace tidemark::bench {

DataDirectory::DataDirectory(int argc, char** argv) {
  constexpr char kData[] = "--data=";
  if (argc > 2 || (argc == 2 && !absl::StartsWith(argv[1], kData))) {
    std::cerr << "usage: " << argv[0]
              << " [--data=DIR] [flags of Google Benchmark]\n";
    std::exit(2);
  }
  const std::string parent =
      argc == 2 ? std::string(absl::StripPrefix(argv[1], kData))
                : std::filesystem::temp_directory_path().string();
  path_ = parent + "/tidemark-bench.XXXXXX";
  if (mkdtemp(path_.data()) == nullptr) {
    std::cerr << "cannot make a directory in " << parent << "\n";
    std::exit(1);
  }
}

// With the key of the data in it.
DataDirectory::~DataDirectory() {
  std::filesystem::remove_all(path_);
  std::filesystem::remove_all(path_ + ".keys");
}

}  // namespace tidemark::bench
