#include "nma/testing/random_edits.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "Eigen/Core"
#include "absl/strings/str_cat.h"
#include "nma/partition.h"

namespace tidemark::nma {
namespace {

// More than the network starts with, so that treatments come and go.
int NamesFor(int treatments) { return treatments + 1 + treatments / 4; }

// Names sort by bytes in another order than they are numbered.
std::string NameOf(int treatment) { return absl::StrCat("T", treatment); }
int NumberOf(const std::string& name) { return std::stoi(name.substr(1)); }

// Small integers, so that studies can agree exactly.
double TrueEffect(const std::string& treatment) {
  return NumberOf(treatment) * 5 % 7;
}

bool Contains(const StudyEffects& study, const std::string& treatment) {
  return std::find(study.treatments.begin(), study.treatments.end(),
                   treatment) != study.treatments.end();
}

}  // namespace

RandomEdits::RandomEdits(int treatments, RandomNumbers numbers,
                         std::uint32_t seed)
    : treatments_(treatments),
      groups_(treatments >= 20  ? 3
              : treatments >= 6 ? 2
                                : 1),
      numbers_(numbers),
      engine_(seed) {
  // Neighbours in each group, then as many studies of any treatments.
  for (int t = groups_; t < treatments; ++t) {
    const StudyEffects study =
        DrawStudy(NewId(), {NameOf(t - groups_), NameOf(t)});
    studies_.emplace(study.study, study);
  }
  for (int s = 0; s < treatments; ++s) Make(*Add());
}

double RandomEdits::Uniform() { return engine_() / 4294967296.0; }

double RandomEdits::Normal() {  // by the sum of uniforms
  double sum = -6;
  for (int i = 0; i < 12; ++i) sum += Uniform();
  return sum;
}

int RandomEdits::Below(int limit) {
  return static_cast<int>(engine_() % static_cast<unsigned>(limit));
}

template <typename T>
const T& RandomEdits::OneOf(const std::vector<T>& values) {
  return values[Below(static_cast<int>(values.size()))];
}

RandomEdits::Names RandomEdits::Group(int group) const {
  Names names;
  for (int t = group; t < NamesFor(treatments_); t += groups_) {
    names.push_back(NameOf(t));
  }
  return names;
}

RandomEdits::Names RandomEdits::Present(const Names& names) const {
  Names present;
  for (const std::string& name : names) {
    const bool found = std::any_of(
        studies_.begin(), studies_.end(),
        [&](const auto& study) { return Contains(study.second, name); });
    if (found) present.push_back(name);
  }
  return present;
}

// Two of them, or up to six.
RandomEdits::Names RandomEdits::Draw(Names from) {
  const int limit = std::min(6, static_cast<int>(from.size()));
  const int arms = Below(10) < 7 ? 2 : 2 + Below(limit - 1);
  for (int i = 0; i < arms; ++i) {
    std::swap(from[i], from[i + Below(static_cast<int>(from.size()) - i)]);
  }
  from.resize(arms);
  return from;
}

StudyEffects RandomEdits::DrawStudy(std::string id, Names treatments) {
  std::sort(treatments.begin(), treatments.end());
  const auto m = static_cast<Eigen::Index>(treatments.size()) - 1;
  const double variance = std::pow(10, numbers_.digits * (Uniform() - 0.5));
  StudyEffects study{
      std::move(id), std::move(treatments), Eigen::VectorXd(m),
      Eigen::MatrixXd::Constant(m, m, variance * (0.25 + Uniform() / 2))};
  const double shared = std::sqrt(study.covariance(0, 0)) * Normal();
  for (Eigen::Index i = 0; i < m; ++i) {
    const double own = variance * (0.25 + Uniform() / 2);
    study.covariance(i, i) += own;
    const double error = shared + std::sqrt(own) * Normal();
    study.effects[i] = TrueEffect(study.treatments[i + 1]) -
                       TrueEffect(study.treatments[0]) + numbers_.error * error;
    study.effects[i] += numbers_.heterogeneity * Normal();
  }
  return study;
}

std::string RandomEdits::NewId() { return absl::StrCat("study ", ids_++); }

const StudyEffects& RandomEdits::AnyStudy() {
  return std::next(studies_.begin(), Below(static_cast<int>(studies_.size())))
      ->second;
}

// Counts each name that is in no study, too.
int RandomEdits::Components(const StudiesById& studies) const {
  std::vector<std::vector<int>> sets;
  for (const auto& [id, study] : studies) {
    sets.emplace_back();
    for (const std::string& name : study.treatments) {
      sets.back().push_back(NumberOf(name));
    }
  }
  std::vector<const std::vector<int>*> pointers;
  for (const std::vector<int>& set : sets) pointers.push_back(&set);
  return static_cast<int>(
      Connect(NamesFor(treatments_), pointers).nodes.size());
}

Edit RandomEdits::Next() {
  while (true) {
    const std::optional<Edit> edit = (this->*DrawKind())();
    if (!edit.has_value()) continue;
    Make(*edit);
    return *edit;
  }
}

RandomEdits::Kind RandomEdits::DrawKind() {
  if (emptying_ && !studies_.empty()) return &RandomEdits::Remove;
  emptying_ = false;
  static const std::vector<Kind> kKinds = {
      &RandomEdits::Add,          &RandomEdits::Add,
      &RandomEdits::Remove,       &RandomEdits::Remove,
      &RandomEdits::OtherNumbers, &RandomEdits::OtherNumbers,
      &RandomEdits::OtherNumbers, &RandomEdits::OtherTreatments,
      &RandomEdits::AddTreatment, &RandomEdits::Join,
      &RandomEdits::Split,        &RandomEdits::PutBack,
      &RandomEdits::PutBack,      &RandomEdits::Undo,
      &RandomEdits::StartToEmpty,
  };
  return OneOf(kKinds);
}

std::optional<Edit> RandomEdits::Add() {
  // About three studies for each treatment, not ever more.
  if (static_cast<int>(studies_.size()) > 3 * treatments_) return std::nullopt;
  const Names names = Group(Below(groups_));
  const Names present = Present(names);
  const StudyEffects study =
      DrawStudy(NewId(), Draw(present.size() < 2 ? names : present));
  return Edit{"adds a study", study.study, study};
}

std::optional<Edit> RandomEdits::Remove() {
  if (studies_.empty()) return std::nullopt;
  return Edit{
      studies_.size() == 1 ? "removes the last study" : "removes a study",
      AnyStudy().study, std::nullopt};
}

std::optional<Edit> RandomEdits::OtherNumbers() {
  if (studies_.empty()) return std::nullopt;
  const StudyEffects& old = AnyStudy();
  return Edit{"puts other numbers", old.study,
              DrawStudy(old.study, old.treatments)};
}

std::optional<Edit> RandomEdits::OtherTreatments() {
  if (studies_.empty()) return std::nullopt;
  const std::string id = AnyStudy().study;
  return Edit{"puts other treatments", id,
              DrawStudy(id, Draw(Group(Below(groups_))))};
}

std::optional<Edit> RandomEdits::AddTreatment() {
  const Names names = Group(Below(groups_));
  const Names present = Present(names);
  if (present.empty() || present.size() == names.size()) return std::nullopt;
  std::string added = OneOf(names);
  while (std::find(present.begin(), present.end(), added) != present.end()) {
    added = OneOf(names);
  }
  const StudyEffects study = DrawStudy(NewId(), {OneOf(present), added});
  return Edit{"adds a treatment", study.study, study};
}

std::optional<Edit> RandomEdits::Join() {
  if (studies_.size() < 2) return std::nullopt;
  for (int attempt = 0; attempt < 10; ++attempt) {
    const std::string first = OneOf(AnyStudy().treatments);
    const std::string second = OneOf(AnyStudy().treatments);
    if (first == second) continue;
    const StudyEffects study = DrawStudy(NewId(), {first, second});
    StudiesById joined = studies_;
    joined.emplace(study.study, study);
    if (Components(joined) < Components(studies_)) {
      return Edit{"joins components", study.study, study};
    }
  }
  return std::nullopt;
}

std::optional<Edit> RandomEdits::Split() {
  std::vector<std::string> bridges;
  for (const auto& [id, study] : studies_) {
    StudiesById rest = studies_;
    rest.erase(id);
    const Names left = Present(study.treatments);
    const bool keeps_all = std::all_of(
        study.treatments.begin(), study.treatments.end(), [&](const auto& t) {
          return std::any_of(rest.begin(), rest.end(), [&](const auto& other) {
            return Contains(other.second, t);
          });
        });
    if (keeps_all && Components(rest) > Components(studies_)) {
      bridges.push_back(id);
    }
  }
  if (bridges.empty()) return std::nullopt;
  return Edit{"splits a component", OneOf(bridges), std::nullopt};
}

std::optional<Edit> RandomEdits::PutBack() {
  if (removed_.empty()) return std::nullopt;
  const StudyEffects study = removed_.back();
  removed_.pop_back();
  return Edit{"puts back what was removed", study.study, study};
}

std::optional<Edit> RandomEdits::Undo() {
  if (!undo_.has_value()) return std::nullopt;
  Edit edit = *undo_;
  edit.what = "undoes the last edit";
  return edit;
}

std::optional<Edit> RandomEdits::StartToEmpty() {
  // Seldom, since it takes an edit for each study.
  if (studies_.size() > 20 || Below(4) > 0) return std::nullopt;
  emptying_ = true;
  return Remove();
}

void RandomEdits::Make(const Edit& edit) {
  const auto old = studies_.find(edit.study);
  undo_ = Edit{"", edit.study, std::nullopt};
  if (old != studies_.end()) undo_->put = old->second;
  if (edit.put.has_value()) {
    studies_[edit.study] = *edit.put;
  } else {
    removed_.push_back(old->second);
    studies_.erase(old);
  }
}

}  // namespace tidemark::nma
