#include "nma/event_parts.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <tuple>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "boost/graph/adjacency_list.hpp"
#include "boost/graph/strong_components.hpp"
#include "nma/zero_cells.h"

namespace tidemark::nma {
namespace {

constexpr size_t kMostNamed = 5;

const std::vector<BinaryArm>& ArmsOf(const Study& study) {
  return std::get<std::vector<BinaryArm>>(study.data);
}

bool HasNone(const BinaryArm& arm) { return arm.events == 0; }
bool HasOnly(const BinaryArm& arm) { return arm.events == arm.total; }

// The constraints as a graph: a vertex for each treatment, then one for each
// study; an edge from what cannot exceed to what it cannot exceed.
using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;

// Divides the studies that say something.
class Divider {
 public:
  explicit Divider(std::vector<const Study*> studies)
      : studies_(std::move(studies)) {
    for (const Study* study : studies_) {
      for (const BinaryArm& arm : ArmsOf(*study)) {
        treatments_.emplace(arm.treatment, 0);
      }
    }
    int next = 0;
    for (auto& [name, index] : treatments_) index = next++;
    Connect();
  }

  void Divide(EventParts* parts) const {
    std::map<int, std::vector<const Study*>> studies_of;  // by component
    std::vector<bool> is_left(treatments_.size(), false);
    for (size_t s = 0; s < studies_.size(); ++s) {
      const std::vector<BinaryArm> left =
          ArmsIn(StudyComponent(s), *studies_[s]);
      if (left.size() < 2) {
        parts->left_out.studies.push_back(
            {studies_[s]->id,
             UnboundedReason(*studies_[s], StudyComponent(s))});
        continue;
      }
      ListLeftOutArms(s, &parts->left_out);
      studies_of[StudyComponent(s)].push_back(studies_[s]);
      for (const BinaryArm& arm : left) is_left[Index(arm)] = true;
    }
    for (const auto& [component, studies] : studies_of) {
      parts->parts.push_back(PartOf(component, studies));
    }
    std::sort(parts->parts.begin(), parts->parts.end(),
              [](const EventPart& a, const EventPart& b) {
                return a.treatments.front() < b.treatments.front();
              });
    for (const auto& [name, index] : treatments_) {
      if (is_left[index]) continue;
      parts->left_out.treatments.push_back({name, InfiniteReason(name)});
    }
  }

 private:
  int Index(const BinaryArm& arm) const {
    return treatments_.at(arm.treatment);
  }
  int StudyComponent(size_t s) const {
    return component_[treatments_.size() + s];
  }
  bool IsIn(const BinaryArm& arm, int component) const {
    return component_[Index(arm)] == component;
  }

  void Connect() {
    Graph graph(treatments_.size() + studies_.size());
    for (size_t s = 0; s < studies_.size(); ++s) {
      const size_t study = treatments_.size() + s;
      for (const BinaryArm& arm : ArmsOf(*studies_[s])) {
        if (!HasOnly(arm)) boost::add_edge(Index(arm), study, graph);
        if (!HasNone(arm)) boost::add_edge(study, Index(arm), graph);
      }
    }
    component_.resize(boost::num_vertices(graph));
    if (component_.empty()) return;
    boost::strong_components(
        graph, boost::make_iterator_property_map(
                   component_.begin(), boost::get(boost::vertex_index, graph)));
  }

  // Sorted by treatment.
  std::vector<BinaryArm> ArmsIn(int component, const Study& study) const {
    std::vector<BinaryArm> arms;
    for (const BinaryArm& arm : ArmsOf(study)) {
      if (IsIn(arm, component)) arms.push_back(arm);
    }
    std::sort(arms.begin(), arms.end(),
              [](const BinaryArm& a, const BinaryArm& b) {
                return a.treatment < b.treatment;
              });
    return arms;
  }

  void ListLeftOutArms(size_t s, LeftOutEvents* left_out) const {
    for (const BinaryArm& arm : ArmsOf(*studies_[s])) {
      if (IsIn(arm, StudyComponent(s))) continue;
      left_out->arms.push_back(
          {studies_[s]->id, arm.treatment,
           absl::StrCat(HasNone(arm) ? "no event" : "only events",
                        ", and no study bounds its odds ratio on the other "
                        "side")});
    }
  }

  // Of a study in which no two arms bound an odds ratio.
  std::string UnboundedReason(const Study& study, int component) const {
    std::vector<std::string> unbounded;
    for (const BinaryArm& arm : ArmsOf(study)) {
      if (IsIn(arm, component)) continue;
      unbounded.push_back(absl::StrCat(
          arm.treatment, HasNone(arm) ? ": no event" : ": only events"));
    }
    std::sort(unbounded.begin(), unbounded.end());
    return absl::StrCat(
        "its odds ratios are infinite, and no other study bounds them (",
        absl::StrJoin(unbounded, ", "), ")");
  }

