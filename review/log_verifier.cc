#include "review/log_verifier.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "audit/leaf.h"
#include "audit/sha256.h"
#include "base/status_macros.h"
#include "google/protobuf/util/message_differencer.h"
#include "review/analysis_inputs.h"
#include "review/compare_estimates.h"
#include "review/finding.h"
#include "review/first_difference.h"
#include "review/living_mode.h"
#include "review/log_events.h"
#include "review/older_builds.h"
#include "review/plan_change.h"
#include "review/redaction.h"
#include "tidemark/v1/change.pb.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/finding.pb.h"

namespace tidemark::review {
namespace {

using google::protobuf::util::MessageDifferencer;

absl::Status CheckDigest(absl::string_view what, const audit::Digest& expected,
                         const audit::Digest& actual) {
  if (expected == actual) return absl::OkStatus();
  return NotVerified(what, audit::ToHex(expected), audit::ToHex(actual));
}

std::string Joined(const std::vector<std::string>& ids) {
  return ids.empty() ? "none" : absl::StrJoin(ids, ", ");
}

// OK if the two lists are the same. Compared one by one: an id may hold what
// joins them in the message.
absl::Status CheckIds(absl::string_view what,
                      const std::vector<std::string>& expected,
                      const std::vector<std::string>& actual) {
  if (expected == actual) return absl::OkStatus();
  return NotVerified(what, Joined(expected), Joined(actual));
}

// CheckIds of analyses: finds the estimates that are in one list only.
absl::Status CheckAnalyses(absl::string_view what,
                           const std::vector<std::string>& expected,
                           std::vector<std::string> actual, int64_t sequence) {
  const absl::Status status = CheckIds(what, expected, actual);
  if (status.ok()) return status;
  std::vector<std::string> wrong;
  std::sort(actual.begin(), actual.end());
  std::set_symmetric_difference(expected.begin(), expected.end(),
                                actual.begin(), actual.end(),
                                std::back_inserter(wrong));
  v1::Finding finding = FindingOf(status);
  for (const std::string& id : wrong) AddEstimate(id, sequence, finding);
  return NotVerified(finding);
}

template <typename Records>
std::vector<std::string> IdsOf(const Records& records) {
  std::vector<std::string> ids;
  for (const v1::StoredRecord& record : records) ids.push_back(record.id());
  return ids;
}

}  // namespace

LogVerifier::LogVerifier(absl::string_view review_id, Estimator estimator)
    : review_id_(review_id),
      estimator_(std::move(estimator)),
      roots_({audit::EmptyRoot()}) {}

absl::Status LogVerifier::Add(absl::string_view leaf,
                              const v1::Evidence& evidence) {
  const absl::Status status = AddChecked(leaf, evidence);
  if (status.ok()) return status;
  v1::Finding finding = FindingOf(status);
  // A redaction may find an entry before it.
  if (finding.sequence() > 0) return status;
  finding.set_sequence(size() + 1);
  if (finding.records().empty()) {
    AddRecords(leaf, evidence.salt(), evidence.change(), finding);
  }
  return NotVerified(finding);
}

absl::Status LogVerifier::AddChecked(absl::string_view leaf_bytes,
                                     const v1::Evidence& evidence) {
  ASSIGN_OR_RETURN(const audit::Leaf leaf, audit::DecodeLeaf(leaf_bytes));
  RETURN_IF_ERROR(CheckLeaf(leaf));
  ASSIGN_OR_RETURN(const PlannedChange plan, CheckChange(leaf, evidence));
  const int64_t epoch = EpochAfter(epoch_, plan.delta);
  if (size() > 0 && leaf.epoch != epoch) {
    return NotVerified("epoch", absl::StrCat(epoch), absl::StrCat(leaf.epoch));
  }
  state_.Apply(plan.delta, ContextOf(leaf));
  RETURN_IF_ERROR(CheckTrials(plan.delta, evidence));
  RETURN_IF_ERROR(CheckEstimates(leaf, evidence));
  epoch_ = leaf.epoch;
  time_unix_nanos_ = leaf.time_unix_nanos;
  frontier_.Append(audit::LeafHash(leaf_bytes));
  roots_.push_back(frontier_.Root());
  return absl::OkStatus();
}

absl::Status LogVerifier::CheckLeaf(const audit::Leaf& leaf) const {
  if (leaf.sequence != size() + 1) {
    return NotVerified("sequence in the leaf", absl::StrCat(size() + 1),
                       absl::StrCat(leaf.sequence));
  }
  if (leaf.time_unix_nanos < time_unix_nanos_) {
    return NotVerified("time", absl::StrCat("at least ", time_unix_nanos_),
                       absl::StrCat(leaf.time_unix_nanos));
  }
  return absl::OkStatus();
}

absl::StatusOr<PlannedChange> LogVerifier::CheckChange(
    const audit::Leaf& leaf, const v1::Evidence& evidence) {
  v1::Change change;
  const bool is_change = change.ParseFromString(evidence.change());
  RETURN_IF_ERROR(
      redactions_.Add(leaf, evidence.salt(), evidence.change(), change));
  if (!is_change) {
    return absl::DataLossError("the change is not a tidemark.v1.Change");
  }
  absl::StatusOr<PlannedChange> plan =
      PlanChange(state_, review_id_, change, AuthorOf(leaf));
  if (!plan.ok()) {
    return absl::DataLossError(absl::StrCat(
        "the review's rules refuse the change: ", plan.status().message()));
  }
  const absl::Status days =
      CheckDays(plan->change, absl::FromUnixNanos(leaf.time_unix_nanos));
  if (!days.ok()) {
    return absl::DataLossError(absl::StrCat(
        "the review's rules refuse the change at the time of its entry: ",
        days.message()));
  }
  const auto named = [](absl::string_view action, absl::string_view resource,
                        int64_t before, int64_t after) {
    return absl::StrCat(action, " ", resource, " ", before, "->", after);
  };
  if (plan->action != leaf.action || plan->resource != leaf.resource ||
      plan->version_before != leaf.version_before ||
      plan->version_after != leaf.version_after) {
    return NotVerified("what the leaf says was done",
                       named(plan->action, plan->resource, plan->version_before,
                             plan->version_after),
                       named(leaf.action, leaf.resource, leaf.version_before,
                             leaf.version_after));
  }
  if (audit::IsRedactedSalt(evidence.salt())) {
    const absl::StatusOr<v1::Change> without_words = WithoutWords(plan->change);
    if (!without_words.ok() ||
        !MessageDifferencer::Equals(change, *without_words)) {
      return absl::DataLossError(
          "the change is redacted, and is not what a redaction leaves of one");
    }
    return plan;
  }
  if (!MessageDifferencer::Equals(change, plan->change)) {
    return absl::DataLossError(
        "the change does not hold the defaults and old values that it must");
  }
  return plan;
}

absl::Status LogVerifier::CheckTrials(const Delta& delta,
                                      const v1::Evidence& evidence) const {
  std::vector<std::string> expected_ids;
  for (const v1::TrialRecord& record : delta.trials) {
    expected_ids.push_back(record.trial().trial_id());
  }
  std::sort(expected_ids.begin(), expected_ids.end());
  RETURN_IF_ERROR(
      CheckIds("trial records stored", expected_ids, IdsOf(evidence.trials())));
  for (const v1::StoredRecord& stored : evidence.trials()) {
    const absl::Status status = CheckTrial(stored);
    if (status.ok()) continue;
    v1::Finding finding =
        FindingOf(Within(absl::StrCat("trial ", stored.id()), status));
    finding.add_records(absl::StrCat("trials/", stored.id()));
    return NotVerified(finding);
  }
  return absl::OkStatus();
}

absl::Status LogVerifier::CheckTrial(const v1::StoredRecord& stored) const {
  v1::TrialRecord record;
  if (!record.ParseFromString(stored.bytes())) {
    return absl::DataLossError("the record is damaged");
  }
  const std::optional<Difference> difference =
      FirstDifference(state_.FindTrial(stored.id())->record, record);
  if (!difference.has_value()) return absl::OkStatus();
  return NotVerified(absl::StrCat("the stored record is not what its change "
                                  "made: ",
                                  difference->path),
                     difference->expected, difference->actual);
}

absl::Status LogVerifier::CheckEstimates(const audit::Leaf& leaf,
                                         const v1::Evidence& evidence) {
  const std::vector<std::string> moved =
      UpdateInputs(state_, leaf.engine_build, inputs_);
  std::vector<std::string> in_leaf;
  for (const audit::Leaf::AnalysisDigest& digest : leaf.analyses) {
    in_leaf.push_back(digest.analysis);
  }
  RETURN_IF_ERROR(
      CheckAnalyses("analyses in the leaf", moved, in_leaf, leaf.sequence));
  RETURN_IF_ERROR(CheckAnalyses("estimates stored", moved,
                                IdsOf(evidence.estimates()), leaf.sequence));
  for (size_t i = 0; i < leaf.analyses.size(); ++i) {
    const absl::Status status = CheckEstimate(
        leaf, leaf.analyses[i], evidence.estimates(static_cast<int>(i)));
    if (status.ok()) continue;
    const std::string& analysis = leaf.analyses[i].analysis;
    v1::Finding finding =
        FindingOf(Within(absl::StrCat("analysis ", analysis), status));
    AddEstimate(analysis, leaf.sequence, finding);
    return NotVerified(finding);
  }
  return absl::OkStatus();
}

absl::Status LogVerifier::CheckEstimate(
    const audit::Leaf& leaf, const audit::Leaf::AnalysisDigest& digest,
    const v1::StoredRecord& stored) {
  RETURN_IF_ERROR(CheckDigest("digest of the stored estimate", digest.estimate,
                              audit::Sha256(stored.bytes())));
  RETURN_IF_ERROR(CheckDigest("digest of the inputs",
                              inputs_.at(digest.analysis), digest.inputs));
  v1::Estimate estimate;
  if (!estimate.ParseFromString(stored.bytes())) {
    return absl::DataLossError("the estimate is damaged");
  }
  if (estimate.inputs_digest() != audit::AsBytes(digest.inputs)) {
    return absl::DataLossError(
        "the estimate names other inputs than the leaf does");
  }
  if (estimate.engine_build() != leaf.engine_build) {
    return absl::DataLossError(
        "the estimate names another build than the leaf does");
  }
  ASSIGN_OR_RETURN(v1::Estimate today,
                   estimator_(state_, *state_.FindAnalysis(digest.analysis)));
  const absl::StatusOr<v1::Estimate> recomputed =
      AsStoredBy(leaf.engine_build, std::move(today));
  if (!recomputed.ok()) {
    return absl::DataLossError(absl::StrCat(
        "the estimate cannot be recomputed: ", recomputed.status().message()));
  }
  ASSIGN_OR_RETURN(const double deviation,
                   LargestDeviation(estimate, *recomputed));
  ++estimates_;
  if (deviation > deviation_.largest) {
    deviation_ = {deviation, leaf.sequence, digest.analysis};
  }
  if (deviation > kSameEstimate) {
    return NotVerified("deviation of the recomputed estimate",
                       absl::StrCat("at most ", kSameEstimate),
                       absl::StrCat(deviation));
  }
  return absl::OkStatus();
}

}  // namespace tidemark::review
