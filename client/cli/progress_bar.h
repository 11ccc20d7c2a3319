// How far a long command is, for somebody who waits at a terminal.
#ifndef TIDEMARK_CLIENT_CLI_PROGRESS_BAR_H_
#define TIDEMARK_CLIENT_CLI_PROGRESS_BAR_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>

#include "absl/time/time.h"

namespace tidemark::cli {

// One line that is drawn over itself, at most ten times a second, and wiped out
// at the end. What takes less than a second has none. Thread-compatible.
class ProgressBar {
 public:
  // Of so many `things`, e.g. "entries". `out`, which must be a terminal and
  // outlive the bar, may be null: draws nothing.
  ProgressBar(std::string things, std::ostream* out,
              std::function<absl::Time()> now);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void Show(int64_t done, int64_t total);

 private:
  void Draw(const std::string& line);

  const std::string things_;
  std::ostream* const out_;
  const std::function<absl::Time()> now_;
  const absl::Time start_;
  absl::Time next_;
  size_t drawn_ = 0;
};

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_PROGRESS_BAR_H_
