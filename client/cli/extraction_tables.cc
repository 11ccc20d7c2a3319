#include "client/cli/extraction_tables.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/cli/moment.h"
#include "client/cli/table.h"
#include "review/errors.h"
#include "review/two_extractions.h"

namespace tidemark::cli {
namespace {

// Enough to see what differs; rows for programs have all.
constexpr size_t kMostShownBytes = 60;

Cell LongText(const std::string& text) {
  return {review::Shorten(text, kMostShownBytes), text, false};
}

std::string ShownKind(const v1::Draft& draft) {
  return absl::AsciiStrToLower(v1::Draft::Kind_Name(draft.kind()));
}

// Of the trial, as far as its drafts know.
int64_t VersionOf(const v1::Extraction& extraction) {
  int64_t version = 0;
  for (const v1::Draft& draft : extraction.drafts()) {
    version = std::max({version, draft.base_version(), draft.became_version()});
  }
  return version;
}

// Whether no open draft can take effect any more.
bool IsOvertaken(const v1::Extraction& extraction) {
  const int64_t version = VersionOf(extraction);
  return std::none_of(extraction.drafts().begin(), extraction.drafts().end(),
                      [version](const v1::Draft& draft) {
                        return draft.state() == v1::Draft::OPEN &&
                               draft.base_version() == version;
                      });
}

}  // namespace

std::string ShownDraft(const v1::Draft& draft) {
  return absl::StrCat("draft ", draft.sequence(), ", ",
                      draft.kind() == v1::Draft::ADJUDICATION ? "an " : "a ",
                      ShownKind(draft), " by ", draft.actor());
}

std::string ShownPolicy(const v1::Policy& policy) {
  std::string shown = v1::Policy::Extraction_Name(policy.extraction());
  if (policy.adjudication() != v1::Policy::ADJUDICATION_UNSPECIFIED) {
    absl::StrAppend(&shown, ", adjudication by ",
                    v1::Policy::Adjudication_Name(policy.adjudication()));
  }
  return shown;
}

std::vector<v1::Draft> OpenSubmissions(const v1::Extraction& extraction) {
  std::vector<v1::Draft> open;
  const int64_t version = VersionOf(extraction);
  for (const v1::Draft& draft : extraction.drafts()) {
    if (draft.kind() == v1::Draft::SUBMISSION &&
        draft.state() == v1::Draft::OPEN && draft.base_version() == version) {
      open.push_back(draft);
    }
  }
  return open;
}

std::string NextStep(const v1::Extraction& extraction) {
  const std::string& trial = extraction.trial_id();
  if (extraction.state() != v1::Extraction::CLOSED && IsOvertaken(extraction)) {
    return absl::StrCat(trial,
                        " has another version by now: what is open must "
                        "be written again, or rejected");
  }
  switch (extraction.state()) {
    case v1::Extraction::AWAITS_SECOND:
      return absl::StrCat(
          trial, " waits for a second extraction: another actor submits it");
    case v1::Extraction::CONFLICT:
      return absl::StrCat(
          trial,
          " was extracted twice, with differences: `tidemark extract "
          "show ",
          trial, "` has them, `tidemark adjudicate ", trial, "` settles them");
    case v1::Extraction::AWAITS_APPROVAL:
      return absl::StrCat(trial,
                          " waits for approval by another actor: `tidemark "
                          "approve ",
                          trial, "`");
    default:
      return absl::StrCat(trial, " waits for nothing");
  }
}

Table DraftsTable(const std::vector<v1::Extraction>& extractions,
                  bool open_only) {
  Table table = {"",
                 {{"trial"},
                  {"waits_for"},
                  {"draft"},
                  {"kind"},
                  {"state"},
                  {"actor"},
                  {"time"},
                  {"base_version"},
                  {"became_version"},
                  {"closed_by"},
                  {"reason"}},
                 {}};
  for (const v1::Extraction& extraction : extractions) {
    for (const v1::Draft& draft : extraction.drafts()) {
      if (open_only && draft.state() != v1::Draft::OPEN) continue;
      table.rows.push_back(
          {Text(draft.trial_id()),
           Text(v1::Extraction::State_Name(extraction.state())),
           Integer(draft.sequence()), Text(ShownKind(draft)),
           Text(v1::Draft::State_Name(draft.state())), Text(draft.actor()),
           Text(ShownTime(draft.time())), Integer(draft.base_version()),
           draft.became_version() > 0 ? Integer(draft.became_version())
                                      : Text(""),
           Text(draft.closed_by()), Text(draft.reason())});
    }
  }
  return table;
}

Table ConflictsTable(const v1::Draft& first, const v1::Draft& second) {
  const auto says = [](const v1::Draft& draft) {
    return absl::StrCat(draft.actor(), "_", draft.sequence());
  };
  Table table = {absl::StrCat("Where ", ShownDraft(first), ", and ",
                              ShownDraft(second), ", say different things"),
                 {{"path"}, {says(first)}, {says(second)}, {"to_settle"}},
                 {}};
  for (const review::ExtractionConflict& conflict :
       review::ConflictsOf(first.trial(), second.trial())) {
    table.rows.push_back({Text(conflict.path), LongText(conflict.first),
                          LongText(conflict.second),
                          Text(conflict.is_words   ? "if wanted: words"
                               : conflict.is_whole ? "take one"
                                                   : "yes")});
  }
  return table;
}

Table TrialAgreementTable(const v1::Agreement& agreement) {
  Table table = {"First extractions of each trial",
                 {{"trial"}, {"first"}, {"second"}, {"fields"}, {"agreed"}},
                 {}};
  for (const v1::TrialAgreement& trial : agreement.by_trial()) {
    table.rows.push_back({Text(trial.trial_id()),
                          Integer(trial.first_sequence()),
                          Integer(trial.second_sequence()),
                          Integer(trial.fields()), Integer(trial.agreed())});
  }
  return table;
}

Table CategoryAgreementTable(const v1::Agreement& agreement) {
  Table table = {"Judgements and other categories",
                 {{"field"}, {"pairs"}, {"agreed"}, {"kappa"}},
                 {}};
  for (const v1::CategoryAgreement& category : agreement.categories()) {
    table.rows.push_back(
        {Text(category.field()), Integer(category.pairs()),
         Integer(category.agreed()),
         OptionalNumber(category.has_kappa(), category.kappa())});
  }
  return table;
}

}  // namespace tidemark::cli
