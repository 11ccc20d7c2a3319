#include "server/live_review.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "audit/leaf.h"
#include "audit/log_origin.h"
#include "audit/merkle.h"
#include "audit/sha256.h"
#include "base/deterministic_bytes.h"
#include "base/mutex.h"
#include "base/status_macros.h"
#include "base/version.h"
#include "boost/asio/dispatch.hpp"
#include "boost/asio/post.hpp"
#include "review/analysis_inputs.h"
#include "review/errors.h"
#include "review/live_analysis.h"
#include "review/living_mode.h"
#include "review/plan_change.h"
#include "server/affected_releases.h"
#include "server/apply_response.h"
#include "server/complete_release.h"
#include "server/log_reader.h"
#include "server/reason.h"
#include "server/replay.h"
#include "server/salt.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::server {
namespace {

constexpr size_t kMostRequestIdBytes = 128;

absl::Status ValidateRequest(const v1::ApplyRequest& request) {
  review::Violations violations;
  if (!request.reason().empty() || !request.validate_only()) {
    CheckReason(request.reason(), violations);
  }
  const std::string& id = request.request_id();
  if (id.size() > kMostRequestIdBytes ||
      (id.empty() && !request.validate_only()) ||
      !std::all_of(id.begin(), id.end(), [](char c) {
        return absl::ascii_isprint(static_cast<unsigned char>(c));
      })) {
    violations.Add("request_id",
                   absl::StrCat("must be 1-", kMostRequestIdBytes,
                                " printable characters, such as a UUID"));
  }
  return violations.ToStatus();
}

absl::Status RequestIdTaken(absl::string_view request_id) {
  return review::Error(
      absl::StatusCode::kAlreadyExists, "REQUEST_ID_TAKEN",
      absl::StrCat("request_id \"", request_id,
                   "\" was used for another change; use a new one"),
      {{"request_id", std::string(request_id)}});
}

// Its salt is erased with its words, and with it what tells two requests apart.
absl::Status RequestRedacted(absl::string_view request_id, int64_t sequence) {
  return review::Error(
      absl::StatusCode::kAlreadyExists, "REQUEST_REDACTED",
      absl::StrCat("request_id \"", request_id, "\" was used by entry ",
                   sequence,
                   ", which was redacted since, so that it cannot be told "
                   "whether this is the same change; nothing is written. If "
                   "you mean another one, use a new request_id"),
      {{"request_id", std::string(request_id)},
       {"sequence", absl::StrCat(sequence)}});
}

// Past the end of every log.
constexpr int64_t kForEver = std::numeric_limits<int64_t>::max();

// The key that signs trees of `size` in a log of this state; `unnamed` if no
// entry names any.
std::string KeyAt(const review::ReviewState& state, const std::string& unnamed,
                  int64_t size) {
  std::string vkey =
      state.keys().empty() ? unnamed : state.keys().front().old_vkey;
  for (const review::KeyNamed& named : state.keys()) {
    if (named.sequence <= size) vkey = named.vkey;
  }
  return vkey;
}

absl::Status BeingLoadedAgain(absl::string_view review) {
  return absl::UnavailableError(
      absl::StrCat("review \"", review, "\" is being loaded again; ",
                   "repeat with the same request_id"));
}

}  // namespace

struct LiveReview::Request {
  Request(const v1::ApplyRequest& request,
          std::shared_ptr<const audit::Signer> next)
      : message(request),
        next_signer(std::move(next)),
        bytes(absl::StrCat(DeterministicBytes(request.change()),
                           request.reason())),
        digest(audit::Sha256(bytes)) {}

  const v1::ApplyRequest& message;
  const std::shared_ptr<const audit::Signer> next_signer;
  // What makes two requests the same.
  const std::string bytes;
  const audit::Digest digest;
};

