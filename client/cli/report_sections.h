// What a report says, from what was read.
#ifndef TIDEMARK_CLIENT_CLI_REPORT_SECTIONS_H_
#define TIDEMARK_CLIENT_CLI_REPORT_SECTIONS_H_

#include <string>
#include <utility>
#include <vector>

#include "client/cli/report_inputs.h"
#include "client/cli/table.h"
#include "client/report/report_model.h"

namespace tidemark::cli {

// Two treatments, the second the reference of the first's component.
using Comparison = std::pair<std::string, std::string>;

// Those of the estimate after, and those of before that it has not: what cannot
// be estimated any more is a change too.
std::vector<Comparison> ComparedVersusReference(const AnalysisReading& reading);

// The items of PRISMA-LSR 2024 that the records fill. Nothing is estimated
// here: numbers are those of the answers. Effects are of the random-effects
// model, each treatment versus the reference of its component. What is not
// recorded is said not to be.
report::Report MakeReport(const ReportInputs& inputs);

// The sections that MakeReport puts together.
report::Section VersionSection(const ReportInputs& inputs);
report::Section LivingModeSection(const ReportInputs& inputs);
report::Section MethodsSection(const ReportInputs& inputs);
report::Section PeopleSection(const ReportInputs& inputs);
// report_data.cc
report::Section FlowSection(const ReportInputs& inputs);
report::Section DataSection(const ReportInputs& inputs);
// report_results.cc
report::Section ResultsSection(const ReportInputs& inputs);
report::Section ConclusionsSection(const ReportInputs& inputs);
// report_receipts.cc
report::Section ReceiptsSection(const ReportInputs& inputs);

// `2026.2`, or `sequence 41` where the moment was not named by a release.
std::string NameBefore(const ReportInputs& inputs);
std::string NameAfter(const ReportInputs& inputs);

// `declared auto; by the events yes, 3 of importance major since 2026.1`.
std::string ShownDeclaration(const v1::Release& release);

// `new evidence`, of `NEW_EVIDENCE`.
std::string InWords(const std::string& constant);

// The trial that differs. Empty: the record is no trial.
std::string TrialOf(const v1::RecordDiff& record);

// As people see it: the columns that AsTable has.
report::DataTable ForPage(const Table& table);

// Adds the table, or the words if it has no rows.
void AddTable(report::DataTable table, const std::string& if_empty,
              report::Section& section);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_REPORT_SECTIONS_H_
