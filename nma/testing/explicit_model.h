// The random-effects model of a network written out as one regression.
#ifndef TIDEMARK_NMA_TESTING_EXPLICIT_MODEL_H_
#define TIDEMARK_NMA_TESTING_EXPLICIT_MODEL_H_

#include "Eigen/Dense"
#include "boost/multiprecision/cpp_bin_float.hpp"
#include "boost/multiprecision/eigen.hpp"
#include "nma/study_block.h"

namespace tidemark::nma {

// All effects in one vector, block covariances in one matrix, and the design
// against node 0. With 100 digits the same formulas are a reference for
// networks on which they lose the digits of a double.
template <typename Number>
struct ExplicitModel {
  using Vector = Eigen::Matrix<Number, Eigen::Dynamic, 1>;
  using Matrix = Eigen::Matrix<Number, Eigen::Dynamic, Eigen::Dynamic>;

  Vector y;
  Matrix x, v, v0;

  explicit ExplicitModel(const ConnectedNetwork& network) {
    Eigen::Index size = 0;
    for (const StudyBlock& block : network.blocks) size += block.effects.size();
    y = Vector::Zero(size);
    Matrix design = Matrix::Zero(size, network.nodes);
    v = v0 = Matrix::Zero(size, size);
    Eigen::Index row = 0;
    for (const StudyBlock& block : network.blocks) {
      const Eigen::Index m = block.effects.size();
      y.segment(row, m) = block.effects.cast<Number>();
      v.block(row, row, m, m) = block.covariance.cast<Number>();
      v0.block(row, row, m, m) = HeterogeneityStructure(m).cast<Number>();
      for (Eigen::Index i = 0; i < m; ++i) {
        design(row + i, block.nodes[i + 1]) = 1;
        design(row + i, block.nodes[0]) = -1;
      }
      row += m;
    }
    x = design.rightCols(network.nodes - 1);
  }

  Matrix Precision(const Number& tau2) const {
    return Matrix(v + v0 * tau2).inverse();
  }
  Matrix Covariance(const Number& tau2) const {
    return Matrix(x.transpose() * Precision(tau2) * x).inverse();
  }
  Matrix ResidualProjection(const Number& tau2) const {
    const Matrix w = Precision(tau2);
    return w - w * x * Covariance(tau2) * x.transpose() * w;
  }
  Number Q(const Number& tau2) const {
    return y.dot(Vector(ResidualProjection(tau2) * y));
  }
};

using HundredDigits = boost::multiprecision::cpp_bin_float_100;
using ReferenceModel = ExplicitModel<HundredDigits>;

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_TESTING_EXPLICIT_MODEL_H_
