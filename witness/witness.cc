#include "witness/witness.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "audit/checkpoint.h"
#include "audit/cosignature.h"
#include "audit/merkle.h"
#include "audit/note.h"
#include "audit/note_format.h"
#include "audit/proof.h"
#include "audit/sha256.h"
#include "base/failpoint.h"
#include "base/mutex.h"
#include "base/status_macros.h"
#include "storage/origin_files.h"
#include "witness/add_checkpoint.h"

namespace tidemark::witness {
namespace {

int HttpCode(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
      return 400;
    case absl::StatusCode::kPermissionDenied:
      return 403;
    case absl::StatusCode::kNotFound:
      return 404;
    case absl::StatusCode::kAborted:
      return 409;
    case absl::StatusCode::kFailedPrecondition:
      return 422;
    default:
      return 500;
  }
}

Answer Refusal(const absl::Status& status) {
  Answer answer;
  answer.code = HttpCode(status);
  answer.body = absl::StrCat(status.message(), "\n");
  return answer;
}

// The protocol's 409, from which a server learns where to start.
Answer Conflict(int64_t held_size) {
  Answer answer;
  answer.code = 409;
  answer.body = absl::StrCat(held_size, "\n");
  answer.content_type = kSizeContentType;
  return answer;
}

absl::Status CheckRoots(const audit::Digest& held,
                        const audit::Checkpoint& checkpoint) {
  if (held == checkpoint.root) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "the tree of size ", checkpoint.size, " has root ",
      audit::ToHex(checkpoint.root), ", another than ", audit::ToHex(held)));
}

// That the tree extends the one of `old_root`, by the proof of the request.
absl::Status CheckExtends(const audit::Digest& old_root,
                          const AddCheckpointRequest& request,
                          const audit::Checkpoint& checkpoint) {
  if (request.old_size == 0 || request.old_size == checkpoint.size) {
    return request.proof.empty()
               ? absl::OkStatus()
               : absl::FailedPreconditionError(
                     "a proof from size 0, or between equal sizes, is empty");
  }
  const absl::Status proven =
      audit::VerifyConsistency(request.old_size, old_root, checkpoint.size,
                               checkpoint.root, request.proof);
  if (proven.ok()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("the tree of size ", checkpoint.size,
                   " is not proven to extend the one of size ",
                   request.old_size, " that was cosigned: ", proven.message()));
}

absl::StatusOr<std::map<std::string, std::vector<audit::Verifier>>> ParseLogs(
    const std::vector<std::string>& vkeys) {
  std::map<std::string, std::vector<audit::Verifier>> logs;
  for (const std::string& vkey : vkeys) {
    ASSIGN_OR_RETURN(const audit::Verifier key, audit::Verifier::Parse(vkey));
    std::vector<audit::Verifier>& keys = logs[key.name()];
    for (const audit::Verifier& other : keys) {
      if (other.key_id() != key.key_id()) continue;
      return absl::InvalidArgumentError(
          absl::StrCat("the key ", vkey, " is named twice"));
    }
    keys.push_back(key);
  }
  if (logs.empty()) {
    return absl::InvalidArgumentError("a witness follows at least one log");
  }
  return logs;
}

// The signature lines of these keys.
std::string LinesOf(const audit::SplitNote& note,
                    const std::vector<audit::Verifier>& keys) {
  std::string lines;
  for (const audit::SignatureLine& line : note.signatures) {
    for (const audit::Verifier& key : keys) {
      if (!audit::IsOf(line, key.note_key())) continue;
      absl::StrAppend(
          &lines, audit::FormatSignatureLine(key.note_key(), line.signature));
    }
  }
  return lines;
}

}  // namespace

absl::Status CheckFollows(const std::optional<audit::Checkpoint>& held,
                          const AddCheckpointRequest& request,
                          const audit::Checkpoint& checkpoint) {
  if (request.old_size > checkpoint.size) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the old size ", request.old_size,
        " is larger than that of the checkpoint, ", checkpoint.size));
  }
  const int64_t held_size = held.has_value() ? held->size : 0;
  if (request.old_size != held_size) {
    return absl::AbortedError(
        absl::StrCat("the last checkpoint has size ", held_size));
  }
  if (checkpoint.size == 0) {
    RETURN_IF_ERROR(CheckRoots(audit::EmptyRoot(), checkpoint));
  }
  const audit::Digest held_root =
      held.has_value() ? held->root : audit::EmptyRoot();
  if (checkpoint.size == held_size) {
    RETURN_IF_ERROR(CheckRoots(held_root, checkpoint));
  }
  return CheckExtends(held_root, request, checkpoint);
}

Witness::Witness(audit::Cosigner cosigner, audit::WitnessKey own_key,
                 std::unique_ptr<storage::OriginFiles> files,
                 const WitnessOptions& options)
    : cosigner_(std::move(cosigner)),
      own_key_(std::move(own_key)),
      files_(std::move(files)),
      clock_(options.clock) {}

