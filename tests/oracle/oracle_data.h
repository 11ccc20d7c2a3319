// Reference results of other software, read from testdata/ (see its README).
#ifndef TIDEMARK_TESTS_ORACLE_ORACLE_DATA_H_
#define TIDEMARK_TESTS_ORACLE_ORACLE_DATA_H_

#include <string>
#include <vector>

#include "nlohmann/json.hpp"
#include "nma/heterogeneity.h"
#include "nma/study.h"

namespace tidemark::nma {

// One fit of one data set, with everything needed to repeat it.
struct OracleFit {
  std::string name;  // of the data set, measure and method: a gtest identifier
  EffectMeasure measure = EffectMeasure::kOddsRatio;
  Tau2Method method = Tau2Method::kDerSimonianLaird;
  std::vector<Study> arms;       // empty for contrast-level data sets
  std::vector<Study> contrasts;  // those of the reference software
  nlohmann::json expected;
};

// Every fit of testdata/ by a method and measure that nma has. Aborts the
// process on a missing or malformed file: it is part of the test.
std::vector<OracleFit> LoadOracleFits();

// The 39 trials of Baker2009_arms.csv.
std::vector<Study> LoadBaker2009();

// The four trials of toy_arms.csv.
std::vector<Study> LoadToyStudies();

nlohmann::json LoadJson(const std::string& file_name);

}  // namespace tidemark::nma

#endif  // TIDEMARK_TESTS_ORACLE_ORACLE_DATA_H_
