#include "nma/gauss_hermite.h"

#include <cmath>

#include "gtest/gtest.h"

namespace tidemark::nma {
namespace {

// The integral of t^(2m) exp(-t^2) is Gamma(m + 1/2).
TEST(GaussHermiteTest, IsExactForPolynomialsUpToItsDegree) {
  for (const GaussHermite& rule : GaussHermiteRules()) {
    const auto n = static_cast<int>(rule.nodes.size());
    for (int m = 0; m < n && m < 40; ++m) {
      double even = 0;
      double odd = 0;
      for (int i = 0; i < n; ++i) {
        const double t = rule.nodes(i);
        const double weight = rule.weights(i) * std::exp(-t * t);
        even += weight * std::pow(t, 2 * m);
        odd += weight * std::pow(t, 2 * m + 1);
      }
      EXPECT_NEAR(even / std::tgamma(m + 0.5), 1, 1e-12) << n << " " << m;
      EXPECT_NEAR(odd / std::tgamma(m + 1.0), 0, 1e-12) << n << " " << m;
    }
  }
}

// The integral of exp(-t^2) cos(t) is sqrt(pi) exp(-1/4).
TEST(GaussHermiteTest, ConvergesForWhatIsNoPolynomial) {
  const GaussHermite rule = MakeGaussHermite(15);
  double sum = 0;
  for (int i = 0; i < 15; ++i) {
    const double t = rule.nodes(i);
    sum += rule.weights(i) * std::exp(-t * t) * std::cos(t);
  }
  EXPECT_NEAR(sum, std::sqrt(M_PI) * std::exp(-0.25), 1e-14);
}

}  // namespace
}  // namespace tidemark::nma