absl::StatusOr<std::unique_ptr<Witness>> Witness::Create(
    const WitnessOptions& options) {
  ASSIGN_OR_RETURN(auto logs, ParseLogs(options.logs));
  ASSIGN_OR_RETURN(audit::Cosigner cosigner,
                   audit::Cosigner::Create(options.name, options.seed));
  ASSIGN_OR_RETURN(audit::WitnessKey own_key,
                   audit::WitnessKey::Parse(cosigner.vkey()));
  ASSIGN_OR_RETURN(auto files, storage::OriginFiles::Open(options.state_dir,
                                                          options.file_system));
  auto witness = absl::WrapUnique(new Witness(
      std::move(cosigner), std::move(own_key), std::move(files), options));
  witness->logs_ = std::move(logs);
  return witness;
}

absl::StatusOr<Witness::Submitted> Witness::Open(absl::string_view note) const {
  ASSIGN_OR_RETURN(const audit::SplitNote split, audit::ParseNote(note));
  Submitted submitted;
  submitted.text = std::string(split.text);
  ASSIGN_OR_RETURN(submitted.checkpoint,
                   audit::ParseCheckpointOfAnyRoot(submitted.text));
  const auto log = logs_.find(submitted.checkpoint.origin);
  if (log == logs_.end()) {
    return absl::NotFoundError(
        absl::StrCat("the log ", submitted.checkpoint.origin,
                     " is not one that this witness follows"));
  }
  const absl::Status opened = audit::OpenNote(note, log->second).status();
  if (!opened.ok()) return absl::PermissionDeniedError(opened.message());
  submitted.lines = LinesOf(split, log->second);
  return submitted;
}

// The file is the checkpoint's note with the witness's own cosignature, which
// shows whether it is as it was written.
absl::StatusOr<std::optional<audit::Checkpoint>> Witness::Held(
    const std::string& origin) const {
  ASSIGN_OR_RETURN(const std::optional<std::string> note, files_->Read(origin));
  if (!note.has_value()) return std::nullopt;
  const auto opened =
      audit::OpenCosignedNote(*note, absl::MakeConstSpan(&own_key_, 1));
  absl::StatusOr<audit::Checkpoint> held =
      opened.ok() ? audit::ParseCheckpoint(opened->text) : opened.status();
  std::string why;
  if (!held.ok()) {
    why = std::string(held.status().message());
  } else if (opened->cosignatures.empty()) {
    why = absl::StrCat("it is not cosigned with the key ", vkey());
  } else if (held->origin != origin) {
    why = absl::StrCat("it is of the log ", held->origin);
  } else {
    return std::optional<audit::Checkpoint>(*std::move(held));
  }
  return absl::DataLossError(absl::StrCat(
      "the file ", files_->PathOf(origin),
      ", which keeps the last checkpoint that was cosigned of the log ", origin,
      ", is damaged (", why,
      "): nothing of this log is cosigned before its newest copy is back"));
}

absl::StatusOr<std::string> Witness::Cosign(const Submitted& submitted) {
  ASSIGN_OR_RETURN(std::string line,
                   cosigner_.CosignatureLine(
                       submitted.text, absl::ToUnixSeconds(clock_->Now())));
  RETURN_IF_ERROR(files_->Replace(
      submitted.checkpoint.origin,
      absl::StrCat(submitted.text, "\n", submitted.lines, line)));
  TIDEMARK_FAILPOINT("witness_before_answer");
  return line;
}

Answer Witness::AddCheckpoint(absl::string_view body) {
  const auto request = ParseAddCheckpoint(body);
  if (!request.ok()) return Refusal(request.status());
  const auto submitted = Open(request->note);
  if (!submitted.ok()) return Refusal(submitted.status());
  const audit::Checkpoint& checkpoint = submitted->checkpoint;

  MutexLock lock(&mutex_);
  const auto held = Held(checkpoint.origin);
  if (!held.ok()) return Refusal(held.status());
  const absl::Status follows = CheckFollows(*held, *request, checkpoint);
  if (absl::IsAborted(follows)) {
    return Conflict(held->has_value() ? (*held)->size : 0);
  }
  if (!follows.ok()) return Refusal(follows);
  const auto line = Cosign(*submitted);
  if (!line.ok()) return Refusal(absl::InternalError(line.status().message()));
  Answer answer;
  answer.body = *line;
  return answer;
}

std::vector<absl::Status> Witness::DamagedLogs() {
  std::vector<absl::Status> damaged;
  MutexLock lock(&mutex_);
  for (const auto& [origin, keys] : logs_) {
    const absl::Status status = Held(origin).status();
    if (!status.ok()) damaged.push_back(status);
  }
  return damaged;
}

}  // namespace tidemark::witness