struct LiveReview::Draft {
  audit::Leaf leaf;
  storage::Entry entry;
  std::shared_ptr<review::ReviewState> state;
  // Ids of the trials that get a new version, ascending.
  std::vector<std::string> trials;
  review::InputsDigests inputs;
  // Of new versions: kept if the draft is.
  LiveAnalyses analyses;
  audit::Frontier frontier;
  // What a dry run answers, by analysis.
  std::vector<TriedEstimate> tried;
  // The answer; of a real write it lacks only the checkpoint.
  v1::ApplyResponse response;
};

LiveReview::LiveReview(const LiveReviewEnvironment& environment,
                       absl::string_view review_id, int64_t epoch,
                       std::unique_ptr<LogSigner> signer)
    : environment_(environment),
      review_id_(review_id),
      epoch_(epoch),
      signer_(std::move(signer)),
      broken_(std::make_shared<std::atomic<bool>>(false)),
      strand_(boost::asio::make_strand(environment.pool->get_executor())) {}

absl::StatusOr<std::shared_ptr<LiveReview>> LiveReview::Load(
    const LiveReviewEnvironment& environment, absl::string_view review_id,
    int64_t epoch, std::unique_ptr<LogSigner> signer) {
  std::shared_ptr<LiveReview> live(
      new LiveReview(environment, review_id, epoch, std::move(signer)));
  ASSIGN_OR_RETURN(Replayed replayed,
                   Replay(*environment.store, live->review_id_));
  const std::string vkey = live->signer_->signer().vkey();
  live->first_vkey_ = KeyAt(replayed.state, vkey, 0);
  live->state_ =
      std::make_shared<review::ReviewState>(std::move(replayed.state));
  live->inputs_ = std::move(replayed.inputs);
  live->frontier_ = std::move(replayed.frontier);
  live->last_time_nanos_ = replayed.time_unix_nanos;
  {
    MutexLock lock(&live->mutex_);
    live->committed_ = live->state_;
    live->checkpoint_ = std::move(replayed.checkpoint);
  }
  boost::asio::post(live->strand_, [live] { live->EstimateInFull(); });
  return live;
}

// So that the first write after loading costs what the next ones do. An error
// is for the write that it refuses.
void LiveReview::EstimateInFull() {
  for (const review::AnalysisVersion* analysis : state_->Analyses()) {
    auto live = std::make_unique<review::LiveAnalysis>();
    live->Estimate(*state_, *analysis).IgnoreError();
    analyses_[analysis->record.analysis().analysis_id()] = std::move(live);
  }
}

std::shared_ptr<const review::ReviewState> LiveReview::Committed() const {
  MutexLock lock(&mutex_);
  return committed_;
}

storage::SignedCheckpoint LiveReview::checkpoint() const {
  MutexLock lock(&mutex_);
  return checkpoint_;
}

void LiveReview::Apply(v1::ApplyRequest request, Actor actor,
                       ApplyCallback done) {
  // On a thread of the pool it goes on at once if the strand is free.
  boost::asio::dispatch(
      strand_, [self = shared_from_this(), request = std::move(request),
                actor = std::move(actor), done = std::move(done)] {
        self->ApplyOnStrand(request, actor, done);
      });
}

std::string LiveReview::VkeyAt(int64_t size) const {
  return KeyAt(*Committed(), first_vkey_, size);
}

std::string LiveReview::vkey() const { return VkeyAt(kForEver); }

void LiveReview::RotateKey(const audit::KeySeed& seed,
                           const std::string& reason, Actor actor,
                           ApplyCallback done) {
  boost::asio::dispatch(strand_,
                        [self = shared_from_this(), seed, reason,
                         actor = std::move(actor), done = std::move(done)] {
                          self->RotateKeyOnStrand(seed, reason, actor, done);
                        });
}

