#include "nma/contrast_group.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

#include "Eigen/Eigenvalues"

namespace tidemark::nma {
namespace {

// Ratios of this many contrasts are multiplied before their logarithm is taken.
constexpr int kFactors = 32;

// One contrast. `Arms` is known to the compiler for two arms.
template <int Arms>
struct ContrastView {
  const int* nodes;
  const double* coefficients;
  int arms;

  int size() const { return Arms == Eigen::Dynamic ? arms : Arms; }

  double Of(const Eigen::VectorXd& theta) const {
    double sum = 0;
    for (int a = 0; a < size(); ++a) sum += coefficients[a] * theta[nodes[a]];
    return sum;
  }

  void AddTimes(double factor, Eigen::VectorXd* sum) const {
    for (int a = 0; a < size(); ++a)
      (*sum)[nodes[a]] += factor * coefficients[a];
  }

  // Calls f(a, b, weight of the pair) for nodes a > b.
  template <typename F>
  void ForEachPair(F f) const {
    for (int a = 1; a < size(); ++a) {
      for (int b = 0; b < a; ++b) {
        f(nodes[a], nodes[b], -coefficients[a] * coefficients[b]);
      }
    }
  }
};

// Calls f(contrast, its index) for each contrast of a group.
template <int Arms, typename F>
void ForEachOf(int arms, size_t studies, const int* nodes,
               const double* coefficients, F f) {
  const int size = Arms == Eigen::Dynamic ? arms : Arms;
  size_t contrast = 0;
  for (size_t s = 0; s < studies; ++s, nodes += size) {
    for (int j = 0; j + 1 < size; ++j, coefficients += size) {
      f(ContrastView<Arms>{nodes, coefficients, arms}, contrast++);
    }
  }
}

template <typename F>
void ForEach(int arms, const std::vector<int>& nodes,
             const std::vector<double>& coefficients, F f) {
  const size_t studies = nodes.size() / static_cast<size_t>(arms);
  if (arms == 2) {
    ForEachOf<2>(arms, studies, nodes.data(), coefficients.data(), f);
  } else {
    ForEachOf<Eigen::Dynamic>(arms, studies, nodes.data(), coefficients.data(),
                              f);
  }
}

Eigen::Map<const Eigen::ArrayXd> AsArray(const std::vector<double>& values) {
  return {values.data(), static_cast<Eigen::Index>(values.size())};
}

// Moves the last `size` elements to where those of `study` are.
template <typename T>
void RemoveSlice(int study, int size, std::vector<T>* values) {
  const auto last = values->end() - size;
  const auto gap = values->begin() + static_cast<std::ptrdiff_t>(study) * size;
  if (gap != last) std::copy(last, values->end(), gap);
  values->resize(values->size() - static_cast<size_t>(size));
}

}  // namespace

void ContrastGroup::Add(const StudyBlock& block, int owner,
                        const Eigen::VectorXd& centre) {
  const int study = size();
  owners_.push_back(owner);
  nodes_.resize(nodes_.size() + static_cast<size_t>(arms_));
  const size_t size = effects_.size() + static_cast<size_t>(contrasts());
  coefficients_.resize(size * static_cast<size_t>(arms_));
  effects_.resize(size);
  centred_.resize(size);
  variances_.resize(size);
  Set(study, block, centre);
}

void ContrastGroup::Set(int study, const StudyBlock& block,
                        const Eigen::VectorXd& centre) {
  if (arms_ == 2) {
    SetTwoArms(study, block);
  } else {
    SetMultiArm(study, block);
  }
  for (int j = 0; j < contrasts(); ++j) {
    const IndependentContrast contrast = At(study, j);
    double predicted = 0;
    for (int a = 0; a < arms_; ++a) {
      predicted += contrast.coefficients[a] * centre[contrast.nodes[a]];
    }
    centred_[study * contrasts() + j] = contrast.effect - predicted;
  }
}

// Two arms are their own contrast: nothing is computed.
void ContrastGroup::SetTwoArms(int study, const StudyBlock& block) {
  const bool turned = block.nodes[1] < block.nodes[0];
  nodes_[2 * study] = block.nodes[turned ? 1 : 0];
  nodes_[2 * study + 1] = block.nodes[turned ? 0 : 1];
  coefficients_[2 * study] = turned ? 1 : -1;
  coefficients_[2 * study + 1] = turned ? -1 : 1;
  effects_[study] = block.effects[0];
  variances_[study] = block.covariance(0, 0);
}

void ContrastGroup::SetMultiArm(int study, const StudyBlock& block) {
  const Eigen::GeneralizedSelfAdjointEigenSolver<Eigen::MatrixXd> solver(
      block.covariance, HeterogeneityStructure(contrasts()));
  const Eigen::MatrixXd& basis = solver.eigenvectors();
  std::vector<int> order(arms_);
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](int a, int b) { return block.nodes[a] < block.nodes[b]; });
  for (int a = 0; a < arms_; ++a) {
    nodes_[study * arms_ + a] = block.nodes[order[a]];
  }
  // Of the eigenvalues, which ascend. What is less could be 0 or negative.
  const double noise = std::numeric_limits<double>::epsilon() *
                       solver.eigenvalues()[contrasts() - 1];
  for (int j = 0; j < contrasts(); ++j) {
    const int at = study * contrasts() + j;
    for (int a = 0; a < arms_; ++a) {
      coefficients_[at * arms_ + a] =
          order[a] == 0 ? -basis.col(j).sum() : basis(order[a] - 1, j);
    }
    effects_[at] = basis.col(j).dot(block.effects);
    variances_[at] = std::max(solver.eigenvalues()[j], noise);
  }
}

