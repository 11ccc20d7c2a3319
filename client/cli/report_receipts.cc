#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "audit/sha256.h"
#include "client/cli/moment.h"
#include "client/cli/report_sections.h"

namespace tidemark::cli {
namespace {

using report::DataTable;
using report::Facts;
using report::Section;
using report::Verbatim;

DataTable Entries(const ReportInputs& inputs) {
  DataTable table = {"Entries of this version",
                     {"sequence", "time", "actor", "action", "resource",
                      "reason", "leaf hash"},
                     {}};
  for (const ProvenEntry& proven : inputs.entries) {
    const v1::LogEntry& entry = proven.entry;
    table.rows.push_back({absl::StrCat(entry.sequence()),
                          ShownTime(entry.time()), entry.actor(),
                          entry.action(), entry.resource(), entry.reason(),
                          audit::ToHex(proven.leaf_hash)});
  }
  return table;
}

// As one word of a shell, whatever the server called its log.
std::string Quoted(const std::string& text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "'\\''"}}), "'");
}

std::string Commands(const ReportInputs& inputs) {
  const std::string& review = inputs.review_after.review().review_id();
  const std::string key = Quoted(inputs.tree_after.vkey);
  std::string commands =
      absl::StrCat("tidemark verify ", review, " --deep --key ", key,
                   "\ntidemark export bundle ", review, " -o ", review,
                   ".zip\ntidemark verify-bundle ", review, ".zip --key ", key,
                   "\ntidemark prove --check PROOF --key ", key, "\n");
  for (const AnalysisReading& reading : inputs.analyses) {
    const v1::Estimate& estimate = reading.after.estimate();
    if (!estimate.not_estimable().empty()) continue;
    absl::StrAppend(&commands, "tidemark -r ", review, " export netmeta ",
                    estimate.analysis_id(), " --as-of ",
                    inputs.diff.to_sequence(), " -o ", estimate.analysis_id(),
                    " && (cd ", estimate.analysis_id(),
                    " && Rscript refit.R)\n");
  }
  return commands;
}

}  // namespace

Section ReceiptsSection(const ReportInputs& inputs) {
  Section section = {"receipts",
                     "Receipts",
                     "What it takes to check all of this without believing "
                     "whoever serves it",
                     {}};
  section.blocks.emplace_back(
      Facts{{{"Log", inputs.tree_after.checkpoint.origin},
             {"Key of the preceding version", inputs.tree_before.vkey},
             {"Key of this version", inputs.tree_after.vkey}}});
  section.blocks.emplace_back(
      Verbatim{absl::StrCat("Checkpoint of ", NameBefore(inputs)),
               inputs.tree_before.note, true});
  section.blocks.emplace_back(
      Verbatim{absl::StrCat("Checkpoint of ", NameAfter(inputs)),
               inputs.tree_after.note, true});
  section.blocks.emplace_back(
      Verbatim{"Commands that check it", Commands(inputs), true});
  AddTable(Entries(inputs), "There are no entries.", section);
  for (const ProvenEntry& proven : inputs.entries) {
    section.blocks.emplace_back(
        Verbatim{absl::StrCat("Proof of sequence ", proven.entry.sequence(),
                              " (C2SP tlog-proof)"),
                 proven.proof, false});
  }
  return section;
}

}  // namespace tidemark::cli
