#include "nma/quasi_normal.h"

#include <random>

#include "nma/normal.h"

namespace tidemark::nma {
namespace {

// The middle of one of 2^52 cells of (0, 1): neither 0 nor 1.
double Uniform(std::uint64_t bits) {
  return (static_cast<double>(bits >> 12) + 0.5) * 0x1p-52;
}

}  // namespace

static_assert(QuasiNormal::kMaxDimension <=
                  boost::random::default_sobol_table::max_dimension,
              "the engine would throw");

// The engine leaves out index 0, the origin, without which the first 2^k points
// are no net.
QuasiNormal::QuasiNormal(int dimension, int replicates)
    : sequence_(dimension),
      bits_(dimension, 0),
      shifts_(dimension, replicates) {
  constexpr std::uint64_t kSeed = 1;  // any number, but always the same
  std::mt19937_64 engine(kSeed);
  for (std::uint64_t& shift : shifts_.reshaped()) shift = engine();
}

void QuasiNormal::Next() { sequence_.generate(bits_.begin(), bits_.end()); }

void QuasiNormal::Point(int replicate, Eigen::VectorXd* point) const {
  for (Eigen::Index i = 0; i < point->size(); ++i) {
    (*point)[i] = NormalQuantile(Uniform(bits_[i] + shifts_(i, replicate)));
  }
}

}  // namespace tidemark::nma
