#include "review/agreement.h"

#include <map>
#include <optional>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "review/drafts.h"
#include "review/field_path.h"
#include "review/field_values.h"
#include "review/redaction.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {
namespace {

using google::protobuf::FieldDescriptor;

// What stands for a category that was not set.
constexpr char kNotSet[] = "";

// Whether the field is part of the name of what it belongs to.
bool IsName(const FieldDescriptor& field) {
  static const auto* const kNames =
      new std::set<std::string>{"trial_id", "id",    "outcome", "time_point",
                                "arms",     "first", "second",  "key"};
  return kNames->count(field.name()) > 0 && !field.is_map();
}

// `results[pain/6m/ha].continuous.sd` without `[pain/6m/ha]`.
std::string WithoutKeys(absl::string_view path) {
  std::string without;
  bool inside = false;
  for (const char c : path) {
    if (c == '[') inside = true;
    if (!inside) without += c;
    if (c == ']') inside = false;
  }
  return without;
}

// A field that is compared.
struct Compared {
  std::string value;
  bool is_category = false;
};

std::map<std::string, Compared> ComparedFields(const v1::Trial& trial) {
  std::map<std::string, Compared> compared;
  for (const FieldValue& said : FieldsOf(trial)) {
    const absl::StatusOr<const FieldDescriptor*> field =
        FieldAt(said.path, *v1::Trial::descriptor());
    if (!field.ok() || IsName(**field)) continue;
    std::string value = said.value;
    if ((*field)->type() == FieldDescriptor::TYPE_STRING) {
      value = KeptOf(**field, said.value);
      if (value.empty()) continue;  // words
    }
    compared[said.path] = {value,
                           (*field)->type() == FieldDescriptor::TYPE_ENUM};
  }
  return compared;
}

// The two drafts that are compared, or nulls.
struct DraftPair {
  const v1::Draft* first = nullptr;
  const v1::Draft* second = nullptr;
};

DraftPair PairOf(const ReviewState& state, const DraftBook::Drafts& drafts) {
  DraftPair pair;
  for (const auto& kept : drafts) {
    const v1::Draft& draft = kept->draft;
    const v1::PolicyRecord* policy = state.PolicyAsOf(draft.sequence());
    if (draft.kind() != v1::Draft::SUBMISSION || policy == nullptr ||
        policy->policy().extraction() != v1::Policy::DOUBLE_EXTRACTION) {
      continue;
    }
    if (pair.first == nullptr ||
        pair.first->base_version() != draft.base_version()) {
      pair.first = &draft;
    } else if (pair.first->actor() != draft.actor()) {
      pair.second = &draft;
      return pair;
    }
  }
  return {};
}

// Counts the fields of two extractions.
class Tally {
 public:
  void Add(const DraftPair& pair, v1::Agreement& agreement) {
    const auto first = ComparedFields(pair.first->trial());
    const auto second = ComparedFields(pair.second->trial());
    v1::TrialAgreement& trial = *agreement.add_by_trial();
    trial.set_trial_id(pair.first->trial_id());
    trial.set_first_sequence(pair.first->sequence());
    trial.set_second_sequence(pair.second->sequence());
    for (const auto& [path, said] : first) {
      const auto other = second.find(path);
      Count(path, said, other == second.end() ? kNotSet : other->second.value,
            trial);
    }
    for (const auto& [path, said] : second) {
      if (first.count(path) > 0) continue;
      trial.set_fields(trial.fields() + 1);
      if (said.is_category)
        ++categories_[WithoutKeys(path)][{kNotSet, said.value}];
    }
    agreement.set_fields(agreement.fields() + trial.fields());
    agreement.set_agreed(agreement.agreed() + trial.agreed());
  }

  void Finish(v1::Agreement& agreement) const {
    agreement.set_trials(agreement.by_trial_size());
    if (agreement.fields() > 0) {
      agreement.set_share(static_cast<double>(agreement.agreed()) /
                          static_cast<double>(agreement.fields()));
    }
    for (const auto& [field, pairs] : categories_) {
      v1::CategoryAgreement& category = *agreement.add_categories();
      category.set_field(field);
      for (const auto& [values, times] : pairs) {
        category.set_pairs(category.pairs() + times);
        if (values.first == values.second) {
          category.set_agreed(category.agreed() + times);
        }
      }
      const std::optional<double> kappa = CohensKappa(pairs);
      if (kappa.has_value()) category.set_kappa(*kappa);
    }
  }

 private:
  void Count(const std::string& path, const Compared& first,
             const std::string& second, v1::TrialAgreement& trial) {
    trial.set_fields(trial.fields() + 1);
    if (first.value == second) trial.set_agreed(trial.agreed() + 1);
    if (first.is_category)
      ++categories_[WithoutKeys(path)][{first.value, second}];
  }

  std::map<std::string, CategoryPairs> categories_;
};

}  // namespace

std::optional<double> CohensKappa(const CategoryPairs& pairs) {
  std::map<std::string, double> first;
  std::map<std::string, double> second;
  double all = 0;
  double equal = 0;
  for (const auto& [values, times] : pairs) {
    const auto weight = static_cast<double>(times);
    first[values.first] += weight;
    second[values.second] += weight;
    all += weight;
    if (values.first == values.second) equal += weight;
  }
  if (all == 0) return std::nullopt;
  // Of counts, so that it is exactly all * all if there is one category.
  double by_chance = 0;
  for (const auto& [category, times] : first) {
    const auto other = second.find(category);
    if (other != second.end()) by_chance += times * other->second;
  }
  const double most = all * all;
  if (by_chance == most) return std::nullopt;
  return (equal * all - by_chance) / (most - by_chance);
}

v1::Agreement AgreementOf(const ReviewState& state) {
  v1::Agreement agreement;
  Tally tally;
  for (const auto& [trial, drafts] : state.drafts().by_trial()) {
    const DraftPair pair = PairOf(state, drafts);
    if (pair.second != nullptr) tally.Add(pair, agreement);
  }
  tally.Finish(agreement);
  return agreement;
}

}  // namespace tidemark::review
