#include "client/cli/witness_quorum.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "audit/checkpoint.h"
#include "audit/cosignature.h"
#include "review/finding.h"
#include "tidemark/v1/finding.pb.h"

namespace tidemark::cli {
namespace {

// A checkpoint with the witnesses that cosigned it.
struct Candidate {
  audit::Checkpoint checkpoint;
  std::vector<audit::Cosignature> cosignatures;
};

// Why `note` counts for nothing goes to `problems`.
void AddCandidate(const std::string& note, absl::string_view origin,
                  const QuorumRule& rule, std::vector<Candidate>& candidates,
                  std::vector<std::string>& problems) {
  auto opened = audit::OpenCosignedNote(note, rule.witnesses);
  const auto checkpoint =
      opened.ok() ? audit::ParseCheckpoint(opened->text) : opened.status();
  if (!checkpoint.ok()) {
    problems.emplace_back(checkpoint.status().message());
  } else if (checkpoint->origin != origin) {
    problems.push_back(absl::StrCat("a checkpoint of the log ",
                                    checkpoint->origin, " is shown for it"));
  } else {
    candidates.push_back({*checkpoint, std::move(opened->cosignatures)});
  }
}

std::string NameOf(const QuorumRule& rule, size_t witness) {
  return rule.witnesses[witness].name();
}

// The largest checkpoint that the witness cosigned; 0: none.
int64_t SizeOf(const std::vector<Candidate>& candidates, size_t witness) {
  int64_t size = 0;
  for (const Candidate& candidate : candidates) {
    for (const audit::Cosignature& cosignature : candidate.cosignatures) {
      if (cosignature.witness != witness) continue;
      size = std::max(size, candidate.checkpoint.size);
    }
  }
  return size;
}

// Measured against the checkpoint that most witnesses cosigned.
absl::Status NotReached(const std::vector<Candidate>& candidates,
                        const QuorumRule& rule,
                        const std::vector<std::string>& problems) {
  Candidate best;
  for (const Candidate& candidate : candidates) {
    if (candidate.cosignatures.size() > best.cosignatures.size()) {
      best = candidate;
    }
  }
  std::vector<std::string> there;
  std::vector<std::string> missing;
  for (size_t i = 0; i < rule.witnesses.size(); ++i) {
    const bool is_there = std::any_of(
        best.cosignatures.begin(), best.cosignatures.end(),
        [i](const audit::Cosignature& one) { return one.witness == i; });
    const int64_t size = SizeOf(candidates, i);
    if (is_there) {
      there.push_back(NameOf(rule, i));
    } else {
      missing.push_back(absl::StrCat(
          NameOf(rule, i),
          size == 0 ? " (nothing)" : absl::StrCat(" (only size ", size, ")")));
    }
  }
  std::string actual = there.empty() ? "none"
                                     : absl::StrCat(there.size(), " on size ",
                                                    best.checkpoint.size, ": ",
                                                    absl::StrJoin(there, ", "));
  absl::StrAppend(&actual, "; missing: ", absl::StrJoin(missing, ", "));
  for (const std::string& problem : problems) {
    absl::StrAppend(&actual, "; ", problem);
  }
  v1::Finding finding;
  finding.set_checkpoint_size(best.checkpoint.size);
  finding.set_what("too few witnesses cosigned the log");
  finding.set_expected(absl::StrCat(rule.least, " of ", rule.witnesses.size(),
                                    " witnesses on one checkpoint"));
  finding.set_actual(actual);
  return review::NotVerified(finding);
}

}  // namespace

absl::StatusOr<WitnessQuorum> FindQuorum(absl::Span<const std::string> notes,
                                         absl::string_view origin,
                                         const QuorumRule& rule) {
  std::vector<Candidate> candidates;
  std::vector<std::string> problems;
  for (const std::string& note : notes) {
    AddCandidate(note, origin, rule, candidates, problems);
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) {
                     return a.checkpoint.size > b.checkpoint.size;
                   });
  for (const Candidate& candidate : candidates) {
    if (candidate.cosignatures.size() < static_cast<size_t>(rule.least)) {
      continue;
    }
    WitnessQuorum quorum;
    quorum.checkpoint = candidate.checkpoint;
    for (const audit::Cosignature& cosignature : candidate.cosignatures) {
      const audit::WitnessKey& key = rule.witnesses[cosignature.witness];
      quorum.witnesses.push_back(
          {key.name(), key.vkey(), cosignature.unix_seconds});
    }
    return quorum;
  }
  return NotReached(candidates, rule, problems);
}

}  // namespace tidemark::cli
