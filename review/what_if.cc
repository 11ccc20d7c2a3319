#include "review/what_if.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/big_endian.h"
#include "base/deterministic_bytes.h"
#include "base/status_macros.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "review/check.h"
#include "review/errors.h"
#include "review/field_path.h"
#include "review/protocol.h"
#include "review/validate_analysis.h"
#include "review/validate_review.h"
#include "review/validate_trial.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/review.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {
namespace {

constexpr char kDomain[] = "tidemark what-if v1";
constexpr int kMostEdits = 1000;

using Ids = google::protobuf::RepeatedPtrField<std::string>;

absl::Status CheckTrials(const Ids& ids, const ReviewState& state) {
  for (const std::string& id : ids) {
    if (state.FindTrial(id) == nullptr) return UnknownTrial(id);
  }
  return absl::OkStatus();
}

void CheckNotBoth(const v1::WhatIfRequest& request, Violations& violations) {
  const std::set<std::string> excluded(request.exclude_trials().begin(),
                                       request.exclude_trials().end());
  for (int i = 0; i < request.include_trials_size(); ++i) {
    if (excluded.count(request.include_trials(i)) == 0) continue;
    violations.Add(Element("include_trials", i),
                   absl::StrCat("\"", request.include_trials(i),
                                "\" is excluded too; keep one"));
  }
}

// Trials that are not as they were, by id.
using Records = std::map<std::string, v1::TrialRecord>;

// The trial's record, to be changed.
v1::TrialRecord& RecordOf(const ReviewState& state, const std::string& id,
                          Records& records) {
  const auto [at, is_new] = records.emplace(id, v1::TrialRecord());
  if (is_new) at->second = state.FindTrial(id)->record;
  return at->second;
}

void ApplyEdits(const std::string& field, const v1::TrialEdit& edit,
                const v1::Review& protocol, v1::Trial& trial,
                Violations& violations) {
  if (edit.edits().empty() || edit.edits_size() > kMostEdits) {
    violations.Add(absl::StrCat(field, ".edits"), "must hold 1-1000 edits");
  }
  bool all_made = true;
  for (int i = 0; i < edit.edits_size(); ++i) {
    const absl::Status status =
        SetField(edit.edits(i).path(), edit.edits(i).value(), &trial).status();
    if (status.ok()) continue;
    violations.Add(Element(absl::StrCat(field, ".edits"), i), status.message());
    all_made = false;
  }
  if (trial.trial_id() != edit.trial_id()) {
    violations.Add(absl::StrCat(field, ".edits"), "trial_id never changes");
    all_made = false;
  }
  // What was not edited might break a rule that the edits would have kept.
  if (all_made) ValidateTrial(field, trial, protocol, violations);
}

absl::StatusOr<Records> OtherTrials(const v1::WhatIfRequest& request,
                                    const ReviewState& state,
                                    const v1::Review& protocol,
                                    Violations& violations) {
  RETURN_IF_ERROR(CheckTrials(request.exclude_trials(), state));
  RETURN_IF_ERROR(CheckTrials(request.include_trials(), state));
  CheckNotBoth(request, violations);
  Records records;
  const auto set_status = [&](const Ids& ids, v1::TrialStatus::Code status) {
    for (const std::string& id : ids) {
      v1::TrialRecord& record = RecordOf(state, id, records);
      record.set_status(status);
      record.clear_notice();
    }
  };
  set_status(request.exclude_trials(), v1::TrialStatus::EXCLUDED);
  set_status(request.include_trials(), v1::TrialStatus::INCLUDED);
  std::set<std::string> edited;
  for (int i = 0; i < request.edits_size(); ++i) {
    const v1::TrialEdit& edit = request.edits(i);
    const std::string field = Element("edits", i);
    if (state.FindTrial(edit.trial_id()) == nullptr) {
      return UnknownTrial(edit.trial_id());
    }
    if (!edited.insert(edit.trial_id()).second) {
      violations.Add(absl::StrCat(field, ".trial_id"),
                     absl::StrCat("\"", edit.trial_id(),
                                  "\" stands in the request twice"));
    }
    ApplyEdits(field, edit, protocol,
               *RecordOf(state, edit.trial_id(), records).mutable_trial(),
               violations);
  }
  return records;
}

// The protocol with the node map of the request, in place of one of its id.
v1::Review OtherProtocol(const v1::WhatIfRequest& request,
                         const v1::Review& protocol, Violations& violations) {
  v1::Review other = protocol;
  const v1::NodeMap& map = request.node_map();
  if (!request.has_node_map()) return other;
  ValidateNodeMap("node_map", map, protocol, violations);
  if (!request.analysis().node_map().empty() &&
      request.analysis().node_map() != map.id()) {
    violations.Add("analysis.node_map",
                   "names another map than node_map; give one");
  }
  auto& maps = *other.mutable_node_maps();
  const auto same = std::find_if(
      maps.begin(), maps.end(),
      [&](const v1::NodeMap& known) { return known.id() == map.id(); });
  (same == maps.end() ? *maps.Add() : *same) = map;
  return other;
}

// Replaces every field that `from` has set, lists as a whole.
void ReplaceFields(const google::protobuf::Message& from,
                   google::protobuf::Message* to) {
  std::vector<const google::protobuf::FieldDescriptor*> set;
  from.GetReflection()->ListFields(from, &set);
  for (const auto* field : set) to->GetReflection()->ClearField(to, field);
  to->MergeFrom(from);
}

v1::Analysis OtherAnalysis(const v1::WhatIfRequest& request,
                           const v1::Analysis& stored,
                           const v1::Review& protocol) {
  v1::Analysis fields = request.analysis();
  v1::Filters filters = stored.filters();
  filters.MergeFrom(fields.filters());
  fields.clear_filters();
  if (request.has_node_map()) fields.set_node_map(request.node_map().id());

  v1::Analysis other = stored;
  ReplaceFields(fields, &other);
  if (request.analysis().has_filters()) {
    *other.mutable_filters() = std::move(filters);
  }
  if (fields.thresholds().empty() &&
      (other.outcome() != stored.outcome() ||
       other.effect_measure() != stored.effect_measure())) {
    other.clear_thresholds();
  }
  if (fields.smd_method() == v1::SmdMethod::UNSPECIFIED &&
      other.effect_measure() != v1::EffectMeasure::SMD) {
    other.clear_smd_method();
  }
  const v1::NodeMap* map = FindById(protocol.node_maps(), other.node_map());
  if (fields.reference().empty() && map != nullptr &&
      FindById(map->nodes(), other.reference()) == nullptr) {
    other.clear_reference();
  }
  FillDefaults(&other);
  return other;
}

void AppendText(absl::string_view text, std::string* bytes) {
  audit::AppendBigEndian(text.size(), 8, bytes);
  absl::StrAppend(bytes, text);
}

// Of a list whose order and repetitions say nothing.
template <typename List>
void SortUnique(List& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

void SortUnique(google::protobuf::RepeatedPtrField<v1::Threshold>& thresholds) {
  const auto key = [](const v1::Threshold& threshold) {
    return std::make_tuple(threshold.value(), threshold.kind(),
                           threshold.source());
  };
  std::sort(thresholds.begin(), thresholds.end(),
            [&](const auto& a, const auto& b) { return key(a) < key(b); });
  thresholds.erase(std::unique(thresholds.begin(), thresholds.end(),
                               [&](const auto& a, const auto& b) {
                                 return key(a) == key(b);
                               }),
                   thresholds.end());
}

// The same question has one form.
v1::WhatIfRequest Normalised(v1::WhatIfRequest request, int64_t sequence) {
  request.DiscardUnknownFields();
  request.mutable_as_of()->set_sequence(sequence);
  SortUnique(*request.mutable_exclude_trials());
  SortUnique(*request.mutable_include_trials());
  if (request.analysis().has_filters()) {
    v1::Filters& filters = *request.mutable_analysis()->mutable_filters();
    SortUnique(*filters.mutable_exclude_trials());
    SortUnique(*filters.mutable_exclude_designs());
    SortUnique(*filters.mutable_exclude_risk_of_bias());
  }
  if (request.has_analysis()) {
    SortUnique(*request.mutable_analysis()->mutable_thresholds());
  }
  for (v1::TrialEdit& edit : *request.mutable_edits()) {
    for (v1::FieldEdit& field : *edit.mutable_edits()) {
      field.clear_old_value();
    }
  }
  std::sort(request.mutable_edits()->begin(), request.mutable_edits()->end(),
            [](const v1::TrialEdit& a, const v1::TrialEdit& b) {
              return a.trial_id() < b.trial_id();
            });
  return request;
}

}  // namespace

absl::StatusOr<Hypothesis> MakeHypothesis(const v1::WhatIfRequest& request,
                                          const ReviewState& state,
                                          const AnalysisVersion& analysis) {
  const v1::Review& protocol = state.protocol()->review;
  Violations violations;
  if (!request.analysis().analysis_id().empty()) {
    violations.Add("analysis.analysis_id", "never changes; leave it empty");
  }
  Delta delta;
  delta.protocol_version = state.protocol()->version;
  delta.protocol = OtherProtocol(request, protocol, violations);
  Hypothesis hypothesis;
  hypothesis.analysis = analysis;
  v1::Analysis* other = hypothesis.analysis.record.mutable_analysis();
  *other = OtherAnalysis(request, *other, *delta.protocol);
  ValidateAnalysis("analysis", *other, *delta.protocol, violations);
  ASSIGN_OR_RETURN(Records records,
                   OtherTrials(request, state, protocol, violations));
  RETURN_IF_ERROR(violations.ToStatus());
  for (auto& [id, record] : records) delta.trials.push_back(std::move(record));
  hypothesis.state = state.With(delta);
  return hypothesis;
}

audit::Digest WhatIfDigest(const v1::WhatIfRequest& request, int64_t sequence,
                           absl::string_view inputs_digest) {
  std::string bytes;
  AppendText(kDomain, &bytes);
  AppendText(inputs_digest, &bytes);
  AppendText(DeterministicBytes(Normalised(request, sequence)), &bytes);
  return audit::Sha256(bytes);
}

}  // namespace tidemark::review
