#include "tests/faults/linearizability.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace tidemark::testing {
namespace {

using Kind = Operation::Kind;

constexpr int64_t kForEver = std::numeric_limits<int64_t>::max();

// The sequences at which an operation may have taken effect.
struct Range {
  const Operation* operation = nullptr;
  int64_t low = 0;
  int64_t high = 0;
};

std::string ToString(const TrialAt& trial) {
  return absl::StrCat("version ", trial.version, " with ", trial.events,
                      " events of sequence ", trial.sequence);
}

class Checker {
 public:
  Checker(const std::vector<Operation>& operations,
          const std::vector<std::string>& log)
      : operations_(operations), log_(log) {}

  std::vector<std::string> Check() {
    ReplayLog();
    for (const Operation& operation : operations_) {
      if (const auto range = RangeOf(operation)) ranges_.push_back(*range);
    }
    CheckOrder();
    return std::move(findings_);
  }

 private:
  void Find(const std::string& name, const std::string& why) {
    findings_.push_back(absl::StrCat(name, ": ", why));
  }

  void ReplayLog() {
    std::map<std::string, const Operation*> writes;
    for (const Operation& operation : operations_) {
      if (operation.kind == Kind::kWrite) writes[operation.name] = &operation;
    }
    for (size_t i = 0; i < log_.size(); ++i) {
      const auto sequence = static_cast<int64_t>(i) + 1;
      const auto write = writes.find(log_[i]);
      if (write == writes.end()) {
        Find(log_[i], "is in the log, but nobody wrote it");
        continue;
      }
      if (!sequences_.emplace(log_[i], sequence).second) {
        Find(log_[i], "is in the log twice");
        continue;
      }
      const std::string& trial = write->second->trial;
      if (trial.empty()) continue;
      std::vector<TrialAt>& versions = trials_[trial];
      versions.push_back({sequence, static_cast<int64_t>(versions.size()) + 1,
                          write->second->seen.events});
    }
  }

  // The trial after `sequence`, and when the next version takes its place.
  std::pair<TrialAt, int64_t> At(const std::string& trial,
                                 int64_t sequence) const {
    std::pair<TrialAt, int64_t> at = {{}, kForEver};
    const auto versions = trials_.find(trial);
    if (versions == trials_.end()) return at;
    for (const TrialAt& version : versions->second) {
      if (version.sequence > sequence) {
        at.second = version.sequence;
        break;
      }
      at.first = version;
    }
    return at;
  }

  void Compare(const Operation& operation, const TrialAt& expected) {
    if (operation.seen == expected) return;
    Find(operation.name,
         absl::StrCat("saw ", ToString(operation.seen), " of ", operation.trial,
                      ", the log makes ", ToString(expected)));
  }

  // Checks the answer by itself. Nothing: it took no effect, or cannot have
  // been true at any sequence.
  std::optional<Range> RangeOf(const Operation& operation) {
    switch (operation.kind) {
      case Kind::kWrite:
        return RangeOfWrite(operation);
      case Kind::kReadTrial: {
        const auto [trial, next] = At(operation.trial, operation.seen.sequence);
        Compare(operation, trial);
        return Range{&operation, operation.seen.sequence, next - 1};
      }
      case Kind::kReadTrialAsOf:
        Compare(operation, At(operation.trial, operation.as_of).first);
        return Range{&operation, operation.as_of, kForEver};
      case Kind::kReadEstimate:
        CheckEstimate(operation);
        return Range{&operation, operation.head, operation.head};
    }
    return std::nullopt;
  }

  std::optional<Range> RangeOfWrite(const Operation& write) {
    const auto found = sequences_.find(write.name);
    const bool answered = write.returned != Operation::kNever;
    if (found == sequences_.end()) {
      if (answered) Find(write.name, "was acknowledged and is lost");
      return std::nullopt;
    }
    const int64_t sequence = found->second;
    if (answered && sequence != write.seen.sequence) {
      Find(write.name,
           absl::StrCat("was acknowledged as sequence ", write.seen.sequence,
                        ", the log has it at ", sequence));
    } else if (answered && !write.trial.empty()) {
      Compare(write, At(write.trial, sequence).first);
    }
    return Range{&write, sequence, sequence};
  }

  void CheckEstimate(const Operation& read) {
    if (read.estimate_sequence != read.head) {
      Find(read.name,
           absl::StrCat("saw the estimate of sequence ", read.estimate_sequence,
                        " at the head ", read.head));
    }
    std::map<std::string, int64_t> expected;
    for (const auto& [trial, versions] : trials_) {
      const TrialAt at = At(trial, read.head).first;
      if (at.sequence > 0) expected[trial] = at.version;
    }
    if (read.versions != expected) {
      Find(
          read.name,
          absl::StrCat("saw an estimate of other versions than the log has at ",
                       read.head));
    }
  }

  void CheckOrder() {
    std::vector<Range> begins = ranges_;
    std::vector<Range> ends = ranges_;
    std::sort(begins.begin(), begins.end(), [](const auto& a, const auto& b) {
      return a.operation->invoked < b.operation->invoked;
    });
    std::sort(ends.begin(), ends.end(), [](const auto& a, const auto& b) {
      return a.operation->returned < b.operation->returned;
    });
    // The largest sequence that a call which has ended wrote or saw.
    const Range* last = nullptr;
    auto ended = ends.begin();
    for (const Range& range : begins) {
      for (; ended != ends.end() &&
             ended->operation->returned < range.operation->invoked;
           ++ended) {
        if (last == nullptr || ended->low > last->low) last = &*ended;
      }
      if (last == nullptr) continue;
      const bool is_write = range.operation->kind == Kind::kWrite;
      if (is_write ? range.high > last->low : range.high >= last->low) continue;
      Find(range.operation->name,
           absl::StrCat("took effect at sequence ", range.high,
                        " at the latest, but began after ",
                        last->operation->name, " had ended at ", last->low));
    }
  }

  const std::vector<Operation>& operations_;
  const std::vector<std::string>& log_;
  // Of the requests in the log.
  std::map<std::string, int64_t> sequences_;
  // Versions by trial, oldest first.
  std::map<std::string, std::vector<TrialAt>> trials_;
  std::vector<Range> ranges_;
  std::vector<std::string> findings_;
};

}  // namespace

std::vector<std::string> CheckLinearizable(
    const std::vector<Operation>& operations,
    const std::vector<std::string>& log) {
  return Checker(operations, log).Check();
}

}  // namespace tidemark::testing
