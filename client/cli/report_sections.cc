#include "client/cli/report_sections.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "audit/sha256.h"
#include "client/cli/moment.h"
#include "client/cli/table.h"
#include "google/protobuf/message.h"
#include "review/field_values.h"
#include "review/record_diff.h"
#include "tidemark/v1/extraction.pb.h"
#include "tidemark/v1/living_mode.pb.h"

namespace tidemark::cli {
namespace {

using report::DataTable;
using report::Facts;
using report::Paragraph;
using report::Section;

std::string NameOf(const std::optional<v1::Release>& release,
                   int64_t sequence) {
  return release.has_value() ? release->tag()
                             : absl::StrCat("sequence ", sequence);
}

// Fields of a part of the review that is declared as a whole.
void AddFieldDiffs(const std::string& name,
                   const google::protobuf::Message& before,
                   const google::protobuf::Message& after, DataTable& table) {
  for (const v1::FieldDiff& field : review::DifferingFields(
           review::FieldsOf(before), review::FieldsOf(after))) {
    table.rows.push_back({name, field.path(), field.before(), field.after()});
  }
}

// All that is declared differs from what was declared by these fields.
DataTable ChangedMethods(const ReportInputs& inputs) {
  DataTable table = {"Fields of the protocol and of analyses that differ",
                     {"record", "field", "before", "after"},
                     {}};
  for (const v1::RecordDiff& record : inputs.diff.records()) {
    if (!TrialOf(record).empty()) continue;
    if (record.version_before() == 0) {
      table.rows.push_back({record.resource(), "", "", "new"});
      continue;
    }
    for (const v1::FieldDiff& field : record.fields()) {
      table.rows.push_back(
          {record.resource(), field.path(), field.before(), field.after()});
    }
  }
  AddFieldDiffs("policy", inputs.review_before.policy().policy(),
                inputs.review_after.policy().policy(), table);
  AddFieldDiffs("living mode", inputs.review_before.living_mode().living_mode(),
                inputs.review_after.living_mode().living_mode(), table);
  return table;
}

DataTable EntriesOfMethods(const ReportInputs& inputs) {
  DataTable table = {
      "Entries that are neither of trials nor releases, with their reasons",
      {"sequence", "time", "actor", "action", "resource", "reason"},
      {}};
  for (const ProvenEntry& proven : inputs.entries) {
    const v1::LogEntry& entry = proven.entry;
    if (absl::StartsWith(entry.resource(), "trials/") ||
        absl::StartsWith(entry.action(), "releases.")) {
      continue;
    }
    table.rows.push_back({absl::StrCat(entry.sequence()),
                          ShownTime(entry.time()), entry.actor(),
                          entry.action(), entry.resource(), entry.reason()});
  }
  return table;
}

void AddSchedules(const v1::LivingMode& mode, Section& section) {
  DataTable table = {
      "Schedule", {"step", "source", "every days", "first due"}, {}};
  for (const v1::Schedule& schedule : mode.schedules()) {
    table.rows.push_back(
        {InWords(v1::Step::Code_Name(schedule.step())), schedule.source(),
         absl::StrCat(schedule.every_days()), schedule.first_due()});
  }
  AddTable(std::move(table), "No schedule is set.", section);
}

void AddDue(const v1::GetReviewResponse& review, Section& section) {
  DataTable table = {"Steps that are due next",
                     {"step", "source", "due on", "last done", "overdue"},
                     {}};
  const auto same = [](const v1::DueStep& a, const v1::DueStep& b) {
    return a.step() == b.step() && a.source() == b.source();
  };
  for (const v1::DueStep& due : review.due()) {
    const bool is_overdue = std::any_of(
        review.overdue().begin(), review.overdue().end(),
        [&](const v1::DueStep& overdue) { return same(due, overdue); });
    table.rows.push_back(
        {InWords(v1::Step::Code_Name(due.step())), due.source(), due.due_on(),
         due.last_performed_on().empty() ? "never" : due.last_performed_on(),
         is_overdue ? "yes" : "no"});
  }
  AddTable(std::move(table), "Nothing is due.", section);
}

}  // namespace

std::string InWords(const std::string& constant) {
  return absl::StrReplaceAll(absl::AsciiStrToLower(constant), {{"_", " "}});
}

std::string TrialOf(const v1::RecordDiff& record) {
  absl::string_view resource = record.resource();
  return absl::ConsumePrefix(&resource, "trials/") ? std::string(resource) : "";
}

std::string NameBefore(const ReportInputs& inputs) {
  return NameOf(inputs.release_before, inputs.diff.from_sequence());
}

std::string NameAfter(const ReportInputs& inputs) {
  return NameOf(inputs.release_after, inputs.diff.to_sequence());
}

std::string ShownDeclaration(const v1::Release& release) {
  return absl::StrCat(
      "declared ",
      InWords(v1::ConclusionsChanged::Code_Name(release.declared())),
      "; by the events ", release.conclusions_changed() ? "yes" : "no", ", ",
      release.major_events(), " of importance major since ",
      release.predecessor().empty() ? "the beginning" : release.predecessor());
}

DataTable ForPage(const Table& table) {
  DataTable shown = {table.title, {}, {}};
  std::vector<size_t> columns;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].shown_in == Column::For::kRows) continue;
    columns.push_back(i);
    shown.columns.push_back(table.columns[i].name);
  }
  for (const std::vector<Cell>& row : table.rows) {
    std::vector<std::string> cells;
    for (const size_t column : columns) cells.push_back(row[column].shown);
    shown.rows.push_back(std::move(cells));
  }
  return shown;
}

