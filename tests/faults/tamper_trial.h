// Changes one number of a stored trial behind the log's back.
#ifndef TIDEMARK_TESTS_FAULTS_TAMPER_TRIAL_H_
#define TIDEMARK_TESTS_FAULTS_TAMPER_TRIAL_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace tidemark::testing {

struct TamperedField {
  // Of the entry that had written the record.
  int64_t sequence = 0;
  std::string old_value;
  std::string new_value;
};

// Sets the field at `path` (review/field_path.h) of the newest stored version
// of the trial. The server must be stopped. NOT_FOUND: no such review or trial.
absl::StatusOr<TamperedField> TamperTrial(const std::string& data_dir,
                                          const std::string& review,
                                          const std::string& trial,
                                          const std::string& path,
                                          const std::string& value);

}  // namespace tidemark::testing

#endif  // TIDEMARK_TESTS_FAULTS_TAMPER_TRIAL_H_
