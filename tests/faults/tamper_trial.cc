#include "tests/faults/tamper_trial.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "review/field_path.h"
#include "storage/keys.h"
#include "tests/faults/raw_store.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::testing {

absl::StatusOr<TamperedField> TamperTrial(const std::string& data_dir,
                                          const std::string& review,
                                          const std::string& trial,
                                          const std::string& path,
                                          const std::string& value) {
  ASSIGN_OR_RETURN(const std::unique_ptr<RawStore> store,
                   RawStore::Open(data_dir));
  const std::string prefix =
      storage::KeyWriter().String(review).String(trial).Take();
  ASSIGN_OR_RETURN(const std::vector<std::string> keys,
                   store->Keys("trial", prefix));
  if (keys.empty()) {
    return absl::NotFoundError(absl::StrCat(data_dir, " holds no trial \"",
                                            trial, "\" of review \"", review,
                                            "\""));
  }
  ASSIGN_OR_RETURN(const std::string bytes, store->Get("trial", keys.back()));
  v1::TrialRecord record;
  if (!record.ParseFromString(bytes)) {
    return absl::DataLossError("the stored bytes are not a TrialRecord");
  }
  TamperedField field = {record.sequence(), "", value};
  ASSIGN_OR_RETURN(field.old_value,
                   review::SetField(path, value, record.mutable_trial()));
  RETURN_IF_ERROR(store->Put("trial", keys.back(), record.SerializeAsString()));
  return field;
}

}  // namespace tidemark::testing