void LiveReview::RotateKeyOnStrand(const audit::KeySeed& seed,
                                   const std::string& reason,
                                   const Actor& actor, ApplyCallback done) {
  if (state_->sequence() == 0) {
    *broken_ = true;
    return done(v1::ApplyResponse());
  }
  const std::string before = KeyAt(*state_, first_vkey_, kForEver);
  const std::string name = before.substr(0, before.find('+'));
  absl::StatusOr<audit::Signer> next = audit::Signer::Create(name, seed);
  if (!next.ok()) return done(next.status());
  v1::ApplyRequest request;
  request.set_review_id(review_id_);
  v1::KeyRotated& rotated = *request.mutable_change()->mutable_key_rotated();
  rotated.set_old_vkey(before);
  rotated.set_vkey(next->vkey());
  request.set_reason(reason);
  request.set_request_id(
      absl::StrCat("keys.rotate/", audit::PublicPart(next->vkey())));
  ApplyOnStrand(request, actor, std::move(done),
                std::make_shared<audit::Signer>(*std::move(next)));
}

void LiveReview::ReportOverdue(ApplyCallback done) {
  boost::asio::dispatch(strand_,
                        [self = shared_from_this(), done = std::move(done)] {
                          self->ReportOverdueOnStrand(done);
                        });
}

void LiveReview::ReportOverdueOnStrand(ApplyCallback done) {
  const std::vector<v1::DueStep> overdue =
      review::UnreportedOverdue(*state_, absl::FromUnixNanos(NextTime()));
  if (overdue.empty()) return done(v1::ApplyResponse());
  // Nobody can have used the id. It need not be the same in a repeat: the state
  // says what was reported.
  const absl::StatusOr<std::string> random = RandomSalt();
  if (!random.ok()) return done(random.status());
  v1::ApplyRequest request;
  request.set_review_id(review_id_);
  request.mutable_change()->mutable_report_overdue()->mutable_steps()->Add(
      overdue.begin(), overdue.end());
  request.set_reason("living mode says that this is due");
  request.set_request_id(absl::StrCat(review::kOverdueAction, "/",
                                      absl::BytesToHexString(*random)));
  ApplyOnStrand(request, ServerActor(), std::move(done));
}

void LiveReview::ApplyOnStrand(const v1::ApplyRequest& message,
                               const Actor& actor, ApplyCallback done,
                               std::shared_ptr<const audit::Signer> next) {
  if (const absl::Status valid = ValidateRequest(message); !valid.ok()) {
    return done(valid);
  }
  const Request request(message, std::move(next));
  if (!message.validate_only() && AnswerRepeated(request, done)) return;
  // A draft that cannot be committed would break the review.
  const absl::Status write_error = environment_.committer->write_error();
  if (!message.validate_only() && !write_error.ok()) return done(write_error);
  if (broken()) {
    return done(BeingLoadedAgain(review_id_));
  }
  absl::StatusOr<Draft> draft = MakeDraft(request, actor);
  if (!draft.ok()) return done(draft.status());
  if (message.validate_only()) {
    return AnswerDry(std::move(draft->trials), std::move(draft->response),
                     std::move(done));
  }
  Enqueue(request, *std::move(draft), std::move(done));
}

bool LiveReview::AnswerRepeated(const Request& request, ApplyCallback& done) {
  const std::string& request_id = request.message.request_id();
  bool is_in_flight = false;
  {
    MutexLock lock(&mutex_);
    const auto in_flight = in_flight_.find(request_id);
    is_in_flight = in_flight != in_flight_.end();
    if (is_in_flight && in_flight->second.digest == request.digest) {
      in_flight->second.waiting.push_back(std::move(done));
      return true;
    }
  }
  if (is_in_flight) {
    done(RequestIdTaken(request_id));
    return true;
  }
  const storage::ReviewStore& store = *environment_.store;
  const absl::StatusOr<storage::StoredRequest> stored =
      store.FindRequest(review_id_, request_id);
  if (absl::IsNotFound(stored.status())) return false;
  done([&]() -> absl::StatusOr<v1::ApplyResponse> {
    RETURN_IF_ERROR(stored.status());
    ASSIGN_OR_RETURN(const storage::SaltedChange salted,
                     store.Change(review_id_, stored->sequence));
    if (audit::IsRedactedSalt(salted.salt)) {
      return RequestRedacted(request_id, stored->sequence);
    }
    if (audit::Sha256(absl::StrCat(salted.salt, request.bytes)) !=
        stored->digest) {
      return RequestIdTaken(request_id);
    }
    const auto committed = Committed();
    // It was stored, but its commit failed before the anchor.
    if (stored->sequence > committed->sequence()) {
      return BeingLoadedAgain(review_id_);
    }
    ASSIGN_OR_RETURN(
        v1::ApplyResponse response,
        MakeApplyResponse(store, checkpoint(), *committed, stored->sequence));
    response.set_repeated_request(true);
    return response;
  }());
  return true;
}

