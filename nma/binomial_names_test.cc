// Sparse networks, where the likelihood is flat: the exact binomial model fits
// them, and neither names nor what counts as an event change a number.
#include <algorithm>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "nma/binomial_fit.h"
#include "nma/study.h"

namespace tidemark::nma {
namespace {

bool Never() { return false; }

std::vector<BinaryArm>& ArmsOf(Study& study) {
  return std::get<std::vector<BinaryArm>>(study.data);
}

// Treatment 'A' + i takes the name names[i].
std::vector<Study> Renamed(std::vector<Study> studies,
                           const std::string& names) {
  for (Study& study : studies) {
    for (BinaryArm& arm : ArmsOf(study)) {
      arm.treatment = std::string(1, names[arm.treatment[0] - 'A']);
    }
  }
  return studies;
}

std::vector<Study> Swapped(std::vector<Study> studies) {
  for (Study& study : studies) {
    for (BinaryArm& arm : ArmsOf(study)) arm.events = arm.total - arm.events;
  }
  return studies;
}

// Some three studies of two, three or four arms of 20 to 80, 3 in 100 with an
// event.
std::vector<Study> SparseNetwork(int seed) {
  std::mt19937 random(seed);
  const int treatments = seed % 8 == 0 ? 4 : 3;
  std::vector<Study> studies;
  for (int s = 0; s < 3 + seed % 2; ++s) {
    std::string names = std::string("ABCD").substr(0, treatments);
    std::shuffle(names.begin(), names.end(), random);
    const int arms = 2 + static_cast<int>(random() % (treatments - 1));
    std::vector<BinaryArm> data;
    for (int i = 0; i < arms; ++i) {
      const int total = 20 + static_cast<int>(random() % 61);
      int events = 0;
      for (int n = 0; n < total; ++n) events += random() % 100 < 3 ? 1 : 0;
      data.push_back({std::string(1, names[i]), 1.0 * events, 1.0 * total});
    }
    studies.push_back({absl::StrCat(s), data});
  }
  return studies;
}

void ExpectEqualFits(const std::vector<Study>& studies,
                     const std::vector<Study>& others) {
  ASSERT_OK_AND_ASSIGN(const BinomialFit one,
                       FitBinomial(studies, 0.95, Never));
  ASSERT_OK_AND_ASSIGN(const BinomialFit other,
                       FitBinomial(others, 0.95, Never));
  ASSERT_EQ(one.parts.size(), other.parts.size());
  if (one.parts.size() != 1) return;  // their order follows names
  const BinomialPartFit& a = one.parts[0];
  const BinomialPartFit& b = other.parts[0];
  EXPECT_NEAR(a.tau2, b.tau2, 1e-6);
  EXPECT_NEAR(a.random->log_likelihood, b.random->log_likelihood, 1e-7);
  ASSERT_EQ(a.tau2_interval.has_value(), b.tau2_interval.has_value());
  if (!a.tau2_interval.has_value()) return;
  EXPECT_NEAR(a.tau2_interval->lower, b.tau2_interval->lower, 1e-6);
  EXPECT_NEAR(a.tau2_interval->upper / b.tau2_interval->upper, 1, 1e-6);
}

TEST(BinomialNamesTest, SparseNetworksFitUnderEveryName) {
  for (int seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    const std::vector<Study> studies = SparseNetwork(seed);
    std::string names = "xyzw";
    std::mt19937 random(seed);
    std::shuffle(names.begin(), names.end(), random);
    const std::vector<Study> renamed = Renamed(studies, names);
    ExpectEqualFits(studies, seed % 2 == 0 ? renamed : Swapped(renamed));
  }
}

TEST(BinomialNamesTest, EveryNamingAndTheSwapAreTheSameFit) {
  const std::vector<Study> studies = {
      {"1", std::vector<BinaryArm>{{"A", 0, 59}, {"B", 2, 77}, {"C", 0, 56}}},
      {"2", std::vector<BinaryArm>{{"A", 2, 75}, {"B", 0, 28}}},
      {"3", std::vector<BinaryArm>{{"A", 1, 64}, {"B", 0, 30}, {"C", 4, 52}}}};
  ASSERT_OK_AND_ASSIGN(const BinomialFit fit,
                       FitBinomial(studies, 0.95, Never));
  ASSERT_EQ(fit.parts.size(), 1);
  EXPECT_NEAR(fit.parts[0].tau2, 0.148982, 1e-6);
  EXPECT_NEAR(fit.parts[0].random->log_likelihood, -9.328616, 1e-6);
  std::string names = "xyz";
  do {
    SCOPED_TRACE(names);
    ExpectEqualFits(studies, Renamed(studies, names));
    ExpectEqualFits(studies, Swapped(Renamed(studies, names)));
  } while (std::next_permutation(names.begin(), names.end()));
}

}  // namespace
}  // namespace tidemark::nma
