// A connected network as a model with one tau^2.
#ifndef TIDEMARK_NMA_TABLE_MODEL_H_
#define TIDEMARK_NMA_TABLE_MODEL_H_

#include "absl/status/statusor.h"
#include "nma/heterogeneity_moments.h"
#include "nma/study_table.h"
#include "nma/tau2_model.h"

namespace tidemark::nma {

// X is the design of all treatments but one. Refers to the table.
// FailedPrecondition as in Elimination; costs as in table_fit.h.
class TableModel final : public Tau2Model {
 public:
  explicit TableModel(const StudyTable& table) : table_(table) {}

  int effects() const override { return table_.contrasts(); }
  int degrees_of_freedom() const override {
    return table_.degrees_of_freedom();
  }
  double smallest_variance() const override {
    return table_.smallest_variance();
  }
  double largest_variance() const override { return table_.largest_variance(); }
  double mean_variance() const override {
    return table_.contrasts() / table_.WeightTraceAt(/*tau2=*/0);
  }

  absl::StatusOr<Tau2Fit> FitAt(double tau2) const override;
  absl::StatusOr<HeterogeneityMoments> MomentsAt(LikelihoodKind kind,
                                                 double tau2) const override;

 private:
  const StudyTable& table_;
};

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_TABLE_MODEL_H_
