#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/living_mode_text.h"
#include "client/cli/report_sections.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::cli {
namespace {

using report::DataTable;
using report::Section;

std::string StatusName(v1::TrialStatus::Code status) {
  return InWords(v1::TrialStatus::Code_Name(status));
}

std::string Registrations(const v1::Trial& trial) {
  std::vector<std::string> ids;
  for (const v1::Report& report : trial.reports()) {
    for (const std::string& id : {report.doi(), report.registry_id()}) {
      if (!id.empty() && std::find(ids.begin(), ids.end(), id) == ids.end()) {
        ids.push_back(id);
      }
    }
  }
  return absl::StrJoin(ids, ", ");
}

DataTable NewTrials(const ReportInputs& inputs) {
  DataTable table = {"New trials",
                     {"trial", "title", "year", "reports", "status", "notice",
                      "last version by", "reason"},
                     {}};
  std::map<std::string, const v1::TrialRecord*> records;
  for (const v1::TrialRecord& record : inputs.trials_after) {
    records[record.trial().trial_id()] = &record;
  }
  for (const v1::RecordDiff& diff : inputs.diff.records()) {
    const std::string id = TrialOf(diff);
    if (id.empty() || diff.version_before() != 0 || records.count(id) == 0) {
      continue;
    }
    const v1::TrialRecord& record = *records[id];
    table.rows.push_back(
        {id, record.trial().title(), absl::StrCat(record.trial().year()),
         Registrations(record.trial()), StatusName(record.status()),
         record.notice(), record.actor(), record.reason()});
  }
  return table;
}

bool IsStatusField(const std::string& path) {
  return path == "status" || path == "notice";
}

// Who gave the field its value last, and why. A field that was cleared has no
// value: its entry is not known here.
std::vector<std::string> CauseOfField(const ReportInputs& inputs,
                                      const std::string& trial,
                                      const std::string& path) {
  for (const v1::BlamedField& field : inputs.blames.at(trial).fields()) {
    if (field.path() != path) continue;
    return {field.reason(), field.actor(), absl::StrCat(field.sequence())};
  }
  return {"", "", ""};
}

// Fields of trials that were there before; those of the status or the others.
DataTable ChangedFields(const ReportInputs& inputs, bool of_status,
                        const std::string& caption) {
  DataTable table = {
      caption,
      {"trial", "field", "before", "after", "reason", "actor", "sequence"},
      {}};
  for (const v1::RecordDiff& record : inputs.diff.records()) {
    const std::string trial = TrialOf(record);
    if (trial.empty() || record.version_before() == 0) continue;
    for (const v1::FieldDiff& field : record.fields()) {
      if (IsStatusField(field.path()) != of_status) continue;
      std::vector<std::string> row = {trial, field.path(), field.before(),
                                      field.after()};
      for (std::string& cell : CauseOfField(inputs, trial, field.path())) {
        row.push_back(std::move(cell));
      }
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

DataTable RiskOfBias(const ReportInputs& inputs) {
  DataTable table = {
      "Risk of bias (RoB 2), overall and by domain",
      {"trial", "outcome", "time point", "overall", "randomisation",
       "deviations", "missing data", "measurement", "selection"},
      {}};
  const auto shown = [](v1::RiskOfBias::Judgement judgement) {
    return judgement == v1::RiskOfBias::JUDGEMENT_UNSPECIFIED
               ? "not judged"
               : InWords(v1::RiskOfBias::Judgement_Name(judgement));
  };
  for (const v1::TrialRecord& record : inputs.trials_after) {
    for (const v1::RiskOfBias& judged : record.trial().risk_of_bias()) {
      table.rows.push_back(
          {record.trial().trial_id(), judged.outcome(),
           judged.time_point().empty() ? "every" : judged.time_point(),
           shown(judged.overall()), shown(judged.randomisation()),
           shown(judged.deviations()), shown(judged.missing_data()),
           shown(judged.measurement()), shown(judged.selection())});
    }
  }
  return table;
}

}  // namespace

Section FlowSection(const ReportInputs& inputs) {
  std::map<v1::TrialStatus::Code, std::pair<int, int>> counts;
  for (const auto& trial : inputs.trials_before) ++counts[trial.status()].first;
  for (const auto& trial : inputs.trials_after) ++counts[trial.status()].second;
  DataTable table = {"Trials by status",
                     {"status", NameBefore(inputs), NameAfter(inputs)},
                     {}};
  for (const auto& [status, count] : counts) {
    table.rows.push_back({StatusName(status), absl::StrCat(count.first),
                          absl::StrCat(count.second)});
  }
  table.rows.push_back({"all", absl::StrCat(inputs.trials_before.size()),
                        absl::StrCat(inputs.trials_after.size())});
  Section section = {
      "flow", "Flow across versions", "Flow of trials across versions", {}};
  AddTable(std::move(table), "There are no trials.", section);
  Table runs = RunsTable(inputs.runs);
  runs.title = "What was done to keep the review up to date";
  AddTable(ForPage(runs), "No search and no other step is recorded.", section);
  if (inputs.flow.has_value()) section.blocks.emplace_back(*inputs.flow);
  return section;
}

Section DataSection(const ReportInputs& inputs) {
  Section section = {"data",
                     "Changes to data",
                     "New trials, updates of data and of risk of bias, trials "
                     "whose status changed",
                     {}};
  AddTable(NewTrials(inputs), "There are no new trials.", section);
  AddTable(ChangedFields(inputs, false, "Corrected and updated fields"),
           "No data of earlier trials changed.", section);
  AddTable(ChangedFields(inputs, true, "Changes of status, with notices"),
           "No earlier trial changed its status.", section);
  AddTable(RiskOfBias(inputs), "Risk of bias was not judged.", section);
  return section;
}

}  // namespace tidemark::cli
