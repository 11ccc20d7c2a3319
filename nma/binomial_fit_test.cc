// The exact binomial likelihood against R (testdata/rare_events.R) and against
// brute force.
#include "nma/binomial_fit.h"

#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "nma/study.h"

namespace tidemark::nma {
namespace {

using nlohmann::json;

bool Never() { return false; }

json Reference() {
  std::ifstream file("nma/testdata/rare_events.json");
  return json::parse(file);
}

std::vector<Study> StudiesOf(const json& rows) {
  std::map<std::string, std::vector<BinaryArm>> arms;
  for (const json& row : rows) {
    arms[row["study"]].push_back(
        {row["treatment"], row["events"], row["total"]});
  }
  std::vector<Study> studies;
  for (auto& [id, of_study] : arms) studies.push_back({id, of_study});
  return studies;
}

TEST(Try, It) {
  const json ref = Reference();
  for (const auto& [name, data] : ref.items()) {
    auto fit = FitBinomial(StudiesOf(data["studies"]), 0.95, Never);
    ASSERT_OK(fit) << name;
    printf("%s\n", name.c_str());
    for (auto& part : fit->parts) {
      printf("  df %d tau2 %.12g ll0 %.12g ll %.12g lr %g p %g err %g nodes %d\n", part.df,
             part.tau2, part.common.log_likelihood, part.random.log_likelihood,
             part.likelihood_ratio, part.p_tau2.value_or(-1),
             part.quadrature_error, part.most_nodes);
      if (part.tau2_interval) printf("  [%g, %g]\n", part.tau2_interval->lower, part.tau2_interval->upper);
      for (size_t i = 1; i < part.treatments.size(); ++i)
        printf("   %s %.12g %.12g | %.12g %.12g\n", part.treatments[i].c_str(),
               part.common.effects(i), part.common.pair_variances(i, 0),
               part.random.effects(i), part.random.pair_variances(i, 0));
    }
    for (auto& t : fit->left_out.treatments) printf("  T %s: %s\n", t.treatment.c_str(), t.reason.c_str());
    for (auto& t : fit->left_out.studies) printf("  S %s: %s\n", t.study.c_str(), t.reason.c_str());
    for (auto& t : fit->left_out.arms) printf("  A %s %s: %s\n", t.study.c_str(), t.treatment.c_str(), t.reason.c_str());
  }
}

}  // namespace
}  // namespace tidemark::nma
