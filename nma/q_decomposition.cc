#include "nma/q_decomposition.h"

#include "nma/chi_square.h"

namespace tidemark::nma {

QTest TestOfQ(double q, int df) {
  if (df == 0) return {};
  return {q, df, ChiSquareTail(q, df)};
}

QTest Sum(const QTest& a, const QTest& b) {
  if (a.df == 0) return b;  // a p costs more than all else here
  if (b.df == 0) return a;
  return TestOfQ(a.q + b.q, a.df + b.df);
}

QDecomposition Sum(const QDecomposition& a, const QDecomposition& b) {
  return {Sum(a.total, b.total), Sum(a.within, b.within),
          Sum(a.between, b.between)};
}

}  // namespace tidemark::nma