absl::StatusOr<review::PlannedChange> LiveReview::Plan(
    const v1::Change& change, const review::Author& author,
    Completed* completed) {
  // Without a review the rules say so.
  if (state_->protocol() == nullptr ||
      !(change.has_make_release() || change.has_redact_changes())) {
    return review::PlanChange(*state_, review_id_, change, author);
  }
  v1::Change planned = change;
  const LogReader reader(environment_.store, review_id_);
  if (change.has_make_release()) {
    ASSIGN_OR_RETURN(completed->of_release,
                     CompleteRelease(reader, *state_, Committed()->sequence(),
                                     planned.mutable_make_release()));
  } else {
    RETURN_IF_ERROR(AwaitCommits());
    ASSIGN_OR_RETURN(completed->redaction,
                     CompleteRedaction(reader, review_id_, *state_,
                                       planned.mutable_redact_changes()));
  }
  return review::PlanChange(*state_, review_id_, planned, author);
}

absl::Status LiveReview::AwaitCommits() {
  MutexLock lock(&mutex_);
  while (committed_->sequence() < state_->sequence() && !broken()) {
    committed_changed_.Wait(&mutex_);
  }
  return broken() ? BeingLoadedAgain(review_id_) : absl::OkStatus();
}

absl::StatusOr<LiveReview::Draft> LiveReview::MakeDraft(const Request& request,
                                                        const Actor& actor) {
  const v1::ApplyRequest& message = request.message;
  Completed completed;
  ASSIGN_OR_RETURN(
      review::PlannedChange plan,
      Plan(message.change(), {actor.name, actor.auth_method}, &completed));
  Draft draft;
  storage::Entry& entry = draft.entry;
  entry.review = review_id_;
  entry.sequence = state_->sequence() + 1;
  entry.change = DeterministicBytes(plan.change);
  ASSIGN_OR_RETURN(entry.salt, RandomSalt());
  entry.request_id = message.request_id();
  entry.request_digest = audit::Sha256(absl::StrCat(entry.salt, request.bytes));

  audit::Leaf& leaf = draft.leaf;
  leaf.epoch = epoch_;
  leaf.sequence = entry.sequence;
  leaf.time_unix_nanos = NextTime();
  RETURN_IF_ERROR(review::CheckDays(plan.change,
                                    absl::FromUnixNanos(leaf.time_unix_nanos)));
  leaf.actor = actor.name;
  leaf.auth_method = actor.auth_method;
  leaf.action = std::move(plan.action);
  leaf.resource = std::move(plan.resource);
  leaf.version_before = plan.version_before;
  leaf.version_after = plan.version_after;
  leaf.reason = message.reason();
  leaf.request_id = message.request_id();
  leaf.engine_build = kEngineBuild;
  ASSIGN_OR_RETURN(leaf.change_commitment,
                   audit::ChangeCommitment(entry.salt, entry.change));

  draft.state = std::make_shared<review::ReviewState>(*state_);
  if (completed.redaction.has_value()) {
    *draft.state = std::move(completed.redaction->state);
    entry.redacted_changes = std::move(completed.redaction->changes);
    entry.redacted_trials = std::move(completed.redaction->trials);
  }
  draft.state->Apply(plan.delta, review::ContextOf(leaf));
  for (const v1::TrialRecord& trial : plan.delta.trials) {
    const std::string& id = trial.trial().trial_id();
    entry.trials.push_back(
        {id, DeterministicBytes(draft.state->FindTrial(id)->record)});
    draft.trials.push_back(id);
  }
  std::sort(draft.trials.begin(), draft.trials.end());
  RETURN_IF_ERROR(EstimateMoved(message.validate_only(), draft));
  ASSIGN_OR_RETURN(entry.leaf, audit::EncodeLeaf(leaf));
  const audit::Digest leaf_hash = audit::LeafHash(entry.leaf);
  draft.frontier = frontier_;
  entry.nodes = draft.frontier.Append(leaf_hash);
  if (message.validate_only()) {
    ASSIGN_OR_RETURN(draft.response,
                     MakeDryResponse(*state_, *draft.state, draft.trials,
                                     std::move(draft.tried)));
    draft.response.mutable_events()->Add(completed.of_release.begin(),
                                         completed.of_release.end());
  } else {
    draft.response =
        MakeDraftResponse(*draft.state, draft.trials, leaf,
                          MakeReceipt(entry.leaf, leaf_hash, frontier_));
  }
  WriteRedaction(plan.change, draft.response);
  return draft;
}

