#include "review/redaction.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "review/check.h"
#include "review/field_path.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr absl::string_view kPackage = "tidemark.v1.";

struct TextField {
  absl::string_view name;
  TextKind kind;
};

// Every string of trials, corrections, adjudications, protocol, analyses,
// living mode and runs.
constexpr TextField kTextFields[] = {
    {"Trial.trial_id", TextKind::kKept},
    {"Trial.title", TextKind::kWords},
    {"Trial.country", TextKind::kCleared},
    {"Trial.notes", TextKind::kWords},
    {"Report.id", TextKind::kKept},
    {"Report.citation", TextKind::kWords},
    // Of publications, which are public.
    {"Report.doi", TextKind::kKept},
    {"Report.pmid", TextKind::kKept},
    {"Report.registry_id", TextKind::kKept},
    {"Arm.id", TextKind::kKept},
    {"Arm.label", TextKind::kWords},
    {"Arm.treatment", TextKind::kKept},
    {"Arm.AttributesEntry.key", TextKind::kKept},
    {"Arm.AttributesEntry.value", TextKind::kCovariate},
    {"Result.outcome", TextKind::kKept},
    {"Result.time_point", TextKind::kKept},
    {"Result.arms", TextKind::kKept},
    {"Result.instrument", TextKind::kKept},
    {"Result.notes", TextKind::kWords},
    {"Contrast.outcome", TextKind::kKept},
    {"Contrast.time_point", TextKind::kKept},
    {"Contrast.first", TextKind::kKept},
    {"Contrast.second", TextKind::kKept},
    {"Source.report", TextKind::kKept},
    {"Source.locator", TextKind::kWords},
    {"Derivation.field", TextKind::kKept},
    // Stored estimates quote it (StudyUse.notes), and stay.
    {"Derivation.method", TextKind::kKept},
    {"RiskOfBias.outcome", TextKind::kKept},
    {"RiskOfBias.time_point", TextKind::kKept},
    {"Indirectness.outcome", TextKind::kKept},
    {"Indirectness.time_point", TextKind::kKept},
    {"Indirectness.reason", TextKind::kWords},

    {"CorrectTrial.trial_id", TextKind::kKept},
    {"FieldEdit.path", TextKind::kKept},
    // As the field that the path names.
    {"FieldEdit.value", TextKind::kWords},
    {"FieldEdit.old_value", TextKind::kWords},

    {"AdjudicateTrial.trial_id", TextKind::kKept},
    {"Resolution.path", TextKind::kKept},
    // As the field that the path names.
    {"Resolution.value", TextKind::kWords},

    {"Review.review_id", TextKind::kKept},
    {"Review.title", TextKind::kWords},
    {"Question.population", TextKind::kWords},
    {"Question.intervention", TextKind::kWords},
    {"Question.comparator", TextKind::kWords},
    {"Treatment.id", TextKind::kKept},
    {"Treatment.name", TextKind::kWords},
    {"Treatment.treatment_class", TextKind::kWords},
    {"Treatment.components", TextKind::kWords},
    {"Treatment.dose", TextKind::kWords},
    {"Treatment.schedule", TextKind::kWords},
    {"NodeMap.id", TextKind::kKept},
    {"NodeMap.title", TextKind::kWords},
    {"Node.id", TextKind::kKept},
    {"Node.name", TextKind::kWords},
    {"Node.components", TextKind::kKept},
    {"NodeRule.treatment", TextKind::kKept},
    {"NodeRule.node", TextKind::kKept},
    {"NodeRule.time_points", TextKind::kKept},
    {"TimePoint.id", TextKind::kKept},
    {"Outcome.id", TextKind::kKept},
    {"Outcome.title", TextKind::kWords},
    // A change of these three is a conclusion event, which releases count.
    {"Outcome.unit", TextKind::kKept},
    {"Instrument.name", TextKind::kKept},
    {"Threshold.source", TextKind::kKept},
    {"Instrument.id", TextKind::kKept},

    {"Analysis.analysis_id", TextKind::kKept},
    {"Analysis.title", TextKind::kWords},
    {"Analysis.outcome", TextKind::kKept},
    {"Analysis.time_point", TextKind::kKept},
    {"Analysis.node_map", TextKind::kKept},
    {"Analysis.reference", TextKind::kKept},
    {"Filters.exclude_trials", TextKind::kKept},

    {"LivingMode.status_reason", TextKind::kWords},
    {"LivingMode.trigger_details", TextKind::kWords},
    {"LivingMode.next_planned_update", TextKind::kKept},
    {"LivingMode.retirement_plan", TextKind::kWords},
    // What is due, and was reported overdue, goes by sources and days.
    {"Schedule.source", TextKind::kKept},
    {"Schedule.first_due", TextKind::kKept},
    {"StepRun.source", TextKind::kKept},
    {"StepRun.performed_on", TextKind::kKept},
    {"StepRun.notes", TextKind::kWords},
    // Reports are counted by it.
    {"ExcludedReports.reason", TextKind::kKept},
};

