// Parameters of models beyond relative effects, as cells and remarks.
#ifndef TIDEMARK_CLIENT_CLI_MODEL_TABLES_H_
#define TIDEMARK_CLIENT_CLI_MODEL_TABLES_H_

#include <string>
#include <vector>

#include "client/cli/comparison.h"
#include "client/cli/output.h"
#include "client/cli/table.h"
#include "google/protobuf/repeated_field.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/model_fit.pb.h"

namespace tidemark::cli {

// Columns of a parameter, its interval and test, and the cells for them; on the
// ratio scale too if `estimate` is of a ratio; for programs with the sign rule.
// The last column, `note`, says why there is no parameter (null), or no
// interval.
std::vector<Column> CoefficientColumns(const v1::Estimate& estimate);
std::vector<Cell> CoefficientCells(const v1::Estimate& estimate,
                                   const std::string& rule,
                                   const v1::Coefficient* coefficient,
                                   const std::string& why_none);

// Comparisons that a model gives.
Table ModelComparisonsTable(
    const v1::Estimate& estimate, const std::string& title,
    const google::protobuf::RepeatedPtrField<v1::RelativeEffect>& effects);

// `tau2 0.48 [0.1, 2.3] (REML), Q 12.1 on 5 df, p 0.0334, I2 58.7%`.
std::string ShownHeterogeneity(const v1::Estimate& estimate,
                               const v1::ResidualHeterogeneity& heterogeneity);

// Tells which treatments a model does not compare; nothing if there are none.
void TellGroups(
    const google::protobuf::RepeatedPtrField<v1::ComparableTreatments>& groups,
    Output& output);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_MODEL_TABLES_H_
