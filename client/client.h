// A client of one Tidemark server.
//
//   ConnectOptions options;
//   options.trust.directory = state_directory;
//   ASSIGN_OR_RETURN(auto client, Client::Connect(options));
//   ASSIGN_OR_RETURN(auto answer, client->GetEstimate("knee-msc", "pain-6m"));
//
// It does not believe the server: every call about a review also checks the
// review's log against what is known of it (client/trust.h), and every write
// its receipt (client/receipt.h), before it returns.
//
// Following a review: client/watch.h.
#ifndef TIDEMARK_CLIENT_CLIENT_H_
#define TIDEMARK_CLIENT_CLIENT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/key_history.h"
#include "client/connection.h"
#include "client/known_logs.h"
#include "client/log_tracker.h"
#include "client/restored_log.h"
#include "tidemark/v1/admin_service.grpc.pb.h"
#include "tidemark/v1/audit_service.grpc.pb.h"
#include "tidemark/v1/explain_service.grpc.pb.h"
#include "tidemark/v1/read_service.grpc.pb.h"
#include "tidemark/v1/write_service.grpc.pb.h"

namespace tidemark::client {

struct ApplyOptions {
  // Why, 1-2000 bytes. Empty only with validate_only.
  std::string reason;
  // Names the request: a repeat with the same id and change is answered from
  // the log and writes nothing. Empty: a new one, used for every retry of this
  // call.
  std::string request_id;
  // Go the whole way, answer what would become, store nothing.
  bool validate_only = false;
};

// Every call has a deadline for each attempt and is repeated on UNAVAILABLE and
// DEADLINE_EXCEEDED as the RetryPolicy says. Errors keep the server's code,
// message and details (client/status_conversion.h); the codes are those of the
// services' comments. An `as_of` without a moment means now. Thread-safe.
//
// FAILED_PRECONDITION with the reason LOG_EPOCH_CHANGED, of any call about a
// review: its log was restored from a backup since it was last seen
// (FollowRestore). DATA_LOSS, besides: the log is not the one that is known, or
// an answer lacks its proof. The message says what was known, what was found
// and what to do. The check of a read is one further RPC, after its answer; it
// is made too when the server refuses the call for what the review holds. Its
// failure is that of the call (UNAVAILABLE: the log could not be checked). A
// write costs a further RPC only if others wrote in between, or if it is the
// first call about a log that is known; client/log_tracker.h has the rest.
class Client {
 public:
  // See Connection::Open and LogTracker::Open.
  static absl::StatusOr<std::unique_ptr<Client>> Connect(
      const ConnectOptions& options);

  // Appends one change to the log of `review_id`. UNAVAILABLE and DATA_LOSS may
  // mean that it is stored, but its receipt could not be checked. A log that is
  // known from earlier is checked before the client's first write to it, so
  // that nothing is added to one that was rolled back or forked: one further
  // RPC, unless another call has checked it.
  absl::StatusOr<v1::ApplyResponse> Apply(const std::string& review_id,
                                          const v1::Change& change,
                                          const ApplyOptions& options);

  // Every review of the server, by id.
  absl::StatusOr<v1::ListReviewsResponse> ListReviews();

  absl::StatusOr<v1::GetReviewResponse> GetReview(const std::string& review_id,
                                                  const v1::AsOf& as_of = {});

  // Every analysis of the review, by id.
  absl::StatusOr<v1::ListAnalysesResponse> ListAnalyses(
      const std::string& review_id, const v1::AsOf& as_of = {});

  // Every trial of the review, by id.
  absl::StatusOr<std::vector<v1::TrialRecord>> ListTrials(
      const std::string& review_id, const v1::AsOf& as_of = {});

  absl::StatusOr<v1::GetTrialResponse> GetTrial(
      const v1::GetTrialRequest& request);

  absl::StatusOr<v1::GetEstimateResponse> GetEstimate(
      const std::string& review_id, const std::string& analysis_id,
      const v1::AsOf& as_of = {}, const v1::EstimateDetails& details = {});

  absl::StatusOr<v1::GetPartialOrderResponse> GetPartialOrder(
      const std::string& review_id, const std::vector<std::string>& analyses,
      const v1::AsOf& as_of = {});

  absl::StatusOr<v1::GetBenefitHarmResponse> GetBenefitHarm(
      const v1::GetBenefitHarmRequest& request);

  // Every release of the review, by sequence.
  absl::StatusOr<v1::ListReleasesResponse> ListReleases(
      const std::string& review_id);

  // What was done to keep the review up to date in entries from .. to, in
  // order. 0: from the start, up to now.
  absl::StatusOr<std::vector<v1::StepRunRecord>> ListRuns(
      const std::string& review_id, int64_t from_sequence = 0,
      int64_t to_sequence = 0);

  // The drafts that the request names, of every trial of them; its page fields
  // are not used.
  absl::StatusOr<std::vector<v1::Extraction>> ListExtractions(
      const v1::ListExtractionsRequest& request);

  // How often two extractors of a trial said the same.
  absl::StatusOr<v1::GetAgreementResponse> GetAgreement(
      const std::string& review_id);

  // The whole part of the history that the request names; its page fields are
  // not used.
  absl::StatusOr<std::vector<v1::EstimateAt>> ListEstimates(
      const v1::ListEstimatesRequest& request);

