// The flow of studies from one version of a living review to the next
// (PRISMA-LSR 2024, flow diagram; PRISMA 2020 for updated reviews).
#ifndef TIDEMARK_CLIENT_REPORT_FLOW_H_
#define TIDEMARK_CLIENT_REPORT_FLOW_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tidemark/v1/living_mode.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::report {

// Trials that a version uses, and their reports.
struct StudyCount {
  int64_t studies = 0;
  int64_t reports = 0;
};

// The searches of one source.
struct SourceFlow {
  int64_t searches = 0;
  int64_t identified = 0;
  int64_t duplicates = 0;
};

// What became of records, summed over the screening that was recorded.
struct ScreeningFlow {
  // How often screening was recorded; 0: the counts say nothing.
  int64_t runs = 0;
  int64_t screened = 0;
  int64_t excluded = 0;
  int64_t not_retrieved = 0;
  // By reason.
  std::map<std::string, int64_t> reports_excluded;
  int64_t reports_included = 0;
};

// Used are trials that analyses may use: also those with an expression of
// concern. Trials are named by their ids, in order. Of the counts holds
//   total = previous + added + used_again - no_longer_used
// for studies, and for reports with further_reports added.
struct Flow {
  StudyCount previous;
  StudyCount total;
  // What was recorded between the two: by source, empty if there was no search.
  std::map<std::string, SourceFlow> sources;
  ScreeningFlow screening;
  // Used now; there was no such trial before.
  std::vector<std::string> added;
  int64_t added_reports = 0;
  // Used now; before it was there, and not used.
  std::vector<std::string> used_again;
  int64_t used_again_reports = 0;
  // Used before and not now, with the status that it has.
  std::map<std::string, v1::TrialStatus::Code> no_longer_used;
  int64_t no_longer_used_reports = 0;
  // There was none before, and it is not used: it came and was taken out.
  std::map<std::string, v1::TrialStatus::Code> came_and_went;
  // Used before and now: another record, an expression of concern that is new,
  // and reports more (or fewer) than before.
  std::vector<std::string> changed;
  std::vector<std::string> new_concern;
  int64_t further_reports = 0;
};

// `before` and `after` are all trials at the two moments, by id; `runs` those
// of the entries between. O(trials + runs).
Flow MakeFlow(const std::vector<v1::TrialRecord>& before,
              const std::vector<v1::TrialRecord>& after,
              const std::vector<v1::StepRunRecord>& runs);

}  // namespace tidemark::report

#endif  // TIDEMARK_CLIENT_REPORT_FLOW_H_
