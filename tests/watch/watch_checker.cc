#include "tests/watch/watch_checker.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"

namespace tidemark::testing {
namespace {

using google::protobuf::util::MessageDifferencer;

// What differs, e.g. `modified: estimates[0].random.…`; empty if nothing does.
template <typename Message>
std::string Difference(const Message& expected, const Message& found) {
  std::string difference;
  MessageDifferencer differencer;
  // A model without effects may be there or not.
  differencer.set_message_field_comparison(MessageDifferencer::EQUIVALENT);
  differencer.ReportDifferencesToString(&difference);
  return differencer.Compare(expected, found) ? "" : difference;
}

class Checker {
 public:
  Checker(const v1::WatchRequest& request, int64_t start,
          const History& history)
      : request_(request),
        history_(history),
        in_snapshot_(request.snapshot()),
        position_(start) {}

  std::vector<std::string> Check(const std::vector<v1::WatchResponse>& messages,
                                 int64_t until) {
    for (const v1::WatchResponse& message : messages) See(message);
    if (in_snapshot_) Find("the snapshot did not end");
    ExpectNothingHeldBack(until, "the end of the watch");
    return findings_;
  }

 private:
  template <typename... Parts>
  void Find(const Parts&... parts) {
    findings_.push_back(absl::StrCat(parts...));
  }

  void See(const v1::WatchResponse& message) {
    if (message.resume_token().empty() && !message.has_end()) {
      Find("a message without a token after sequence ", position_);
    }
    switch (message.event_case()) {
      case v1::WatchResponse::kStarted:
        if (!in_snapshot_ && message.started().head_sequence() < position_) {
          Find("a head of ", message.started().head_sequence(), " after ",
               position_, " was delivered");
        }
        break;
      case v1::WatchResponse::kEntry:
        return SeeEntry(message.entry());
      case v1::WatchResponse::kProgress:
        return SeeProgress(message.progress().sequence());
      case v1::WatchResponse::kSnapshotItem:
        return SeeItem(message.snapshot_item());
      case v1::WatchResponse::kSnapshotEnd:
        return SeeSnapshotEnd(message.snapshot_end().sequence());
      case v1::WatchResponse::kEnd:
        break;
      case v1::WatchResponse::EVENT_NOT_SET:
        Find("an empty message after sequence ", position_);
    }
  }

  void SeeEntry(const v1::WatchEntry& entry) {
    const int64_t sequence = entry.entry().sequence();
    if (in_snapshot_) {
      return Find("entry ", sequence, " before the snapshot ended");
    }
    if (sequence <= position_) {
      return Find("entry ", sequence, " after ", position_,
                  ": it is out of order or comes twice");
    }
    if (sequence > history_.head()) {
      return Find("entry ", sequence, ", which was not committed");
    }
    ExpectNothingHeldBack(sequence - 1, absl::StrCat("entry ", sequence));
    position_ = sequence;
    const auto expected = history_.EntryFor(request_, sequence);
    if (!expected.has_value()) {
      return Find("entry ", sequence, ", which the filter holds back");
    }
    CheckContent(*expected, entry);
  }

  // An estimate that a later entry brings, if none of them is held back.
  bool MayLeaveOut(const std::string& analysis, int64_t sequence) const {
    return request_.delivery() == v1::WatchRequest::LATEST &&
           !AsksForEvents(request_) &&
           history_.IsMovedAfter(analysis, sequence);
  }

  // Estimates may be left out as the request allows; nothing else.
  void CheckContent(v1::WatchEntry expected, const v1::WatchEntry& entry) {
    const int64_t sequence = entry.entry().sequence();
    const std::set<std::string> left_out(entry.estimates_left_out().begin(),
                                         entry.estimates_left_out().end());
    for (const std::string& analysis : left_out) {
      if (!MayLeaveOut(analysis, sequence)) {
        Find("entry ", sequence, " leaves out the estimate of ", analysis);
      }
    }
    auto& estimates = *expected.mutable_estimates();
    for (int i = estimates.size() - 1; i >= 0; --i) {
      if (left_out.count(estimates.Get(i).analysis_id()) == 0) continue;
      estimates.DeleteSubrange(i, 1);
    }
    *expected.mutable_estimates_left_out() = entry.estimates_left_out();
    const std::string difference = Difference(expected, entry);
    if (!difference.empty()) {
      Find("entry ", sequence, " is not what the reads show: ", difference);
    }
  }

  void SeeProgress(int64_t sequence) {
    if (in_snapshot_) return;
    if (sequence < position_) {
      Find("progress ", sequence, " after ", position_, " was delivered");
    }
    ExpectNothingHeldBack(sequence, absl::StrCat("progress ", sequence));
  }

  // Moves to `sequence`, naming what should have come by then.
  void ExpectNothingHeldBack(int64_t sequence, const std::string& before) {
    for (; position_ < sequence; ++position_) {
      if (position_ + 1 > history_.head()) {
        return Find(before, " speaks of entries that were not committed");
      }
      if (history_.EntryFor(request_, position_ + 1).has_value()) {
        Find("entry ", position_ + 1, " is missing before ", before);
      }
    }
  }

  void SeeItem(const v1::SnapshotItem& item) {
    const std::string& analysis = item.analysis().analysis().analysis_id();
    if (!in_snapshot_) return Find("an item of ", analysis, " after the end");
    if (!snapshot_.has_value()) {
      snapshot_ = item.sequence();
      expected_items_ = history_.SnapshotFor(request_, item.sequence());
    }
    const auto expected = expected_items_.find(analysis);
    if (expected == expected_items_.end()) {
      return Find("the snapshot has ", analysis,
                  ": it comes twice, or the filter holds it back");
    }
    *expected->second.mutable_analysis() = item.analysis();
    const std::string difference = Difference(expected->second, item);
    if (!difference.empty()) {
      Find("the snapshot of ", analysis,
           " is not what the reads show: ", difference);
    }
    expected_items_.erase(expected);
  }

  void SeeSnapshotEnd(int64_t sequence) {
    if (!in_snapshot_) return Find("a snapshot ended twice");
    if (snapshot_.value_or(sequence) != sequence) {
      Find("the snapshot is of ", *snapshot_, " and ends at ", sequence);
    }
    if (!snapshot_.has_value()) {
      expected_items_ = history_.SnapshotFor(request_, sequence);
    }
    for (const auto& [analysis, item] : expected_items_) {
      Find("the snapshot lacks ", analysis);
    }
    in_snapshot_ = false;
    position_ = sequence;
  }

  const v1::WatchRequest& request_;
  const History& history_;
  bool in_snapshot_;
  std::optional<int64_t> snapshot_;  // its sequence, once an item came
  std::map<std::string, v1::SnapshotItem> expected_items_;
  // Everything up to here was delivered or held back by the filter.
  int64_t position_;
  std::vector<std::string> findings_;
};

}  // namespace

std::vector<std::string> CheckWatch(
    const v1::WatchRequest& request, int64_t start, int64_t until,
    const std::vector<v1::WatchResponse>& messages, const History& history) {
  return Checker(request, start, history).Check(messages, until);
}

}  // namespace tidemark::testing
