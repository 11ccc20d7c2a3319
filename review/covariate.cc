#include "review/covariate.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "review/check.h"

namespace tidemark::review {
namespace {

template <typename Value>
CovariateValue<Value> NoValue(std::string why) {
  return {std::nullopt, std::move(why)};
}

// `cells_per_injection of arms on single_msc`.
std::string NameOf(const v1::Covariate& covariate) {
  if (covariate.node().empty()) return covariate.name();
  return absl::StrCat(covariate.name(), " of arms on ", covariate.node());
}

// What the study itself says of it, else each arm that says something.
std::vector<std::string> TextsOf(const v1::Covariate& covariate,
                                 const StudyFacts& known) {
  const auto counts = [&covariate](const ArmFacts& arm) {
    return covariate.node().empty() || arm.node == covariate.node();
  };
  if (!covariate.node().empty() &&
      std::none_of(known.arms.begin(), known.arms.end(), counts)) {
    return {};
  }
  const auto of_study = known.attributes.find(covariate.name());
  if (of_study != known.attributes.end()) return {of_study->second};
  std::vector<std::string> texts;
  for (const ArmFacts& arm : known.arms) {
    if (!counts(arm)) continue;
    const auto of_arm = arm.attributes.find(covariate.name());
    if (of_arm != arm.attributes.end()) texts.push_back(of_arm->second);
  }
  return texts;
}

template <typename Value>
CovariateValue<Value> NotKnown(const v1::Covariate& covariate) {
  return NoValue<Value>(absl::StrCat("no ", NameOf(covariate), " is known"));
}

// What to tell someone whose covariate no study has.
std::string NoStudyHas(const v1::Covariate& covariate,
                       const FactsByStudy& facts) {
  const std::vector<std::string> names = CovariateNames(facts);
  return absl::StrCat(
      "no study of the analysis has ", NameOf(covariate), "; ",
      names.empty() ? "nothing is known of its studies beside their results"
                    : absl::StrCat("what is known of its studies is ",
                                   absl::StrJoin(names, ", ")));
}

std::string NoArmIsOn(const std::string& node,
                      const std::set<std::string>& nodes) {
  return absl::StrCat(
      "no arm of the analysis is on \"", node, "\"; ",
      nodes.empty() ? "nothing is known of its arms"
                    : absl::StrCat("they are on ", absl::StrJoin(nodes, ", ")));
}

}  // namespace

CovariateValue<double> NumberOf(const v1::Covariate& covariate,
                                const std::string& study,
                                const FactsByStudy& facts) {
  const std::vector<std::string> texts =
      TextsOf(covariate, FactsOfStudy(facts, study));
  if (texts.empty()) return NotKnown<double>(covariate);
  // Means of parts do not overflow.
  const auto parts = static_cast<double>(texts.size());
  double mean = 0;
  for (const std::string& text : texts) {
    double number = 0;
    if (!absl::SimpleAtod(text, &number) || !std::isfinite(number)) {
      return NoValue<double>(absl::StrCat(NameOf(covariate), " is \"", text,
                                          "\", which is not a finite number"));
    }
    mean += number / parts;
  }
  return {mean, ""};
}

CovariateValue<std::string> TextOf(const v1::Covariate& covariate,
                                   const std::string& study,
                                   const FactsByStudy& facts) {
  const std::vector<std::string> texts =
      TextsOf(covariate, FactsOfStudy(facts, study));
  std::set<std::string> distinct;
  for (const std::string& text : texts) {
    const absl::string_view trimmed = absl::StripAsciiWhitespace(text);
    if (!trimmed.empty()) distinct.emplace(trimmed);
  }
  if (distinct.empty()) return NotKnown<std::string>(covariate);
  if (distinct.size() > 1) {
    return NoValue<std::string>(absl::StrCat(
        NameOf(covariate),
        " differs between its arms: ", absl::StrJoin(distinct, ", ")));
  }
  return {*distinct.begin(), ""};
}

std::vector<std::string> CovariateNames(const FactsByStudy& facts) {
  std::set<std::string> names;
  const auto add = [&names](const Attributes& attributes) {
    for (const auto& attribute : attributes) names.insert(attribute.first);
  };
  for (const auto& study : facts) {
    add(study.second.attributes);
    for (const ArmFacts& arm : study.second.arms) add(arm.attributes);
  }
  return {names.begin(), names.end()};
}

absl::Status CheckKnown(absl::string_view path, const v1::Covariate& covariate,
                        const FactsByStudy& facts) {
  std::set<std::string> nodes;
  bool is_of_arms = false;
  bool is_known = false;
  for (const auto& [study, known] : facts) {
    for (const ArmFacts& arm : known.arms) {
      nodes.insert(arm.node);
      if (arm.attributes.count(covariate.name()) > 0) is_of_arms = true;
    }
    if (!TextsOf(covariate, known).empty()) is_known = true;
  }
  Violations violations;
  const std::string node = absl::StrCat(path, ".node");
  if (!covariate.node().empty() && nodes.count(covariate.node()) == 0) {
    violations.Add(node, NoArmIsOn(covariate.node(), nodes));
  } else if (!is_known) {
    violations.Add(absl::StrCat(path, ".name"), NoStudyHas(covariate, facts));
  } else if (!covariate.node().empty() && !is_of_arms) {
    violations.Add(node, absl::StrCat("must be empty: ", covariate.name(),
                                      " is of studies, not of arms"));
  }
  return violations.ToStatus();
}

void CheckCovariate(absl::string_view path, const v1::Covariate& covariate,
                    Violations& violations) {
  CheckNotEmpty(absl::StrCat(path, ".name"), covariate.name(), violations);
}

}  // namespace tidemark::review
