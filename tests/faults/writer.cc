#include "tests/faults/writer.h"

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/faults/small_review.h"
#include "tests/faults/stubs.h"
#include "tests/testing/example_review.h"

namespace tidemark::testing {
namespace {

constexpr int kStepsToCreate = 2;
constexpr int kMostEvents = 100;

}  // namespace

Writer::Writer(Ledger* ledger, int number, uint64_t seed)
    : ledger_(ledger),
      number_(number),
      trial_(absl::StrCat("trial-", number)),
      random_(seed) {}

v1::ApplyRequest Writer::NextRequest(v1::Change change) {
  v1::ApplyRequest request;
  request.set_review_id(ledger_->review());
  *request.mutable_change() = std::move(change);
  request.set_request_id(absl::StrCat(trial_, "/", ++requests_));
  request.set_reason("a test of faults");
  return request;
}

v1::Change Writer::NextChange() {
  if (!submitted_ || random_() % 3 != 0) {
    const int events = static_cast<int>(random_() % kMostEvents);
    return SubmitTrials({SmallTrial(trial_, events)});
  }
  return SetStatus(
      trial_, concern_ ? v1::TrialStatus::REINSTATED : v1::TrialStatus::CONCERN,
      "doi:10.0000/notice");
}

grpc::Status Writer::SendOpen(v1::WriteService::Stub& stub) {
  v1::ApplyResponse response;
  const grpc::Status status =
      Call(stub, &v1::WriteService::Stub::Apply, *open_, &response);
  if (!status.ok()) return status;
  const v1::Change& change = open_->change();
  submitted_ = submitted_ || change.has_submit_trials();
  if (change.has_set_trial_status()) {
    concern_ = change.set_trial_status().status() == v1::TrialStatus::CONCERN;
  }
  if (change.has_put_review() || change.has_put_analyses()) ++created_;
  ledger_->Acknowledge(*std::move(open_), std::move(response));
  open_.reset();
  return status;
}

grpc::Status Writer::RepeatOpen(v1::WriteService::Stub& stub) {
  return open_.has_value() ? SendOpen(stub) : grpc::Status::OK;
}

grpc::Status Writer::Create(v1::WriteService::Stub& stub) {
  while (number_ == 0 && created_ < kStepsToCreate) {
    if (!open_.has_value()) {
      open_ = NextRequest(created_ == 0 ? CreateSmallReview(ledger_->review())
                                        : PutSmallAnalysis());
    }
    const grpc::Status status = SendOpen(stub);
    if (!status.ok()) return status;
  }
  return grpc::Status::OK;
}

grpc::Status Writer::Run(v1::WriteService::Stub& stub,
                         const std::atomic<bool>& stop) {
  while (!stop) {
    if (!open_.has_value()) open_ = NextRequest(NextChange());
    const grpc::Status status = SendOpen(stub);
    if (!status.ok()) return status;
  }
  return grpc::Status::OK;
}

}  // namespace tidemark::testing
