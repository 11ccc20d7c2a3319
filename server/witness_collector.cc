#include "server/witness_collector.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/checkpoint.h"
#include "audit/cosignature.h"
#include "audit/note_format.h"
#include "audit/proof.h"
#include "base/mutex.h"
#include "base/status_macros.h"
#include "review/validate_review.h"
#include "server/cosigned_checkpoints.h"
#include "server/live_review.h"
#include "server/review_registry.h"
#include "storage/review_store.h"
#include "witness/add_checkpoint.h"
#include "witness/witness.h"
#include "witness/witness_client.h"

namespace tidemark::server {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongestWait(5 * 60 * 1000);
constexpr size_t kMostShownBytes = 200;

// Each kind of trouble has a code of its own, by which it is told of once.
absl::Status RolledBackWitness(int64_t size, int64_t cosigned) {
  return absl::FailedPreconditionError(absl::StrCat(
      "it says that the last checkpoint it knows has size ", size,
      ", but it has cosigned one of size ", cosigned,
      ": the witness was rolled back. Its cosignatures of this log are not "
      "taken until it knows that again"));
}

absl::Status RolledBackLog(int64_t size, int64_t log_size) {
  return absl::OutOfRangeError(absl::StrCat(
      "it has cosigned a checkpoint of size ", size,
      ", but the log has only size ", log_size,
      ": the log was rolled back, or another server signs with its key"));
}

absl::Status OtherHistory(absl::string_view answer) {
  return absl::DataLossError(absl::StrCat(
      "it was shown another history of this log: the log was rolled back and "
      "went on in another way, or another server signs with its key (",
      absl::Utf8SafeCEscape(answer.substr(0, kMostShownBytes)), ")"));
}

absl::Status Refused(const witness::Answer& answer) {
  if (answer.code == 404) {
    return absl::NotFoundError(
        "it does not follow this log: its operator has to add the log's key");
  }
  if (answer.code == 403) {
    return absl::PermissionDeniedError(
        "it does not know the key that signs this log now: its operator has to "
        "add it");
  }
  return absl::UnknownError(absl::StrCat(
      "it answers ", answer.code, " (",
      absl::Utf8SafeCEscape(answer.body.substr(0, kMostShownBytes)), ")"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<WitnessCollector>> WitnessCollector::Create(
    const std::vector<std::string>& witnesses, ReviewRegistry* registry,
    const storage::ReviewStore* store, CosignedCheckpoints* cosigned,
    milliseconds interval, Report report) {
  std::vector<Witness> parsed;
  std::vector<audit::WitnessKey> keys;
  for (const std::string& named : witnesses) {
    const auto fail = [&named](const absl::Status& status) {
      return absl::InvalidArgumentError(absl::StrCat(
          "the witness \"", named, "\" is not URL+VKEY: ", status.message()));
    };
    const size_t plus = named.find('+');
    auto client = witness::WitnessClient::Create(
        absl::string_view(named).substr(0, plus));
    if (!client.ok()) return fail(client.status());
    const auto key = audit::WitnessKey::Parse(
        plus == std::string::npos ? "" : named.substr(plus + 1));
    if (!key.ok()) return fail(key.status());
    keys.push_back(*key);
    parsed.push_back({*key, *std::move(client), {}, {}});
  }
  RETURN_IF_ERROR(audit::CheckDistinctWitnesses(keys));
  return absl::WrapUnique(new WitnessCollector(std::move(parsed), registry,
                                               store, cosigned, interval,
                                               std::move(report)));
}

WitnessCollector::WitnessCollector(std::vector<Witness> witnesses,
                                   ReviewRegistry* registry,
                                   const storage::ReviewStore* store,
                                   CosignedCheckpoints* cosigned,
                                   milliseconds interval, Report report)
    : witnesses_(std::move(witnesses)),
      registry_(registry),
      store_(store),
      cosigned_(cosigned),
      interval_(interval),
      report_(std::move(report)) {}

void WitnessCollector::Start() {
  thread_ = std::thread([this] { Run(); });
}

void WitnessCollector::Stop() {
  {
    MutexLock lock(&mutex_);
    stopping_ = true;
  }
  stop_.NotifyAll();
  if (!thread_.joinable()) return;
  for (const Witness& witness : witnesses_) witness.client->Cancel();
  thread_.join();
}

bool WitnessCollector::stopping() {
  MutexLock lock(&mutex_);
  return stopping_;
}

void WitnessCollector::Run() {
  // A witness that hangs up while it is written to must not end the server.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  while (!stopping()) {
    const auto next = std::chrono::steady_clock::now() + interval_;
    CollectAll();
    MutexLock lock(&mutex_);
    while (!stopping_ && std::chrono::steady_clock::now() < next) {
      stop_.WaitFor(&mutex_, interval_);
    }
  }
}

void WitnessCollector::CollectAll() {
  for (const ReviewRegistry::Listed& listed : registry_->List()) {
    if (listed.live != nullptr) Collect(*listed.live);
  }
  const auto system = registry_->FindLoaded(review::kSystemLog);
  if (system != nullptr) Collect(*system);
}

void WitnessCollector::Collect(LiveReview& log) {
  const storage::SignedCheckpoint latest = log.checkpoint();
  if (latest.size == 0) return;
  const auto checkpoint = audit::ReadCheckpointUnverified(latest.note);
  if (!checkpoint.ok()) return;  // Verification says so.
  const std::string& origin = checkpoint->origin;
  for (Witness& witness : witnesses_) {
    const auto now = std::chrono::steady_clock::now();
    const std::string whose = absl::StrCat("witness ", witness.key.name());
    Trouble& of_log = witness.of_logs[origin];
    if (now < witness.unreachable.retry_at || now < of_log.retry_at) continue;
    const auto cosigned = cosigned_->SizeOf(origin, witness.key.note_key());
    if (cosigned.ok() && *cosigned == latest.size) continue;
    const std::string about = absl::StrCat(whose, ", log ", origin);
    if (!cosigned.ok() || *cosigned > latest.size) {
      Settle(about,
             cosigned.ok() ? RolledBackLog(*cosigned, latest.size)
                           : cosigned.status(),
             of_log);
      continue;
    }
    const absl::Status asked = Ask(witness, *cosigned, log, latest);
    if (stopping()) return;
    const bool reached = !absl::IsUnavailable(asked);
    Settle(whose, reached ? absl::OkStatus() : asked, witness.unreachable);
    if (reached) Settle(about, asked, of_log);
  }
}

absl::Status WitnessCollector::Ask(Witness& witness, int64_t cosigned,
                                   LiveReview& log,
                                   const storage::SignedCheckpoint& latest) {
  int64_t old_size = cosigned;
  // The second time with the size that the first answer told.
  for (int attempt = 0; attempt < 2; ++attempt) {
    ASSIGN_OR_RETURN(const witness::AddCheckpointRequest request,
                     RequestFrom(old_size, latest));
    ASSIGN_OR_RETURN(const witness::Answer answer,
                     witness.client->AddCheckpoint(request));
    if (answer.code == 200) return Keep(witness, latest.note, answer.body);
    if (answer.code == 422) return OtherHistory(answer.body);
    if (answer.code != 409) return Refused(answer);
    const auto size = witness::ParseSizeBody(answer.body);
    if (!size.ok()) return Refused(answer);
    if (*size < cosigned) return RolledBackWitness(*size, cosigned);
    if (*size > latest.size) {
      // Others may show it checkpoints too, that are newer than this one.
      const int64_t now = log.checkpoint().size;
      return *size > now ? RolledBackLog(*size, now) : absl::OkStatus();
    }
    old_size = *size;
  }
  return absl::OkStatus();  // Somebody else was faster; in a while again.
}

absl::StatusOr<witness::AddCheckpointRequest> WitnessCollector::RequestFrom(
    int64_t old_size, const storage::SignedCheckpoint& latest) const {
  witness::AddCheckpointRequest request;
  request.old_size = old_size;
  request.note = latest.note;
  if (old_size == 0 || old_size == latest.size) return request;
  ASSIGN_OR_RETURN(request.proof,
                   audit::ConsistencyProof(
                       old_size, latest.size, [&](int level, int64_t index) {
                         return store_->Node(latest.review, level, index);
                       }));
  return request;
}

absl::Status WitnessCollector::Keep(const Witness& witness,
                                    const std::string& note,
                                    absl::string_view answer) {
  const std::string cosigned = absl::StrCat(note, answer);
  const auto opened =
      audit::OpenCosignedNote(cosigned, absl::MakeConstSpan(&witness.key, 1));
  if (!opened.ok() || opened->cosignatures.empty()) {
    return absl::UnknownError(
        "it answers 200, but not with a cosignature of its key");
  }
  ASSIGN_OR_RETURN(const audit::SplitNote split, audit::ParseNote(cosigned));
  std::string lines;
  for (const audit::SignatureLine& line : split.signatures) {
    if (!audit::IsOf(line, witness.key.note_key())) continue;
    absl::StrAppend(&lines, audit::FormatSignatureLine(witness.key.note_key(),
                                                       line.signature));
  }
  const absl::Status kept = cosigned_->Add(note, witness.key.note_key(), lines);
  if (kept.ok()) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat("what it cosigned cannot be kept: ", kept.message()));
}

void WitnessCollector::Settle(absl::string_view whose,
                              const absl::Status& status, Trouble& trouble) {
  if (status.ok()) {
    if (!trouble.status.ok()) {
      report_(absl::StrCat(whose, ": the trouble is over"));
    }
    trouble = Trouble();
    return;
  }
  // Once, although sizes in the message grow with the log.
  if (trouble.status.code() != status.code()) {
    report_(absl::StrCat(whose, ": ", status.message()));
  }
  trouble.status = status;
  trouble.wait = std::clamp(2 * trouble.wait, interval_, kLongestWait);
  trouble.retry_at = std::chrono::steady_clock::now() + trouble.wait;
}

}  // namespace tidemark::server
