#include "review/small_study_details.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "nma/small_study_effects.h"
#include "review/check.h"
#include "review/errors.h"

namespace tidemark::review {
namespace {

absl::Status CheckOrder(const v1::FunnelSpec& spec,
                        const v1::Estimate& estimate) {
  const std::string path = "details.funnel.order";
  Violations violations;
  std::set<std::string> missing(estimate.treatments().begin(),
                                estimate.treatments().end());
  for (int i = 0; i < spec.order_size(); ++i) {
    if (missing.erase(spec.order(i)) == 1) continue;
    const bool known = std::count(estimate.treatments().begin(),
                                  estimate.treatments().end(), spec.order(i));
    violations.Add(
        Element(path, i),
        known ? absl::StrCat("\"", spec.order(i), "\" is named twice")
              : absl::StrCat("\"", spec.order(i),
                             "\" is no treatment of the estimate, which has ",
                             absl::StrJoin(estimate.treatments(), ", ")));
  }
  if (!missing.empty()) {
    violations.Add(path, absl::StrCat("must name every treatment once, lacks ",
                                      absl::StrJoin(missing, ", ")));
  }
  return violations.ToStatus();
}

v1::Funnel::Point ToPoint(const nma::FunnelPoint& from,
                          const std::vector<std::string>& order) {
  v1::Funnel::Point point;
  point.set_study(from.study);
  point.set_first(order[from.first]);
  point.set_second(order[from.second]);
  point.set_effect(from.effect);
  point.set_se(from.se);
  if (from.centre.has_value()) {
    point.set_centre(*from.centre);
    point.set_adjusted_effect(from.effect - *from.centre);
  }
  point.set_tested(from.tested);
  return point;
}

void WriteTest(const nma::EggerTest& from, v1::Funnel::EggerTest* test) {
  test->set_intercept(from.intercept);
  test->set_intercept_se(from.intercept_se);
  test->set_slope(from.slope);
  test->set_slope_se(from.slope_se);
  test->set_t(from.t);
  test->set_df(from.df);
  test->set_p(from.p);
  test->set_studies(from.studies);
}

}  // namespace

absl::Status AddFunnel(const v1::FunnelSpec& spec, const FittedStudies& fitted,
                       v1::Estimate* estimate) {
  RETURN_IF_ERROR(CheckOrder(spec, *estimate));
  const std::vector<std::string> order(spec.order().begin(),
                                       spec.order().end());
  ASSIGN_OR_RETURN(
      const nma::SmallStudyEffects effects,
      nma::ComputeSmallStudyEffects(fitted.effects.studies, fitted.fit, order));
  v1::Funnel funnel;
  *funnel.mutable_order() = spec.order();
  for (const nma::FunnelPoint& point : effects.points) {
    *funnel.add_points() = ToPoint(point, order);
  }
  if (effects.egger.has_value()) {
    WriteTest(*effects.egger, funnel.mutable_egger());
  }
  funnel.set_no_egger(effects.no_egger);
  *estimate->mutable_funnel() = funnel;
  return absl::OkStatus();
}

}  // namespace tidemark::review
