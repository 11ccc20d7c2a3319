// Two versions of a record, field by field.
#ifndef TIDEMARK_REVIEW_RECORD_DIFF_H_
#define TIDEMARK_REVIEW_RECORD_DIFF_H_

#include <vector>

#include "absl/types/span.h"
#include "review/field_values.h"
#include "tidemark/v1/explain_service.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {

// Of a trial: its fields, then `status` and `notice`.
std::vector<FieldValue> FieldsOfRecord(const v1::TrialRecord& record);

// Fields that are not the same, in the order of the record: one that is gone
// stands where it was. O(fields).
std::vector<v1::FieldDiff> DifferingFields(absl::Span<const FieldValue> before,
                                           absl::Span<const FieldValue> after);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_RECORD_DIFF_H_
