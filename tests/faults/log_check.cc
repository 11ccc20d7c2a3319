#include "tests/faults/log_check.h"

#include <algorithm>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/merkle.h"
#include "audit/proof.h"
#include "base/testing/status_matchers.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "review/estimate_details.h"
#include "review/log_verifier.h"

namespace tidemark::testing {
namespace {

using ::google::protobuf::util::MessageDifferencer;

constexpr int kEntriesAPage = 1000;
constexpr size_t kOldReceiptsACheck = 20;
constexpr size_t kMostNewReceiptsACheck = 60;
constexpr int kRepeatsACheck = 3;

void ReadDigests(const google::protobuf::RepeatedPtrField<std::string>& hashes,
                 std::vector<audit::Digest>* digests) {
  for (const std::string& hash : hashes) {
    ASSERT_OK_AND_ASSIGN(const audit::Digest digest,
                         audit::DigestFromBytes(hash));
    digests->push_back(digest);
  }
}

size_t IndexOf(int64_t size) { return static_cast<size_t>(size); }

}  // namespace

void LogCheck::FetchLog(Stubs& stubs) {
  v1::ListEntriesRequest request;
  request.set_review_id(ledger_->review());
  request.set_page_size(kEntriesAPage);
  const std::vector<audit::Digest> before = std::exchange(hashes_, {});
  leaves_.clear();
  audit::Frontier frontier;
  roots_ = {frontier.Root()};
  do {
    v1::ListEntriesResponse page;
    const grpc::Status status = Call(
        *stubs.audit, &v1::AuditService::Stub::ListEntries, request, &page);
    ASSERT_TRUE(status.ok()) << status.error_message();
    for (const v1::EntryWithEvidence& entry : page.entries()) {
      ASSERT_OK_AND_ASSIGN(audit::Leaf leaf,
                           audit::DecodeLeaf(entry.entry().leaf()));
      leaves_.push_back(std::move(leaf));
      hashes_.push_back(audit::LeafHash(entry.entry().leaf()));
      frontier.Append(hashes_.back());
      roots_.push_back(frontier.Root());
    }
    request.set_from_sequence(page.next_sequence());
  } while (request.from_sequence() > 0);
  ASSERT_GE(hashes_.size(), before.size())
      << "entries were listed and are lost";
  ASSERT_TRUE(std::equal(before.begin(), before.end(), hashes_.begin()))
      << "an entry that was listed is another one now";
}

void LogCheck::FetchCheckpoint(Stubs& stubs) {
  v1::GetCheckpointRequest request;
  request.set_review_id(ledger_->review());
  v1::GetCheckpointResponse response;
  const grpc::Status status = Call(
      *stubs.audit, &v1::AuditService::Stub::GetCheckpoint, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  if (vkey_.empty()) vkey_ = response.vkey();
  ASSERT_EQ(response.vkey(), vkey_) << "the log has another key now";
  ASSERT_OK_AND_ASSIGN(const audit::Verifier key,
                       audit::Verifier::Parse(vkey_));
  ASSERT_OK_AND_ASSIGN(checkpoint_, audit::OpenCheckpoint(response.checkpoint(),
                                                          key, key.name()));
  ASSERT_EQ(checkpoint_.size, size());
  ASSERT_EQ(checkpoint_.root, roots_.back());
}

void LogCheck::CheckEntries() {
  std::set<std::string> requests;
  for (size_t i = 0; i < leaves_.size(); ++i) {
    ASSERT_EQ(leaves_[i].sequence, static_cast<int64_t>(i) + 1);
    ASSERT_TRUE(requests.insert(leaves_[i].request_id).second)
        << "request " << leaves_[i].request_id << " has two entries";
  }
  for (const Acknowledged& told : ledger_->acknowledged()) {
    const int64_t sequence = told.response.sequence();
    ASSERT_LE(sequence, size()) << "an acknowledged entry is lost";
    const size_t index = IndexOf(sequence - 1);
    ASSERT_EQ(leaves_[index].request_id, told.request.request_id());
    ASSERT_EQ(audit::AsBytes(hashes_[index]),
              told.response.receipt().leaf_hash())
        << "entry " << sequence << " is not the acknowledged one";
  }
}

void LogCheck::CheckWatched() {
  int64_t sequence = 0;
  for (const v1::LogEntry& entry : ledger_->watched()) {
    ASSERT_EQ(entry.sequence(), ++sequence)
        << "the watch has a gap or a repeat";
    ASSERT_LE(sequence, size()) << "an entry that was published is lost";
    const audit::Leaf& leaf = leaves_[IndexOf(sequence - 1)];
    ASSERT_EQ(audit::AsBytes(leaf.change_commitment),
              entry.change_commitment());
    ASSERT_EQ(leaf.request_id, entry.request_id());
  }
}

void LogCheck::CheckReceipt(const v1::Receipt& receipt,
                            const Acknowledged& told) {
  ASSERT_EQ(receipt.leaf_index(), told.response.sequence() - 1);
  ASSERT_EQ(receipt.leaf_hash(), told.response.receipt().leaf_hash());
  ASSERT_OK_AND_ASSIGN(const audit::Verifier key,
                       audit::Verifier::Parse(vkey_));
  ASSERT_OK_AND_ASSIGN(
      const audit::Checkpoint checkpoint,
      audit::OpenCheckpoint(receipt.checkpoint(), key, key.name()));
  ASSERT_LE(checkpoint.size, size()) << "signed entries are lost";
  ASSERT_EQ(checkpoint.root, roots_[IndexOf(checkpoint.size)]);
  ASSERT_OK_AND_ASSIGN(const audit::Digest leaf,
                       audit::DigestFromBytes(receipt.leaf_hash()));
  std::vector<audit::Digest> proof;
  ReadDigests(receipt.inclusion_proof(), &proof);
  ASSERT_OK(audit::VerifyInclusion(leaf, receipt.leaf_index(), checkpoint.size,
                                   proof, checkpoint.root));
}

void LogCheck::CheckProofs(Stubs& stubs, const Acknowledged& told) {
  const v1::Receipt& receipt = told.response.receipt();
  v1::ProveInclusionRequest inclusion;
  inclusion.set_review_id(ledger_->review());
  inclusion.set_sequence(told.response.sequence());
  v1::ProveInclusionResponse included;
  ASSERT_TRUE(Call(*stubs.audit, &v1::AuditService::Stub::ProveInclusion,
                   inclusion, &included)
                  .ok());
  std::vector<audit::Digest> proof;
  ReadDigests(included.proof(), &proof);
  ASSERT_OK_AND_ASSIGN(const audit::Digest leaf,
                       audit::DigestFromBytes(receipt.leaf_hash()));
  ASSERT_OK(audit::VerifyInclusion(leaf, receipt.leaf_index(), checkpoint_.size,
                                   proof, checkpoint_.root));

  ASSERT_OK_AND_ASSIGN(const audit::Checkpoint old,
                       audit::ReadCheckpointUnverified(receipt.checkpoint()));
  v1::ProveConsistencyRequest consistency;
  consistency.set_review_id(ledger_->review());
  consistency.set_from_size(old.size);
  v1::ProveConsistencyResponse consistent;
  ASSERT_TRUE(Call(*stubs.audit, &v1::AuditService::Stub::ProveConsistency,
                   consistency, &consistent)
                  .ok());
  proof.clear();
  ReadDigests(consistent.proof(), &proof);
  ASSERT_OK(audit::VerifyConsistency(old.size, old.root, checkpoint_.size,
                                     checkpoint_.root, proof));
}

void LogCheck::CheckRepeat(Stubs& stubs, const Acknowledged& told) {
  v1::ApplyResponse again;
  const grpc::Status status =
      Call(*stubs.write, &v1::WriteService::Stub::Apply, told.request, &again);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_TRUE(again.repeated_request());
  CheckReceipt(again.receipt(), told);
  v1::ApplyResponse first = told.response;
  for (v1::ApplyResponse* response : {&first, &again}) {
    response->clear_receipt();
    response->clear_repeated_request();
  }
  EXPECT_TRUE(MessageDifferencer::Equals(first, again))
      << first.DebugString() << again.DebugString();
}

void LogCheck::Replay(Stubs& stubs, review::LogVerifier& verifier) {
  v1::ListEntriesRequest request;
  request.set_review_id(ledger_->review());
  request.set_page_size(kEntriesAPage);
  request.set_with_evidence(true);
  request.set_from_sequence(verifier.size() + 1);
  while (verifier.size() < size()) {
    v1::ListEntriesResponse page;
    const grpc::Status status = Call(
        *stubs.audit, &v1::AuditService::Stub::ListEntries, request, &page);
    ASSERT_TRUE(status.ok()) << status.error_message();
    for (const v1::EntryWithEvidence& entry : page.entries()) {
      ASSERT_OK(verifier.Add(entry.entry().leaf(), entry.evidence()));
      for (const v1::StoredRecord& stored : entry.evidence().estimates()) {
        ASSERT_TRUE(estimates_[stored.id()].ParseFromString(stored.bytes()));
      }
    }
    request.set_from_sequence(page.next_sequence());
  }
}

void LogCheck::CheckTrials(Stubs& stubs, const review::ReviewState& state) {
  v1::ListTrialsRequest request;
  request.set_review_id(ledger_->review());
  request.set_page_size(kEntriesAPage);
  v1::ListTrialsResponse trials;
  ASSERT_TRUE(
      Call(*stubs.read, &v1::ReadService::Stub::ListTrials, request, &trials)
          .ok());
  ASSERT_EQ(static_cast<size_t>(trials.trials_size()), state.trials().size());
  for (const v1::TrialRecord& record : trials.trials()) {
    const auto* replayed = state.FindTrial(record.trial().trial_id());
    ASSERT_NE(replayed, nullptr) << record.trial().trial_id();
    ASSERT_TRUE(MessageDifferencer::Equals(record, replayed->record))
        << record.ShortDebugString() << " is served, the log makes "
        << replayed->record.ShortDebugString();
  }
}

void LogCheck::CheckEstimate(Stubs& stubs, const std::string& analysis) {
  v1::GetEstimateRequest request;
  request.set_review_id(ledger_->review());
  request.set_analysis_id(analysis);
  v1::GetEstimateResponse response;
  ASSERT_TRUE(
      Call(*stubs.read, &v1::ReadService::Stub::GetEstimate, request, &response)
          .ok());
  // The verifier recomputed the one that is stored.
  v1::Estimate replayed = estimates_.at(analysis);
  review::FillDerived(&replayed);
  ASSERT_TRUE(MessageDifferencer::Equals(response.estimate(), replayed))
      << response.estimate().ShortDebugString() << " is served, the log makes "
      << replayed.ShortDebugString();
  ASSERT_EQ(response.head_sequence(), size());
}

void LogCheck::CheckState(Stubs& stubs, const review::ReviewState& state) {
  v1::GetReviewRequest request;
  request.set_review_id(ledger_->review());
  v1::GetReviewResponse response;
  ASSERT_TRUE(
      Call(*stubs.read, &v1::ReadService::Stub::GetReview, request, &response)
          .ok());
  ASSERT_TRUE(
      MessageDifferencer::Equals(response.review(), state.protocol()->review));
  ASSERT_NO_FATAL_FAILURE(CheckTrials(stubs, state));
  for (const review::AnalysisVersion* analysis : state.Analyses()) {
    ASSERT_NO_FATAL_FAILURE(
        CheckEstimate(stubs, analysis->record.analysis().analysis_id()));
  }
}

void LogCheck::CheckAnchor(const storage::Anchor& anchor) const {
  // Not looked at yet: nothing was ever answered.
  if (size() == 0) return;
  ASSERT_OK_AND_ASSIGN(const storage::AnchoredCheckpoint anchored,
                       anchor.Find(ledger_->review()));
  ASSERT_EQ(anchored.size, size()) << "the log and its anchor differ";
  ASSERT_EQ(anchored.root, roots_.back());
}

void LogCheck::CheckAcknowledged(Stubs& stubs, std::mt19937_64& random) {
  SCOPED_TRACE(absl::StrCat("review ", ledger_->review()));
  const std::vector<Acknowledged> told = ledger_->acknowledged();
  // Nothing was ever answered: the review need not exist.
  if (told.empty()) return;
  ASSERT_NO_FATAL_FAILURE(FetchLog(stubs));
  ASSERT_NO_FATAL_FAILURE(FetchCheckpoint(stubs));
  ASSERT_NO_FATAL_FAILURE(CheckEntries());
  ASSERT_NO_FATAL_FAILURE(CheckWatched());
  ASSERT_NO_FATAL_FAILURE(Replay(stubs, replayed_));
  ASSERT_NO_FATAL_FAILURE(CheckState(stubs, replayed_.state()));
  const size_t proofs_end =
      std::min(told.size(), checked_ + kMostNewReceiptsACheck);
  for (size_t i = checked_; i < proofs_end; ++i) {
    ASSERT_NO_FATAL_FAILURE(CheckProofs(stubs, told[i]));
  }
  // The log extends what was listed before, so older receipts hold as well.
  for (; checked_ < told.size(); ++checked_) {
    ASSERT_NO_FATAL_FAILURE(
        CheckReceipt(told[checked_].response.receipt(), told[checked_]));
  }
  for (size_t i = 0; i < kOldReceiptsACheck; ++i) {
    ASSERT_NO_FATAL_FAILURE(CheckProofs(stubs, told[random() % told.size()]));
  }
  for (int i = 0; i < kRepeatsACheck; ++i) {
    ASSERT_NO_FATAL_FAILURE(CheckRepeat(stubs, told[random() % told.size()]));
  }
}

void LogCheck::CheckWholeLog(Stubs& stubs) {
  SCOPED_TRACE(absl::StrCat("review ", ledger_->review()));
  ASSERT_NO_FATAL_FAILURE(FetchLog(stubs));
  ASSERT_NO_FATAL_FAILURE(FetchCheckpoint(stubs));
  for (const Acknowledged& told : ledger_->acknowledged()) {
    ASSERT_NO_FATAL_FAILURE(CheckReceipt(told.response.receipt(), told));
    ASSERT_NO_FATAL_FAILURE(CheckProofs(stubs, told));
  }
  review::LogVerifier whole(ledger_->review());
  ASSERT_NO_FATAL_FAILURE(Replay(stubs, whole));
  ASSERT_EQ(whole.size(), checkpoint_.size);
  ASSERT_EQ(whole.RootAt(whole.size()), checkpoint_.root);
  ASSERT_NO_FATAL_FAILURE(CheckState(stubs, whole.state()));
}

}  // namespace tidemark::testing
