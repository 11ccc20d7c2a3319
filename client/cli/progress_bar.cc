#include "client/cli/progress_bar.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/time/time.h"

namespace tidemark::cli {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(1);
constexpr absl::Duration kInterval = absl::Milliseconds(100);
constexpr int64_t kWidth = 30;

}  // namespace

ProgressBar::ProgressBar(std::string things, std::ostream* out,
                         std::function<absl::Time()> now)
    : things_(std::move(things)),
      out_(out),
      now_(std::move(now)),
      start_(now_()),
      next_(start_ + kPatience) {}

ProgressBar::~ProgressBar() {
  if (drawn_ == 0) return;
  Draw("");
  *out_ << '\r' << std::flush;
}

void ProgressBar::Show(int64_t done, int64_t total) {
  if (out_ == nullptr) return;
  const absl::Time now = now_();
  if (now < next_) return;
  next_ = now + kInterval;
  const auto filled = static_cast<size_t>(
      total > 0 ? std::min(kWidth, kWidth * done / total) : kWidth);
  const double rate =
      static_cast<double>(done) / absl::ToDoubleSeconds(now - start_);
  Draw(absl::StrFormat("[%s%s] %d / %d %s, %.0f/s", std::string(filled, '#'),
                       std::string(kWidth - filled, '.'), done, total, things_,
                       rate));
}

void ProgressBar::Draw(const std::string& line) {
  *out_ << '\r' << line;
  if (line.size() < drawn_) *out_ << std::string(drawn_ - line.size(), ' ');
  out_->flush();
  drawn_ = line.size();
}

}  // namespace tidemark::cli
