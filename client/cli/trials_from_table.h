// Trials from a table with a row per arm or per contrast.
#ifndef TIDEMARK_CLIENT_CLI_TRIALS_FROM_TABLE_H_
#define TIDEMARK_CLIENT_CLI_TRIALS_FROM_TABLE_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "client/import/arm_table.h"
#include "tidemark/v1/change.pb.h"
#include "tidemark/v1/effect_measure.pb.h"
#include "tidemark/v1/review.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::cli {

// What a table does not say.
struct TableContext {
  // Name of the table, for the source of each number.
  std::string file;
  std::string outcome;
  std::string time_point;
  // Of a continuous outcome. Empty: its only one.
  std::string instrument;
  v1::Continuous::ValueKind value_kind = v1::Continuous::FINAL;
  // Of a table of contrasts.
  v1::EffectMeasure::Code measure = v1::EffectMeasure::UNSPECIFIED;
  v1::Trial::Design design = v1::Trial::PARALLEL;
  // Of studies whose name does not end in a year. 0: unknown.
  int32_t year = 0;
};

// One trial for each study of the table, with the study's name as its id. A
// trial of `existing` (by id) keeps what it has: arms are found by their
// treatment, and numbers for the same outcome, time point and arms replaced.
// Each trial expects the version in `existing`, or to be new.
//
// Leaves out the trials that would stay as they are in `existing`; may leave
// none.
//
// INVALID_ARGUMENT, naming study and value: a treatment that the review does
// not have (names those it has), a year or an instrument that is not known, a
// count beyond 2^31.
absl::StatusOr<v1::SubmitTrials> TrialsFromTable(
    const client::ArmTable& table, const TableContext& context,
    const v1::Review& review,
    const std::map<std::string, v1::TrialRecord>& existing);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_TRIALS_FROM_TABLE_H_
