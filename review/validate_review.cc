#include "review/validate_review.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "review/check.h"
#include "review/errors.h"
#include "review/thresholds.h"
#include "tidemark/v1/review.pb.h"

namespace tidemark::review {
namespace {

using Ids = absl::flat_hash_set<std::string>;

Ids ValidateTreatments(absl::string_view path, const v1::Review& review,
                       Violations& violations) {
  Ids ids;
  for (int i = 0; i < review.treatments_size(); ++i) {
    const std::string field = Element(path, i);
    CheckNewIdentifier(absl::StrCat(field, ".id"), review.treatments(i).id(),
                       ids, violations);
    CheckNotEmpty(absl::StrCat(field, ".name"), review.treatments(i).name(),
                  violations);
  }
  if (review.treatments_size() < 2) {
    violations.Add(path, absl::StrCat("a review compares at least 2 "
                                      "treatments, found ",
                                      review.treatments_size()));
  }
  return ids;
}

void ValidateWindow(const std::string& field, const v1::TimePoint& point,
                    Violations& violations) {
  if (!CheckFinite(absl::StrCat(field, ".months"), point.months(),
                   violations)) {
    return;
  }
  if (point.months() <= 0) {
    violations.Add(absl::StrCat(field, ".months"),
                   absl::StrCat("must be > 0, found ", Number(point.months())));
  }
  const double from = point.window_from_months();
  const double to = point.window_to_months();
  if (from == 0 && to == 0) return;
  if (!(from >= 0 && from <= point.months() && to >= point.months() &&
        to < 12000)) {
    violations.Add(
        absl::StrCat(field, ".window_from_months"),
        absl::StrCat("the window must hold the nominal time: from <= ",
                     Number(point.months()), " <= to, found ", Number(from),
                     " and ", Number(to)));
  }
}

Ids ValidateTimePoints(absl::string_view path, const v1::Review& review,
                       Violations& violations) {
  Ids ids;
  for (int i = 0; i < review.time_points_size(); ++i) {
    const v1::TimePoint& point = review.time_points(i);
    const std::string field = Element(path, i);
    CheckNewIdentifier(absl::StrCat(field, ".id"), point.id(), ids, violations);
    if (point.id() == kAnyTimePoint) {
      violations.Add(absl::StrCat(field, ".id"),
                     "\"any\" is reserved for outcomes over follow-up");
    }
    ValidateWindow(field, point, violations);
  }
  return ids;
}

void ValidateRules(const std::string& field, const v1::NodeMap& map,
                   const Ids& nodes, const Ids& treatments, const Ids& times,
                   Violations& violations) {
  absl::flat_hash_set<std::string> claimed;
  for (int i = 0; i < map.rules_size(); ++i) {
    const v1::NodeRule& rule = map.rules(i);
    const std::string rule_field = Element(absl::StrCat(field, ".rules"), i);
    if (!treatments.contains(rule.treatment())) {
      violations.Add(absl::StrCat(rule_field, ".treatment"),
                     absl::StrCat("\"", rule.treatment(),
                                  "\" is no treatment of the review"));
    }
    if (!nodes.contains(rule.node())) {
      violations.Add(
          absl::StrCat(rule_field, ".node"),
          absl::StrCat("\"", rule.node(), "\" is no node of the map"));
    }
    const auto claim = [&](absl::string_view time) {
      if (claimed.insert(absl::StrCat(rule.treatment(), "@", time)).second) {
        return;
      }
      violations.Add(rule_field,
                     absl::StrCat("another rule claims \"", rule.treatment(),
                                  "\" at the same time point; keep one"));
    };
    if (rule.time_points().empty()) claim("");
    for (const std::string& time : rule.time_points()) {
      if (!times.contains(time) && time != kAnyTimePoint) {
        violations.Add(
            absl::StrCat(rule_field, ".time_points"),
            absl::StrCat("\"", time, "\" is no time point of the review"));
      }
      claim(time);
    }
  }
}

void ValidateComponents(const std::string& field, const v1::Node& node,
                        Violations& violations) {
  Ids ids;
  for (int i = 0; i < node.components_size(); ++i) {
    CheckNewIdentifier(Element(absl::StrCat(field, ".components"), i),
                       node.components(i), ids, violations);
  }
  if (node.inactive() && !node.components().empty()) {
    violations.Add(absl::StrCat(field, ".inactive"),
                   "an inactive node has no components; keep one of the two");
  }
}

void ValidateNodes(const std::string& field, const v1::NodeMap& map,
                   const Ids& treatments, const Ids& times,
                   Violations& violations) {
  Ids nodes;
  for (int n = 0; n < map.nodes_size(); ++n) {
    const std::string node = Element(absl::StrCat(field, ".nodes"), n);
    CheckNewIdentifier(absl::StrCat(node, ".id"), map.nodes(n).id(), nodes,
                       violations);
    ValidateComponents(node, map.nodes(n), violations);
  }
  // An estimate keeps a covariance for each pair of nodes.
  if (map.nodes_size() < 2 || map.nodes_size() > 500) {
    violations.Add(
        absl::StrCat(field, ".nodes"),
        absl::StrCat("a network has 2-500 nodes, found ", map.nodes_size()));
  }
  ValidateRules(field, map, nodes, treatments, times, violations);
}

void ValidateNodeMaps(absl::string_view path, const v1::Review& review,
                      const Ids& treatments, const Ids& times,
                      Violations& violations) {
  if (review.node_maps().empty()) {
    violations.Add(path, "a review needs at least one node map");
  }
  Ids ids;
  for (int i = 0; i < review.node_maps_size(); ++i) {
    const std::string field = Element(path, i);
    CheckNewIdentifier(absl::StrCat(field, ".id"), review.node_maps(i).id(),
                       ids, violations);
    ValidateNodes(field, review.node_maps(i), treatments, times, violations);
  }
}

void ValidateScale(const std::string& field, double min, double max,
                   Violations& violations) {
  if (!CheckFinite(absl::StrCat(field, ".scale_min"), min, violations) ||
      !CheckFinite(absl::StrCat(field, ".scale_max"), max, violations)) {
    return;
  }
  if (max <= min) {
    violations.Add(absl::StrCat(field, ".scale_max"),
                   absl::StrCat("must be greater than scale_min ", Number(min),
                                ", found ", Number(max)));
  }
}

// What only continuous outcomes have.
void ValidateNoScale(const std::string& field, const v1::Outcome& outcome,
                     Violations& violations) {
  if (!outcome.instruments().empty()) {
    violations.Add(absl::StrCat(field, ".instruments"),
                   "only continuous outcomes have instruments");
  }
  for (const auto& [name, value] :
       {std::make_pair(".scale_min", outcome.scale_min()),
        std::make_pair(".scale_max", outcome.scale_max())}) {
    if (value == 0) continue;
    violations.Add(absl::StrCat(field, name),
                   "only continuous outcomes have a scale");
  }
}

void ValidateInstruments(const std::string& field, const v1::Outcome& outcome,
                         Violations& violations) {
  if (outcome.kind() != v1::Outcome::CONTINUOUS) {
    return ValidateNoScale(field, outcome, violations);
  }
  ValidateScale(field, outcome.scale_min(), outcome.scale_max(), violations);
  if (outcome.instruments().empty()) {
    violations.Add(absl::StrCat(field, ".instruments"),
                   "a continuous outcome needs at least one instrument");
  }
  Ids ids;
  for (int i = 0; i < outcome.instruments_size(); ++i) {
    const v1::Instrument& instrument = outcome.instruments(i);
    const std::string element = Element(absl::StrCat(field, ".instruments"), i);
    CheckNewIdentifier(absl::StrCat(element, ".id"), instrument.id(), ids,
                       violations);
    ValidateScale(element, instrument.scale_min(), instrument.scale_max(),
                  violations);
    if (!IsSpecified(instrument.direction())) {
      violations.Add(absl::StrCat(element, ".direction"),
                     "must be LOWER_IS_BETTER or HIGHER_IS_BETTER");
    }
  }
}

void ValidateOutcomes(absl::string_view path, const v1::Review& review,
                      Violations& violations) {
  if (review.outcomes().empty()) {
    violations.Add(path, "a review needs at least one outcome");
  }
  Ids ids;
  for (int i = 0; i < review.outcomes_size(); ++i) {
    const v1::Outcome& outcome = review.outcomes(i);
    const std::string field = Element(path, i);
    CheckNewIdentifier(absl::StrCat(field, ".id"), outcome.id(), ids,
                       violations);
    if (!IsSpecified(outcome.kind())) {
      violations.Add(absl::StrCat(field, ".kind"),
                     "must be CONTINUOUS, BINARY, RATE or TIME_TO_EVENT");
    }
    if (!IsSpecified(outcome.direction())) {
      violations.Add(absl::StrCat(field, ".direction"),
                     "must be LOWER_IS_BETTER or HIGHER_IS_BETTER");
    }
    ValidateInstruments(field, outcome, violations);
    ValidateThresholds(absl::StrCat(field, ".thresholds"), outcome.thresholds(),
                       violations);
  }
}

}  // namespace

bool IsReviewId(absl::string_view id) {
  return !id.empty() && id.size() <= 63 && id != kSystemLog &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
         });
}