  EventPart PartOf(int component,
                   const std::vector<const Study*>& studies) const {
    EventPart part;
    std::map<std::string, int> place;
    for (const auto& [name, index] : treatments_) {
      if (component_[index] != component) continue;
      place[name] = static_cast<int>(part.treatments.size());
      part.treatments.push_back(name);
    }
    for (const Study* study : studies) {
      EventStudy kept;
      kept.id = study->id;
      const std::vector<BinaryArm> arms = ArmsIn(component, *study);
      kept.events.resize(arms.size());
      kept.totals.resize(arms.size());
      for (size_t i = 0; i < arms.size(); ++i) {
        kept.treatments.push_back(place.at(arms[i].treatment));
        kept.events(i) = arms[i].events;
        kept.totals(i) = arms[i].total;
      }
      part.studies.push_back(std::move(kept));
    }
    return part;
  }

  std::string InfiniteReason(const std::string& treatment) const {
    bool none = true;
    bool only = true;
    for (const Study* study : studies_) {
      for (const BinaryArm& arm : ArmsOf(*study)) {
        if (arm.treatment != treatment) continue;
        none = none && HasNone(arm);
        only = only && HasOnly(arm);
      }
    }
    if (none) return "no event in any arm: its odds ratios are infinite";
    if (only) return "only events in every arm: its odds ratios are infinite";
    return "no study bounds its odds ratio to any other treatment on both "
           "sides: they are infinite";
  }

  const std::vector<const Study*> studies_;
  std::map<std::string, int> treatments_;
  std::vector<int> component_;
};

// Treatments that only studies have which say nothing.
void ListUnseen(absl::Span<const Study* const> all,
                const std::vector<const Study*>& informative,
                LeftOutEvents* left_out) {
  std::map<std::string, bool> seen;
  for (const Study* study : all) {
    for (const BinaryArm& arm : ArmsOf(*study)) seen[arm.treatment];
  }
  for (const Study* study : informative) {
    for (const BinaryArm& arm : ArmsOf(*study)) seen[arm.treatment] = true;
  }
  for (const auto& [name, is_seen] : seen) {
    if (is_seen) continue;
    left_out->treatments.push_back({name, "only in studies that are left out"});
  }
}

}  // namespace

void SortByName(LeftOutEvents* left_out) {
  std::sort(left_out->treatments.begin(), left_out->treatments.end(),
            [](const LeftOutTreatment& a, const LeftOutTreatment& b) {
              return a.treatment < b.treatment;
            });
  std::sort(left_out->studies.begin(), left_out->studies.end(),
            [](const LeftOutStudy& a, const LeftOutStudy& b) {
              return a.study < b.study;
            });
  std::sort(left_out->arms.begin(), left_out->arms.end(),
            [](const LeftOutArm& a, const LeftOutArm& b) {
              return std::tie(a.study, a.treatment) <
                     std::tie(b.study, b.treatment);
            });
}

absl::StatusOr<std::vector<const Study*>> BinaryStudies(
    absl::Span<const Study> studies) {
  std::vector<const Study*> binary;
  std::vector<std::string> others;
  for (const Study& study : studies) {
    if (std::holds_alternative<std::vector<BinaryArm>>(study.data)) {
      binary.push_back(&study);
    } else {
      others.push_back(absl::StrCat("\"", study.id, "\""));
    }
  }
  std::sort(binary.begin(), binary.end(),
            [](const Study* a, const Study* b) { return a->id < b->id; });
  if (others.empty()) return binary;
  std::sort(others.begin(), others.end());
  const size_t more = others.size() - std::min(others.size(), kMostNamed);
  others.resize(others.size() - more);
  return absl::FailedPreconditionError(absl::StrCat(
      "needs events and totals of every arm; these studies give none: ",
      absl::StrJoin(others, ", "),
      more == 0 ? "" : absl::StrCat(" and ", more, " more")));
}

EventParts DivideByEvents(absl::Span<const Study* const> studies) {
  EventParts parts;
  std::vector<const Study*> informative;
  for (const Study* study : studies) {
    const std::optional<std::string> reason =
        UninformativeReason(*study, EffectMeasure::kOddsRatio);
    if (reason.has_value()) {
      parts.left_out.studies.push_back(
          {study->id, absl::StrCat(*reason,
                                   ": its own risk explains that fully, "
                                   "whatever the odds ratios")});
    } else {
      informative.push_back(study);
    }
  }
  ListUnseen(studies, informative, &parts.left_out);
  Divider(informative).Divide(&parts);
  SortByName(&parts.left_out);
  return parts;
}

}  // namespace tidemark::nma