// Reads what releases rested on: not on the strand, where writes wait.
void LiveReview::AnswerDry(std::vector<std::string> trials,
                           v1::ApplyResponse response, ApplyCallback done) {
  boost::asio::post(
      *environment_.pool,
      [self = shared_from_this(), state = state_, trials = std::move(trials),
       response = std::move(response), done = std::move(done)]() mutable {
        absl::StatusOr<std::vector<v1::AffectedRelease>> affected =
            AffectedReleases(
                LogReader(self->environment_.store, self->review_id_), *state,
                trials);
        if (!affected.ok()) return done(affected.status());
        response.mutable_affected_releases()->Add(affected->begin(),
                                                  affected->end());
        done(std::move(response));
      });
}

absl::Status LiveReview::EstimateMoved(bool dry, Draft& draft) {
  draft.inputs = inputs_;
  for (const review::AnalysisVersion* analysis : draft.state->Analyses()) {
    const std::string& id = analysis->record.analysis().analysis_id();
    review::LiveAnalysis& live = LiveAnalysisOf(*analysis, draft);
    const audit::Digest digest = live.InputsDigest(*draft.state, *analysis);
    const auto [at, is_new] = draft.inputs.emplace(id, digest);
    if (!is_new && at->second == digest) continue;
    at->second = digest;
    std::optional<v1::Estimate> before;
    if (dry) {
      ASSIGN_OR_RETURN(before, EstimateNow(id));
    }
    ASSIGN_OR_RETURN(const v1::Estimate* const estimate,
                     live.Estimate(*draft.state, *analysis));
    std::string bytes = DeterministicBytes(*estimate);
    draft.leaf.analyses.push_back({id, digest, audit::Sha256(bytes)});
    draft.entry.estimates.push_back({id, std::move(bytes)});
    if (dry) draft.tried.push_back({std::move(before), *estimate});
  }
  return absl::OkStatus();
}

// From the live analysis, not from the store, which lacks what is on its way:
// equal but for rounding.
absl::StatusOr<std::optional<v1::Estimate>> LiveReview::EstimateNow(
    const std::string& analysis) {
  const review::AnalysisVersion* const now = state_->FindAnalysis(analysis);
  if (now == nullptr) return std::nullopt;
  auto& live = analyses_[analysis];
  if (live == nullptr) live = std::make_unique<review::LiveAnalysis>();
  ASSIGN_OR_RETURN(const v1::Estimate* const estimate,
                   live->Estimate(*state_, *now));
  return *estimate;
}

// A draft may be given up: the full fit that a new version needs must not then
// take the place of what the next write goes on from.
review::LiveAnalysis& LiveReview::LiveAnalysisOf(
    const review::AnalysisVersion& analysis, Draft& draft) {
  const std::string& id = analysis.record.analysis().analysis_id();
  const bool is_new = state_->FindAnalysis(id) != &analysis ||
                      state_->protocol() != draft.state->protocol();
  auto& live = (is_new ? draft.analyses : analyses_)[id];
  if (live == nullptr) live = std::make_unique<review::LiveAnalysis>();
  return *live;
}

