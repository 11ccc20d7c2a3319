#include "client/report/flow.h"

#include <map>
#include <string>
#include <vector>

#include "google/protobuf/util/message_differencer.h"
#include "review/status_transition.h"

namespace tidemark::report {
namespace {

using google::protobuf::util::MessageDifferencer;
using review::IsUsable;

void AddSearch(const v1::StepRun& run, Flow& flow) {
  SourceFlow& source = flow.sources[run.source()];
  ++source.searches;
  source.identified += run.search().identified();
  source.duplicates += run.search().duplicates();
}

void AddScreening(const v1::ScreeningCounts& counts, ScreeningFlow& flow) {
  ++flow.runs;
  flow.screened += counts.screened();
  flow.excluded += counts.excluded();
  flow.not_retrieved += counts.not_retrieved();
  flow.reports_included += counts.reports_included();
  for (const v1::ExcludedReports& excluded : counts.reports_excluded()) {
    flow.reports_excluded[excluded.reason()] += excluded.count();
  }
}

void Count(const v1::TrialRecord& record, StudyCount& count) {
  if (!IsUsable(record.status())) return;
  ++count.studies;
  count.reports += record.trial().reports_size();
}

// `before` is null if there was no such trial.
void Compare(const v1::TrialRecord* before, const v1::TrialRecord& after,
             Flow& flow) {
  const std::string& id = after.trial().trial_id();
  const int reports = after.trial().reports_size();
  const bool is_used = IsUsable(after.status());
  if (before == nullptr) {
    if (!is_used) {
      flow.came_and_went[id] = after.status();
      return;
    }
    flow.added.push_back(id);
    flow.added_reports += reports;
    return;
  }
  const bool was_used = IsUsable(before->status());
  if (!was_used && is_used) {
    flow.used_again.push_back(id);
    flow.used_again_reports += reports;
  } else if (was_used && !is_used) {
    flow.no_longer_used[id] = after.status();
    flow.no_longer_used_reports += before->trial().reports_size();
  } else if (was_used) {
    flow.further_reports += reports - before->trial().reports_size();
    if (!MessageDifferencer::Equals(before->trial(), after.trial())) {
      flow.changed.push_back(id);
    }
    if (after.status() == v1::TrialStatus::CONCERN &&
        before->status() != v1::TrialStatus::CONCERN) {
      flow.new_concern.push_back(id);
    }
  }
}

}  // namespace

Flow MakeFlow(const std::vector<v1::TrialRecord>& before,
              const std::vector<v1::TrialRecord>& after,
              const std::vector<v1::StepRunRecord>& runs) {
  Flow flow;
  for (const v1::StepRunRecord& record : runs) {
    if (record.run().has_search()) AddSearch(record.run(), flow);
    if (record.run().has_screening()) {
      AddScreening(record.run().screening(), flow.screening);
    }
  }
  std::map<std::string, const v1::TrialRecord*> known;
  for (const v1::TrialRecord& record : before) {
    Count(record, flow.previous);
    known[record.trial().trial_id()] = &record;
  }
  for (const v1::TrialRecord& record : after) {
    Count(record, flow.total);
    const auto found = known.find(record.trial().trial_id());
    Compare(found == known.end() ? nullptr : found->second, record, flow);
  }
  return flow;
}

}  // namespace tidemark::report