  // What differs between two moments.
  absl::StatusOr<v1::DiffResponse> Diff(const v1::DiffRequest& request);

  // Who wrote each field of a trial.
  absl::StatusOr<v1::BlameResponse> Blame(const v1::BlameRequest& request);

  // Which entries moved a comparison.
  absl::StatusOr<v1::ExplainResponse> Explain(
      const v1::ExplainRequest& request);

  // The estimate under other inputs. Stores nothing.
  absl::StatusOr<v1::WhatIfResponse> WhatIf(const v1::WhatIfRequest& request);

  // Visits the entries that the request names, page after page, in order of
  // sequence. Ends with the first error of a page or of `visit`.
  absl::Status ListEntries(
      v1::ListEntriesRequest request,
      const std::function<absl::Status(const v1::ListEntriesResponse&)>& visit);

  // The checkpoint of a tree size, checked. 0: the latest.
  absl::StatusOr<v1::GetCheckpointResponse> GetCheckpoint(
      const std::string& review_id, int64_t size = 0);

  // Visits the stored checkpoints that the request names, page after page, by
  // ascending size. Ends with the first error of a page or of `visit`.
  absl::Status ListCheckpoints(
      v1::ListCheckpointsRequest request,
      const std::function<absl::Status(const v1::ListCheckpointsResponse&)>&
          visit);

  // The signed notes that witnesses cosigned, by descending size. Neither their
  // cosignatures nor their order are checked.
  absl::StatusOr<std::vector<std::string>> ListCosignedCheckpoints(
      const std::string& review_id);

  absl::StatusOr<v1::ProveInclusionResponse> ProveInclusion(
      const v1::ProveInclusionRequest& request);

  absl::StatusOr<v1::ProveConsistencyResponse> ProveConsistency(
      const v1::ProveConsistencyRequest& request);

  // Has the server rewrite its files: as long as that takes, and once.
  absl::Status Compact();

  // Waits for as long as it takes, and is not repeated: each call makes another
  // backup. UNAVAILABLE may mean that it was made; the server's own log says.
  absl::StatusOr<v1::BackupResponse> Backup(const v1::BackupRequest& request);

  // What the log says of its keys, for audit::KeyHistory::Verify.
  absl::StatusOr<std::vector<audit::ClaimedKey>> ClaimedKeys(
      const std::string& review_id);

  // Makes a new signing key for every log of the server. Sent once: a repeat
  // would make another one. UNAVAILABLE, DEADLINE_EXCEEDED: it may have been
  // made; ClaimedKeys says.
  absl::StatusOr<v1::RotateKeyResponse> RotateKey(const std::string& reason);

  // What is known of a log: its key, and the last checkpoint seen. Asks no
  // server. Absent: no contact yet, or this client does not verify.
  absl::StatusOr<std::optional<KnownLog>> KnownLogOf(
      const std::string& review_id) const;

  // Holds a signed checkpoint that was seen in another way, with its key,
  // against what is known of the log, as every call does with the latest one;
  // the larger of the two is then what is known. Asks the server for a proof
  // unless it is the known one. DATA_LOSS: it does not fit. OK, and nothing is
  // remembered, if this client does not verify.
  absl::Status Remember(const std::string& review_id, const std::string& vkey,
                        const std::string& note);

  // Goes on with a log that was restored from a backup, after its proofs were
  // checked (client/log_tracker.h): returns what was kept and what is lost, for
  // a person to read. FAILED_PRECONDITION, besides: this client does not
  // verify.
  absl::StatusOr<RestoredLog> FollowRestore(const std::string& review_id);

  // A client of the same server that believes it, for who checks what it says
  // in another way.
  std::unique_ptr<Client> WithoutVerification() const;

  const Connection& connection() const { return connection_; }
  // Null if this client does not verify. Copies may outlive it.
  const std::shared_ptr<LogTracker>& log_tracker() const { return tracker_; }

 private:
  Client(Connection connection, std::shared_ptr<LogTracker> tracker);

  // Passes on an answer about a review once its log is checked.
  template <typename Response>
  absl::StatusOr<Response> Checked(const std::string& review_id,
                                   absl::StatusOr<Response> answer);
  // `exists`: the answer says that there is such a review.
  absl::Status CheckLog(const std::string& review_id, bool exists);
  // That nothing is written to a log that is not the known one, or that could
  // not be checked.
  absl::Status CheckBeforeWrite(const v1::ApplyRequest& request);
  absl::StatusOr<v1::ApplyResponse> CheckedWrite(
      const v1::ApplyRequest& request,
      absl::StatusOr<v1::ApplyResponse> answer);

  const Connection connection_;
  const std::shared_ptr<LogTracker> tracker_;
  const std::unique_ptr<v1::WriteService::Stub> writes_;
  const std::unique_ptr<v1::ReadService::Stub> reads_;
  const std::unique_ptr<v1::AuditService::Stub> audits_;
  const std::unique_ptr<v1::AdminService::Stub> admin_;
  const std::unique_ptr<v1::ExplainService::Stub> explanations_;
};

}  // namespace tidemark::client

#endif  // TIDEMARK_CLIENT_CLIENT_H_