void LiveReview::Enqueue(const Request& request, Draft draft,
                         ApplyCallback done) {
  const std::string& request_id = request.message.request_id();
  state_ = draft.state;
  inputs_ = std::move(draft.inputs);
  for (auto& [id, live] : draft.analyses) analyses_[id] = std::move(live);
  frontier_ = std::move(draft.frontier);
  last_time_nanos_ = draft.leaf.time_unix_nanos;
  {
    MutexLock lock(&mutex_);
    InFlight& in_flight = in_flight_[request_id];
    in_flight.digest = request.digest;
    in_flight.response = std::move(draft.response);
    in_flight.waiting.push_back(std::move(done));
  }
  PendingCommit pending;
  pending.root = frontier_.Root();
  pending.signer = signer_;
  pending.next_signer = request.next_signer;
  pending.broken = broken_;
  pending.done =
      [self = shared_from_this(), state = state_,
       request_id](const absl::StatusOr<storage::SignedCheckpoint>& committed) {
        self->OnCommitted(state, request_id, committed);
      };
  pending.entry = std::move(draft.entry);
  environment_.committer->Enqueue(std::move(pending));
}

void LiveReview::OnCommitted(
    const std::shared_ptr<const review::ReviewState>& state,
    const std::string& request_id,
    const absl::StatusOr<storage::SignedCheckpoint>& committed) {
  InFlight request;
  // To free it takes as long as it has trials: not before the answer.
  std::shared_ptr<const review::ReviewState> before = state;
  {
    MutexLock lock(&mutex_);
    if (committed.ok()) {
      committed_.swap(before);
      checkpoint_ = *committed;
    }
    request = std::move(in_flight_.extract(request_id).mapped());
  }
  committed_changed_.NotifyAll();
  if (!committed.ok()) {
    for (ApplyCallback& done : request.waiting) done(committed.status());
  } else if (committed->size == state->sequence()) {
    request.response.mutable_receipt()->set_checkpoint(committed->note);
    Answer(std::move(request.response), request.waiting);
  } else {
    // Others came after it: the proof that they end needs the store.
    boost::asio::post(
        *environment_.pool, [self = shared_from_this(), checkpoint = *committed,
                             request = std::move(request)]() mutable {
          Answer(self->ProveIn(checkpoint, std::move(request.response)),
                 request.waiting);
        });
  }
  WakeSubscribers();
}

void LiveReview::Answer(absl::StatusOr<v1::ApplyResponse> response,
                        const std::vector<ApplyCallback>& waiting) {
  for (size_t i = 0; i < waiting.size(); ++i) {
    if (response.ok()) response->set_repeated_request(i > 0);
    waiting[i](response);
  }
}

// The entry is durable: no error may read as if it were not.
absl::StatusOr<v1::ApplyResponse> LiveReview::ProveIn(
    const storage::SignedCheckpoint& checkpoint, v1::ApplyResponse response) {
  absl::StatusOr<v1::Receipt> receipt =
      MakeReceipt(*environment_.store, checkpoint, response.sequence());
  if (receipt.ok()) {
    *response.mutable_receipt() = *std::move(receipt);
    return response;
  }
  return absl::UnavailableError(absl::StrCat(
      "stored as sequence ", response.sequence(),
      ", but the answer cannot be made: ", receipt.status().message(),
      "; repeat with the same request_id"));
}

int64_t LiveReview::Subscribe(std::function<void()> wake) {
  MutexLock lock(&mutex_);
  subscribers_[next_subscription_] = std::move(wake);
  return next_subscription_++;
}

void LiveReview::Unsubscribe(int64_t subscription) {
  MutexLock lock(&mutex_);
  subscribers_.erase(subscription);
}

void LiveReview::WakeSubscribers() {
  MutexLock lock(&mutex_);
  for (const auto& [subscription, wake] : subscribers_) wake();
}

// Order is by sequence; a clock that steps back must not contradict it.
int64_t LiveReview::NextTime() {
  return std::max(last_time_nanos_,
                  absl::ToUnixNanos(environment_.clock->Now()));
}

}  // namespace tidemark::server
