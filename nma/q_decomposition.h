// Q and its parts within and between designs, as tests.
#ifndef TIDEMARK_NMA_Q_DECOMPOSITION_H_
#define TIDEMARK_NMA_Q_DECOMPOSITION_H_

#include <optional>

namespace tidemark::nma {

struct QTest {
  double q = 0;  // >= 0; 0 if df is 0
  int df = 0;
  std::optional<double> p;  // P(chi-square >= q); none if df is 0
};

// Q under one model; total = within + between (Higgins et al. 2012; Krahn,
// Binder & Koenig 2013). With beta_d and V_d of designs.h, theta the network
// estimates and X_d the design of design d:
struct QDecomposition {
  QTest total;
  QTest within;   // sum of Q within each design; df sum (S_d - 1)(k_d - 1)
  QTest between;  // sum (beta_d - X_d theta)' V_d^-1 (beta_d - X_d theta);
                  // df sum (k_d - 1) - (T - 1)
};

// The test of any q >= 0; of nothing if df is 0, whatever q. O(1).
QTest TestOfQ(double q, int df);

// Of independent tests: of the sums of q and df. O(1).
QTest Sum(const QTest& a, const QTest& b);
QDecomposition Sum(const QDecomposition& a, const QDecomposition& b);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_Q_DECOMPOSITION_H_