TextKind KindOf(const FieldDescriptor& field) {
  return FindTextKind(field).value_or(TextKind::kWords);
}

bool IsNumberOrIdentifier(const std::string& text) {
  double number = 0;
  return IsIdentifier(text) ||
         (absl::SimpleAtod(text, &number) && std::isfinite(number));
}

// What stays of `text`.
std::string Erased(const std::string& text, TextKind kind) {
  switch (kind) {
    case TextKind::kKept:
      return text;
    case TextKind::kWords:
      return text.empty() ? "" : kErasedWords;
    case TextKind::kCleared:
      return "";
    case TextKind::kCovariate:
      return IsNumberOrIdentifier(text) ? text : "";
  }
  return "";
}

// Takes what is erased.
using Visitor = absl::FunctionRef<void(const std::string& words)>;

std::string Erase(const std::string& text, TextKind kind, Visitor visit) {
  std::string erased = Erased(text, kind);
  if (erased != text) visit(text);
  return erased;
}

// Only strings hold words.
TextKind KindOfPath(const std::string& path) {
  const auto field = FieldAt(path, *v1::Trial::descriptor());
  if (!field.ok()) return TextKind::kWords;
  return (*field)->type() == FieldDescriptor::TYPE_STRING ? KindOf(**field)
                                                          : TextKind::kKept;
}

void EraseEdit(Visitor visit, v1::FieldEdit* edit) {
  const TextKind kind = KindOfPath(edit->path());
  edit->set_value(Erase(edit->value(), kind, visit));
  edit->set_old_value(Erase(edit->old_value(), kind, visit));
}

void EraseResolution(Visitor visit, v1::Resolution* resolution) {
  if (!resolution->has_value()) return;
  resolution->set_value(
      Erase(resolution->value(), KindOfPath(resolution->path()), visit));
}

void EraseStrings(const FieldDescriptor& field, Visitor visit,
                  Message* message) {
  const Reflection& of = *message->GetReflection();
  const TextKind kind = KindOf(field);
  if (!field.is_repeated()) {
    of.SetString(message, &field,
                 Erase(of.GetString(*message, &field), kind, visit));
    return;
  }
  for (int i = 0; i < of.FieldSize(*message, &field); ++i) {
    of.SetRepeatedString(
        message, &field, i,
        Erase(of.GetRepeatedString(*message, &field, i), kind, visit));
  }
}

void EraseWords(Visitor visit, Message* message);

// A value that is erased takes its key along: there is no such attribute.
void EraseMap(const FieldDescriptor& field, Visitor visit, Message* message) {
  const Reflection& of = *message->GetReflection();
  const FieldDescriptor* const value = field.message_type()->map_value();
  for (int i = of.FieldSize(*message, &field) - 1; i >= 0; --i) {
    Message* const entry = of.MutableRepeatedMessage(message, &field, i);
    EraseWords(visit, entry);
    if (!entry->GetReflection()->GetString(*entry, value).empty()) continue;
    of.SwapElements(message, &field, i, of.FieldSize(*message, &field) - 1);
    of.RemoveLast(message, &field);
  }
}

void EraseWords(Visitor visit, Message* message) {
  const Reflection& of = *message->GetReflection();
  std::vector<const FieldDescriptor*> fields;
  of.ListFields(*message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->is_map()) {
      EraseMap(*field, visit, message);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      EraseStrings(*field, visit, message);
    } else if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      continue;
    } else if (!field->is_repeated()) {
      EraseWords(visit, of.MutableMessage(message, field));
    } else {
      for (int i = 0; i < of.FieldSize(*message, field); ++i) {
        EraseWords(visit, of.MutableRepeatedMessage(message, field, i));
      }
    }
  }
}