IndependentContrast ContrastGroup::At(int study, int j) const {
  const int at = study * contrasts() + j;
  return {arms_, &nodes_[study * arms_], &coefficients_[at * arms_],
          effects_[at], variances_[at]};
}

void ContrastGroup::Remove(int study) {
  RemoveSlice(study, 1, &owners_);
  RemoveSlice(study, arms_, &nodes_);
  RemoveSlice(study, contrasts() * arms_, &coefficients_);
  RemoveSlice(study, contrasts(), &effects_);
  RemoveSlice(study, contrasts(), &centred_);
  RemoveSlice(study, contrasts(), &variances_);
}

void ContrastGroup::Centre(const Eigen::VectorXd& centre) {
  ForEach(arms_, nodes_, coefficients_, [&](auto contrast, size_t i) {
    centred_[i] = effects_[i] - contrast.Of(centre);
  });
}

double ContrastGroup::smallest_variance() const {
  return AsArray(variances_).minCoeff();
}

double ContrastGroup::largest_variance() const {
  return AsArray(variances_).maxCoeff();
}

double ContrastGroup::largest_effect() const {
  return AsArray(effects_).abs().maxCoeff();
}

void ContrastGroup::AddEquations(double tau2, double scale,
                                 Eigen::MatrixXd* weight, Eigen::VectorXd* flow,
                                 double* log_ratio) const {
  const double inverse_scale = 1 / scale;
  double product = 1;
  ForEach(arms_, nodes_, coefficients_, [&](auto contrast, size_t i) {
    const double variance = variances_[i] + tau2;
    const double w = 1 / variance;
    contrast.ForEachPair(
        [&](int a, int b, double pair) { (*weight)(a, b) += w * pair; });
    contrast.AddTimes(w * centred_[i], flow);
    product *= variance * inverse_scale;
    if (i % kFactors == kFactors - 1) {
      *log_ratio += std::log(product);
      product = 1;
    }
  });
  *log_ratio += std::log(product);
}

void ContrastGroup::AddFlow(double tau2, Eigen::VectorXd* flow) const {
  ForEach(arms_, nodes_, coefficients_, [&](auto contrast, size_t i) {
    contrast.AddTimes(centred_[i] / (variances_[i] + tau2), flow);
  });
}

void ContrastGroup::AddResidualSums(double tau2, const Eigen::VectorXd& shift,
                                    ResidualSums* sums) const {
  double q = 0;
  double quadratic = 0;
  ForEach(arms_, nodes_, coefficients_, [&](auto contrast, size_t i) {
    const double residual = centred_[i] - contrast.Of(shift);
    const double weighted = residual / (variances_[i] + tau2);
    q += weighted * residual;
    quadratic += weighted * weighted;
  });
  sums->q += q;
  sums->quadratic += quadratic;
}

void ContrastGroup::AddSpread(double tau2, Eigen::MatrixXd* spread) const {
  ForEach(arms_, nodes_, coefficients_, [&](auto contrast, size_t i) {
    const double w = 1 / (variances_[i] + tau2);
    contrast.ForEachPair(
        [&](int a, int b, double pair) { (*spread)(a, b) += w * w * pair; });
  });
}

void ContrastGroup::AddTraces(double tau2,
                              const Eigen::MatrixXd& pair_variances,
                              double* weight_trace, double* trace) const {
  double weights = 0;
  double rest = 0;
  ForEach(arms_, nodes_, coefficients_, [&](auto contrast, size_t i) {
    const double w = 1 / (variances_[i] + tau2);
    double fitted = 0;  // variance of the contrast's estimate
    contrast.ForEachPair([&](int a, int b, double pair) {
      fitted += pair * pair_variances(a, b);
    });
    weights += w;
    rest += w * (1 - w * fitted);
  });
  *weight_trace += weights;
  *trace += rest;
}

double ContrastGroup::WeightTrace(double tau2) const {
  return (AsArray(variances_) + tau2).inverse().sum();
}

double ContrastGroup::SumOfSquares(double tau2) const {
  return (AsArray(effects_).square() / (AsArray(variances_) + tau2)).sum();
}

}  // namespace tidemark::nma
