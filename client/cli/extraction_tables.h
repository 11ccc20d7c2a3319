// Drafts of trials and what they wait for, as tables.
#ifndef TIDEMARK_CLIENT_CLI_EXTRACTION_TABLES_H_
#define TIDEMARK_CLIENT_CLI_EXTRACTION_TABLES_H_

#include <string>
#include <vector>

#include "client/cli/table.h"
#include "tidemark/v1/extraction.pb.h"

namespace tidemark::cli {

// `draft 12, a submission by ana`.
std::string ShownDraft(const v1::Draft& draft);

// `DOUBLE_EXTRACTION, adjudication by THIRD_PERSON`.
std::string ShownPolicy(const v1::Policy& policy);

// The open submissions of the version that is current, older first: two are
// compared.
std::vector<v1::Draft> OpenSubmissions(const v1::Extraction& extraction);

// What to do next, and who may, in words.
std::string NextStep(const v1::Extraction& extraction);

// A row a draft; with `open_only` without those that are closed.
Table DraftsTable(const std::vector<v1::Extraction>& extractions,
                  bool open_only);

// A row for each place where two drafts say different things.
Table ConflictsTable(const v1::Draft& first, const v1::Draft& second);

// A row a trial, and a row a category.
Table TrialAgreementTable(const v1::Agreement& agreement);
Table CategoryAgreementTable(const v1::Agreement& agreement);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_EXTRACTION_TABLES_H_