// Calls `visit` with each resource that the change writes and words of it.
void EraseChange(absl::FunctionRef<void(const std::string& resource,
                                        const std::string& words)>
                     visit,
                 v1::Change* change) {
  std::string resource;
  const auto found = [&](const std::string& words) { visit(resource, words); };
  if (change->has_put_review()) {
    resource = "review";
    EraseWords(found, change->mutable_put_review());
  }
  if (change->has_put_analyses()) {
    for (auto& analysis : *change->mutable_put_analyses()->mutable_analyses()) {
      resource = absl::StrCat("analyses/", analysis.analysis_id());
      EraseWords(found, &analysis);
    }
  }
  if (change->has_submit_trials()) {
    for (auto& submitted : *change->mutable_submit_trials()->mutable_trials()) {
      resource = absl::StrCat("trials/", submitted.trial().trial_id());
      EraseWords(found, &submitted);
    }
  }
  if (change->has_correct_trial()) {
    resource = absl::StrCat("trials/", change->correct_trial().trial_id());
    for (auto& edit : *change->mutable_correct_trial()->mutable_edits()) {
      EraseEdit(found, &edit);
    }
  }
  if (change->has_set_living_mode()) {
    resource = "living_mode";
    EraseWords(found, change->mutable_set_living_mode());
  }
  if (change->has_record_runs()) {
    resource = "runs";
    EraseWords(found, change->mutable_record_runs());
  }
  if (change->has_adjudicate_trial()) {
    v1::AdjudicateTrial& adjudicate = *change->mutable_adjudicate_trial();
    resource = absl::StrCat("trials/", adjudicate.trial_id());
    for (auto& resolution : *adjudicate.mutable_resolutions()) {
      EraseResolution(found, &resolution);
    }
  }
}

}  // namespace

std::optional<TextKind> FindTextKind(const FieldDescriptor& field) {
  const std::string& name = field.full_name();
  const auto* const found = std::find_if(
      std::begin(kTextFields), std::end(kTextFields),
      [&](const TextField& text) {
        return name.size() == kPackage.size() + text.name.size() &&
               absl::string_view(name).substr(kPackage.size()) == text.name;
      });
  if (found == std::end(kTextFields)) return std::nullopt;
  return found->kind;
}

bool MayBeWords(const FieldDescriptor& field) {
  return KindOf(field) != TextKind::kKept;
}

std::string KeptOf(const FieldDescriptor& field, const std::string& text) {
  const TextKind kind = KindOf(field);
  return kind == TextKind::kWords ? "" : Erased(text, kind);
}

absl::Status CheckCanRedact(const v1::Change& change) {
  const auto refuse = [](absl::string_view why) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot be redacted: ", why));
  };
  switch (change.kind_case()) {
    case v1::Change::kPutReview:
    case v1::Change::kPutAnalyses:
    case v1::Change::kSubmitTrials:
    case v1::Change::kCorrectTrial:
    case v1::Change::kSetLivingMode:
    case v1::Change::kRecordRuns:
    case v1::Change::kAdjudicateTrial:
      return absl::OkStatus();
    case v1::Change::kSetTrialStatus:
      return refuse(
          "it holds a status, and the DOI or URL of a notice, which estimates "
          "name");
    case v1::Change::kMakeRelease:
      return refuse("it holds a tag, which is what the release is cited by");
    case v1::Change::kRedactChanges:
      return refuse("it is a redaction, which holds no words");
    case v1::Change::kReportOverdue:
      return refuse("it holds steps, sources and days, but no words");
    case v1::Change::kSetPolicy:
    case v1::Change::kApproveDrafts:
    case v1::Change::kRejectDrafts:
      return refuse("it holds no words");
    default:
      return refuse("it holds what only the server writes, such as keys");
  }
}

absl::StatusOr<v1::Change> WithoutWords(const v1::Change& change) {
  const absl::Status can_redact = CheckCanRedact(change);
  if (!can_redact.ok()) return can_redact;
  v1::Change erased = change;
  // What this build does not know may be words.
  erased.DiscardUnknownFields();
  EraseChange([](const std::string&, const std::string&) {}, &erased);
  return erased;
}

Words WordsOf(const v1::Change& change) {
  Words words;
  v1::Change erased = change;
  EraseChange([&](const std::string& resource,
                  const std::string& text) { words.emplace(resource, text); },
              &erased);
  return words;
}

}  // namespace tidemark::review