void AddTable(DataTable table, const std::string& if_empty, Section& section) {
  if (table.rows.empty()) {
    section.blocks.emplace_back(Paragraph{if_empty});
  } else {
    section.blocks.emplace_back(std::move(table));
  }
}

Section VersionSection(const ReportInputs& inputs) {
  const v1::Review& review = inputs.review_after.review();
  Facts facts = {
      {{"Review", absl::StrCat(review.title(), " (", review.review_id(), ")")},
       {"Population", review.question().population()},
       {"Intervention", review.question().intervention()},
       {"Comparator", review.question().comparator()},
       {"This version", NameAfter(inputs)},
       {"Sequence of its log", absl::StrCat(inputs.diff.to_sequence())}}};
  if (inputs.release_after.has_value()) {
    const v1::Release& release = *inputs.release_after;
    facts.facts.push_back({"Released", absl::StrCat(ShownTime(release.time()),
                                                    " by ", release.actor())});
    facts.facts.push_back({"What triggered it", release.trigger()});
    facts.facts.push_back({"Conclusions changed", ShownDeclaration(release)});
  } else {
    facts.facts.push_back(
        {"What triggered it", "not said: this state is not a release"});
  }
  const audit::Checkpoint& tree = inputs.tree_before.checkpoint;
  facts.facts.push_back(
      {"Preceding version",
       absl::StrCat(NameBefore(inputs), ": sequence ",
                    inputs.diff.from_sequence(), " of the log ", tree.origin,
                    ", in its tree of size ", tree.size, " with root ",
                    audit::ToHex(tree.root))});
  return {
      "version",
      "This version",
      "Title, version, what triggered it, citation of the preceding version",
      {std::move(facts)}};
}

Section LivingModeSection(const ReportInputs& inputs) {
  Section section = {"living-mode",
                     "Living mode",
                     "L1: parameters of living mode; status; retirement",
                     {}};
  if (!inputs.review_after.has_living_mode()) {
    section.blocks.emplace_back(Paragraph{"No living mode was set."});
    return section;
  }
  const v1::LivingModeRecord& record = inputs.review_after.living_mode();
  const v1::LivingMode& mode = record.living_mode();
  const auto said = [](const std::string& text) {
    return text.empty() ? "not said" : text;
  };
  Facts facts = {
      {{"Status", InWords(v1::LivingMode::Status_Name(mode.status()))},
       {"Why", said(mode.status_reason())},
       {"Trigger", mode.trigger() == v1::LivingMode::TRIGGER_UNSPECIFIED
                       ? "not said"
                       : InWords(v1::LivingMode::Trigger_Name(mode.trigger()))},
       {"Trigger in words", said(mode.trigger_details())},
       {"Next planned update", said(mode.next_planned_update())},
       {"Plan of retirement", said(mode.retirement_plan())},
       {"Set", absl::StrCat("version ", record.version(), " at sequence ",
                            record.sequence(), " by ", record.actor(), ": ",
                            record.reason())}}};
  if (mode.status() == v1::LivingMode::RETIRED) {
    facts.facts.push_back(
        {"Retired because", InWords(v1::LivingMode::RetirementReason_Name(
                                mode.retirement_reason()))});
  }
  section.blocks.emplace_back(std::move(facts));
  AddSchedules(mode, section);
  AddDue(inputs.review_after, section);
  return section;
}

Section MethodsSection(const ReportInputs& inputs) {
  Section section = {"methods",
                     "Changes to methods",
                     "Changes to methods since the preceding version",
                     {}};
  AddTable(ChangedMethods(inputs), "No method changed.", section);
  AddTable(EntriesOfMethods(inputs), "No entry is about methods.", section);
  if (!inputs.review_after.has_policy()) {
    section.blocks.emplace_back(Paragraph{
        "No policy of extraction was set: records take effect when one person "
        "submits them."});
  }
  return section;
}

Section PeopleSection(const ReportInputs& inputs) {
  std::map<std::pair<std::string, std::string>, int> counts;
  for (const ProvenEntry& proven : inputs.entries) {
    ++counts[{proven.entry.actor(), proven.entry.action()}];
  }
  DataTable table = {
      "Entries by actor and action", {"actor", "action", "entries"}, {}};
  for (const auto& [key, count] : counts) {
    table.rows.push_back({key.first, key.second, absl::StrCat(count)});
  }
  Section section = {
      "people", "Who did what", "Contributors to this version", {}};
  AddTable(std::move(table), "There are no entries.", section);
  return section;
}

report::Report MakeReport(const ReportInputs& inputs) {
  report::Report report;
  report.title =
      absl::StrCat(inputs.review_after.review().title(),
                   ": a living systematic review, ", NameAfter(inputs));
  report.subtitle = absl::StrCat("Changes from ", NameBefore(inputs), " to ",
                                 NameAfter(inputs), ", made from the log ",
                                 inputs.tree_after.checkpoint.origin);
  report.sections = {VersionSection(inputs),     LivingModeSection(inputs),
                     FlowSection(inputs),        MethodsSection(inputs),
                     DataSection(inputs),        ResultsSection(inputs),
                     ConclusionsSection(inputs), PeopleSection(inputs),
                     ReceiptsSection(inputs)};
  return report;
}

}  // namespace tidemark::cli
