#include "nma/coherence.h"

#include <cstddef>

#include "Eigen/Core"
#include "base/status_macros.h"
#include "nma/chi_square.h"
#include "nma/designs.h"
#include "nma/least_squares.h"
#include "nma/network.h"
#include "nma/study_block.h"
#include "nma/study_effects_check.h"

namespace tidemark::nma {
namespace {

QTest TestOfQ(double q, int df) {
  if (df == 0) return {};
  return {q, df, ChiSquareTail(q, df)};
}

QTest Sum(const QTest& a, const QTest& b) {
  return TestOfQ(a.q + b.q, a.df + b.df);
}

QDecomposition Sum(const QDecomposition& a, const QDecomposition& b) {
  return {Sum(a.total, b.total), Sum(a.within, b.within),
          Sum(a.between, b.between)};
}

// The least squares estimates are those of the studies themselves, since a
// pooled design says all that its studies say of them. Designs that fall apart
// are fitted part by part.
absl::StatusOr<QTest> QBetween(const std::vector<StudyEffects>& designs) {
  double q = 0;
  int df = 0;
  for (const Component& part : BuildNetwork(designs).components) {
    ASSIGN_OR_RETURN(const LeastSquaresFit fit,
                     FitLeastSquares(part.network, /*tau2=*/0));
    q += fit.q;
    df += DegreesOfFreedom(part.network);
  }
  RETURN_IF_ERROR(CheckFiniteQ(q));
  return TestOfQ(q, df);
}

// The terms of QBetween. Requires designs that are connected.
absl::StatusOr<std::vector<double>> TermsOfQBetween(
    const std::vector<StudyEffects>& designs) {
  const Network network = BuildNetwork(designs);
  const ConnectedNetwork& connected = network.components[0].network;
  std::vector<double> terms(designs.size(), 0);
  if (DegreesOfFreedom(connected) == 0) return terms;
  ASSIGN_OR_RETURN(const LeastSquaresFit fit,
                   FitLeastSquares(connected, /*tau2=*/0));
  for (size_t d = 0; d < terms.size(); ++d) {  // the order is kept: no ids
    const StudyBlock& design = connected.blocks[d];
    const Eigen::VectorXd residual = Residual(design, fit.theta);
    terms[d] = residual.dot(WeightAt(design, /*tau2=*/0).weight * residual);
  }
  return terms;
}

// The designs of one component under one model.
struct PooledComponent {
  std::vector<QTest> within;            // of each design
  std::vector<StudyEffects> estimates;  // of each design
  QDecomposition q;
};

absl::StatusOr<PooledComponent> Pool(const std::vector<Design>& designs,
                                     double tau2) {
  PooledComponent pooled;
  for (const Design& design : designs) {
    const PooledDesign one = PoolDesign(design, tau2);
    pooled.estimates.push_back(one.estimate);
    RETURN_IF_ERROR(CheckFiniteQ(one.q_within));
    pooled.within.push_back(TestOfQ(one.q_within, one.df_within));
    pooled.q.within = Sum(pooled.q.within, pooled.within.back());
  }
  ASSIGN_OR_RETURN(pooled.q.between, QBetween(pooled.estimates));
  pooled.q.total = Sum(pooled.q.within, pooled.q.between);
  RETURN_IF_ERROR(CheckFiniteQ(pooled.q.total.q));
  return pooled;
}

struct PooledModels {
  PooledComponent common;
  PooledComponent random;
  double tau2_within = 0;
};

absl::StatusOr<PooledModels> PoolModels(const std::vector<Design>& designs) {
  PooledModels models;
  ASSIGN_OR_RETURN(models.common, Pool(designs, /*tau2=*/0));
  models.tau2_within = WithinDesignTau2(designs);
  RETURN_IF_ERROR(CheckFiniteQ(models.tau2_within));
  ASSIGN_OR_RETURN(models.random, Pool(designs, models.tau2_within));
  return models;
}

absl::StatusOr<DesignQ> QOfDesign(const PooledComponent& component,
                                  const std::vector<double>& terms, size_t d) {
  std::vector<StudyEffects> others = component.estimates;
  others.erase(others.begin() + static_cast<std::ptrdiff_t>(d));
  ASSIGN_OR_RETURN(const QTest detached, QBetween(others));
  return DesignQ{component.within[d], terms[d], detached};
}

absl::StatusOr<std::vector<DesignQ>> QOfDesigns(
    const PooledComponent& component) {
  ASSIGN_OR_RETURN(const std::vector<double> terms,
                   TermsOfQBetween(component.estimates));
  std::vector<DesignQ> designs;
  for (size_t d = 0; d < terms.size(); ++d) {
    ASSIGN_OR_RETURN(const DesignQ q, QOfDesign(component, terms, d));
    designs.push_back(q);
  }
  return designs;
}

}  // namespace

absl::StatusOr<Coherence> DecomposeQ(absl::Span<const StudyEffects> studies) {
  RETURN_IF_ERROR(CheckStudyEffects(studies));
  Coherence coherence;
  for (const std::vector<Design>& designs :
       GroupByDesign(BuildNetwork(studies))) {
    ASSIGN_OR_RETURN(const PooledModels models, PoolModels(designs));
    coherence.components.push_back(
        {models.common.q, models.random.q, models.tau2_within});
    coherence.common = Sum(coherence.common, models.common.q);
    coherence.random = Sum(coherence.random, models.random.q);
  }
  RETURN_IF_ERROR(CheckFiniteQ(coherence.common.total.q));
  RETURN_IF_ERROR(CheckFiniteQ(coherence.random.total.q));
  return coherence;
}

absl::StatusOr<std::vector<DesignCoherence>> DecomposeQByDesign(
    absl::Span<const StudyEffects> studies) {
  RETURN_IF_ERROR(CheckStudyEffects(studies));
  std::vector<DesignCoherence> rows;
  int component = 0;
  for (const std::vector<Design>& designs :
       GroupByDesign(BuildNetwork(studies))) {
    ASSIGN_OR_RETURN(const PooledModels models, PoolModels(designs));
    ASSIGN_OR_RETURN(const std::vector<DesignQ> common,
                     QOfDesigns(models.common));
    ASSIGN_OR_RETURN(const std::vector<DesignQ> random,
                     QOfDesigns(models.random));
    for (size_t d = 0; d < designs.size(); ++d) {
      rows.push_back({designs[d].treatments, component,
                      static_cast<int>(designs[d].studies.size()), common[d],
                      random[d]});
    }
    ++component;
  }
  return rows;
}

}  // namespace tidemark::nma