void ValidateReview(absl::string_view path, const v1::Review& review,
                    Violations& violations) {
  if (!IsReviewId(review.review_id())) {
    violations.Add(
        absl::StrCat(path, ".review_id"),
        absl::StrCat("must be 1-63 characters of a-z 0-9 - and not \"",
                     kSystemLog, "\", found \"", review.review_id(), "\""));
  }
  CheckNotEmpty(absl::StrCat(path, ".title"), review.title(), violations);
  const Ids treatments =
      ValidateTreatments(absl::StrCat(path, ".treatments"), review, violations);
  const Ids times = ValidateTimePoints(absl::StrCat(path, ".time_points"),
                                       review, violations);
  ValidateNodeMaps(absl::StrCat(path, ".node_maps"), review, treatments, times,
                   violations);
  ValidateOutcomes(absl::StrCat(path, ".outcomes"), review, violations);
}

void ValidateNodeMap(absl::string_view path, const v1::NodeMap& map,
                     const v1::Review& review, Violations& violations) {
  Ids ids;
  CheckNewIdentifier(absl::StrCat(path, ".id"), map.id(), ids, violations);
  Ids treatments;
  for (const v1::Treatment& treatment : review.treatments()) {
    treatments.insert(treatment.id());
  }
  Ids times;
  for (const v1::TimePoint& point : review.time_points()) {
    times.insert(point.id());
  }
  ValidateNodes(std::string(path), map, treatments, times, violations);
}

}  // namespace tidemark::review
