#include "review/live_analysis.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/sha256.h"
#include "base/status_macros.h"
#include "base/version.h"
#include "google/protobuf/repeated_field.h"
#include "nma/study_effects.h"
#include "nma/zero_cells.h"
#include "review/engine_options.h"
#include "review/estimate_writer.h"
#include "review/inputs_digest.h"
#include "review/trial_input.h"

namespace tidemark::review {
namespace {

bool SmallValuesDesirable(const AnalysisFrame& frame) {
  return frame.outcome->direction() == v1::Outcome::LOWER_IS_BETTER;
}

int CountZeroCells(const std::optional<SelectedStudy>& selected) {
  return selected.has_value() && selected->study.has_value() &&
                 nma::HasZeroCell(*selected->study)
             ? 1
             : 0;
}

int CountReference(const nma::StudyEffects* used,
                   const v1::Analysis& analysis) {
  return used != nullptr && HasReference(*used, analysis) ? 1 : 0;
}

// The index of the first element that is not before `id`. O(log n).
template <typename Study>
int LowerBound(const std::string& id,
               const google::protobuf::RepeatedPtrField<Study>& studies) {
  const auto at =
      std::lower_bound(studies.begin(), studies.end(), id,
                       [](const Study& study, const std::string& to) {
                         return study.study() < to;
                       });
  return static_cast<int>(at - studies.begin());
}

template <typename Study>
bool IsAt(int at, const std::string& id,
          const google::protobuf::RepeatedPtrField<Study>& studies) {
  return at < studies.size() && studies[at].study() == id;
}

// The element of a list sorted by id, added if it is not there. O(n) pointers.
template <typename Study>
Study* FindOrAdd(const std::string& id,
                 google::protobuf::RepeatedPtrField<Study>& studies) {
  const int at = LowerBound(id, studies);
  if (!IsAt(at, id, studies)) {
    studies.Add();
    std::rotate(studies.pointer_begin() + at, studies.pointer_end() - 1,
                studies.pointer_end());
  }
  return studies.Mutable(at);
}

template <typename Study>
void Erase(const std::string& id,
           google::protobuf::RepeatedPtrField<Study>& studies) {
  const int at = LowerBound(id, studies);
  if (IsAt(at, id, studies)) studies.DeleteSubrange(at, 1);
}

}  // namespace

const nma::StudyEffects* LiveAnalysis::Slot::used() const {
  if (!effects.has_value() || !effects->ok()) return nullptr;
  return std::get_if<nma::StudyEffects>(&**effects);
}

const std::string* LiveAnalysis::Slot::left_out_reason() const {
  if (!selected.has_value()) return nullptr;
  if (!effects.has_value()) return &selected->reason;
  if (!effects->ok()) return nullptr;
  const auto* left_out = std::get_if<nma::LeftOutStudy>(&**effects);
  return left_out == nullptr ? nullptr : &left_out->reason;
}

audit::Digest LiveAnalysis::InputsDigest(const ReviewState& state,
                                         const AnalysisVersion& analysis) {
  Follow(state, analysis);
  if (digest_.has_value()) return *digest_;
  InputsHasher hasher(state, analysis, kEngineBuild);
  for (const auto& [id, slot] : slots_) {
    if (slot.selected.has_value()) hasher.Add(*slot.trial);
  }
  digest_ = hasher.Finish();
  return *digest_;
}

absl::StatusOr<const v1::Estimate*> LiveAnalysis::Estimate(
    const ReviewState& state, const AnalysisVersion& analysis) {
  const audit::Digest inputs = InputsDigest(state, analysis);
  const v1::Analysis& spec = analysis.record.analysis();
  const bool small_values_desirable =
      SmallValuesDesirable(FrameOf(state.protocol()->review, spec));
  RETURN_IF_ERROR(InAnalysis(spec, CheckEffects()));
  ClearNumbers();
  WriteMethod(spec, small_values_desirable, &estimate_);
  const auto fit = [&] { return Fit(spec, small_values_desirable); };
  const auto decompose = [this] { return coherence_.Decompose(); };
  RETURN_IF_ERROR(InAnalysis(spec, WriteNumbers(fit, decompose, &estimate_)));
  WriteIdentity(state, analysis, inputs, &estimate_);
  return &estimate_;
}

void LiveAnalysis::Follow(const ReviewState& state,
                          const AnalysisVersion& analysis) {
  FollowVersions(state, analysis);
  const v1::Analysis& spec = analysis.record.analysis();
  const std::vector<Slot*> changed = FollowTrials(state, spec);
  const bool any_zero_cell = zero_cells_ > 0;
  const bool all_change = any_zero_cell != any_zero_cell_ &&
                          spec.zero_cells() == v1::ZeroCellRule::IF0ALL;
  any_zero_cell_ = any_zero_cell;
  if (all_change) {
    for (auto& [id, slot] : slots_) UpdateEffects(spec, slot);
  } else {
    for (Slot* slot : changed) UpdateEffects(spec, *slot);
  }
}

void LiveAnalysis::FollowVersions(const ReviewState& state,
                                  const AnalysisVersion& analysis) {
  const VersionName of_analysis = {analysis.record.sequence(),
                                   analysis.commitment};
  const VersionName of_protocol = {state.protocol()->sequence,
                                   state.protocol()->commitment};
  if (analysis_ == of_analysis && protocol_ == of_protocol) return;
  *this = LiveAnalysis();
  analysis_ = of_analysis;
  protocol_ = of_protocol;
}

std::vector<LiveAnalysis::Slot*> LiveAnalysis::FollowTrials(
    const ReviewState& state, const v1::Analysis& analysis) {
  const AnalysisFrame frame = FrameOf(state.protocol()->review, analysis);
  std::vector<Slot*> changed;
  auto at = slots_.begin();
  const auto drop = [&] {
    Select(std::nullopt, at->second);
    UpdateEffects(analysis, at->second);
    at = slots_.erase(at);
  };
  for (const auto& [id, trial] : state.trials()) {
    while (at != slots_.end() && at->first < id) drop();
    if (at == slots_.end() || at->first != id) {
      at = slots_.emplace_hint(at, id, Slot());
    }
    Slot& slot = at->second;
    ++at;
    if (slot.trial == trial) continue;
    slot.trial = trial;
    Select(InputOf(trial->record, frame), slot);
    changed.push_back(&slot);
  }
  while (at != slots_.end()) drop();
  return changed;
}

void LiveAnalysis::Select(std::optional<SelectedStudy> selected, Slot& slot) {
  if (slot.selected.has_value() || selected.has_value()) digest_.reset();
  zero_cells_ += CountZeroCells(selected) - CountZeroCells(slot.selected);
  slot.selected = std::move(selected);
}

void LiveAnalysis::UpdateEffects(const v1::Analysis& analysis, Slot& slot) {
  with_reference_ -= CountReference(slot.used(), analysis);
  faulty_ -= slot.is_faulty() ? 1 : 0;
  const bool was_used = slot.used() != nullptr;
  slot.effects.reset();
  if (slot.selected.has_value() && slot.selected->study.has_value()) {
    slot.effects = nma::ComputeStudyEffects(
        *slot.selected->study, any_zero_cell_, EffectOptionsOf(analysis));
  }
  if (slot.used() != nullptr) {
    const absl::Status entered = Enter(*slot.used());
    if (!entered.ok()) slot.effects = entered;
  } else if (was_used) {
    Withdraw(slot.trial->record.trial().trial_id());
  }
  with_reference_ += CountReference(slot.used(), analysis);
  faulty_ += slot.is_faulty() ? 1 : 0;
  WriteStudy(slot);
}

absl::Status LiveAnalysis::Enter(const nma::StudyEffects& effects) {
  absl::Status status = coherence_.Put(effects);
  if (status.ok() && network_ != nullptr) status = network_->Put(effects);
  if (!status.ok()) Withdraw(effects.study);
  return status;
}

void LiveAnalysis::Withdraw(const std::string& id) {
  coherence_.Remove(id);
  if (network_ != nullptr) network_->Remove(id);
}

void LiveAnalysis::WriteStudy(const Slot& slot) {
  const std::string& id = slot.trial->record.trial().trial_id();
  auto& used = *estimate_.mutable_studies();
  auto& left_out = *estimate_.mutable_studies_left_out();
  if (slot.used() != nullptr) {
    v1::StudyUse* use = FindOrAdd(id, used);
    WriteUsed(*slot.used(), use);
    WriteUse(slot.trial->record, *slot.selected, use);
  } else {
    Erase(id, used);
  }
  if (const std::string* reason = slot.left_out_reason(); reason != nullptr) {
    WriteLeftOut(id, *reason, FindOrAdd(id, left_out));
  } else {
    Erase(id, left_out);
  }
}

absl::Status LiveAnalysis::CheckEffects() const {
  if (faulty_ == 0) return absl::OkStatus();
  for (const auto& [id, slot] : slots_) {
    if (slot.effects.has_value()) RETURN_IF_ERROR(slot.effects->status());
  }
  return absl::OkStatus();
}

// Clear keeps the memory of what is written again.
void LiveAnalysis::ClearNumbers() {
  auto used = std::move(*estimate_.mutable_studies());
  auto left_out = std::move(*estimate_.mutable_studies_left_out());
  estimate_.Clear();
  *estimate_.mutable_studies() = std::move(used);
  *estimate_.mutable_studies_left_out() = std::move(left_out);
}

absl::StatusOr<nma::NetworkFit> LiveAnalysis::Fit(const v1::Analysis& analysis,
                                                  bool small_values_desirable) {
  const bool has_reference = with_reference_ > 0;
  if (network_ == nullptr || network_has_reference_ != has_reference) {
    auto network = std::make_unique<nma::LiveNetwork>(
        FitOptionsOf(analysis, has_reference, small_values_desirable));
    for (const auto& [id, slot] : slots_) {
      if (slot.used() != nullptr) RETURN_IF_ERROR(network->Put(*slot.used()));
    }
    network_ = std::move(network);
    network_has_reference_ = has_reference;
  }
  return network_->Fit();
}

}  // namespace tidemark::review
