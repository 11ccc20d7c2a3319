// Rules that many fields share.
#ifndef TIDEMARK_REVIEW_CHECK_H_
#define TIDEMARK_REVIEW_CHECK_H_

#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/generated_enum_reflection.h"
#include "review/errors.h"

namespace tidemark::review {

// Time point of an outcome over follow-up.
inline constexpr char kAnyTimePoint[] = "any";

// 1-64 characters of `a-z 0-9 _ . -`.
bool IsIdentifier(absl::string_view id);

// Adds a violation unless `id` is an identifier that `seen` does not hold yet;
// then adds it to `seen`.
void CheckNewIdentifier(absl::string_view field, absl::string_view id,
                        absl::flat_hash_set<std::string>& seen,
                        Violations& violations);

// 1-128 bytes of UTF-8 without control characters or spaces at its ends.
bool IsTrialId(absl::string_view id);

// Adds a violation if `text` is empty.
void CheckNotEmpty(absl::string_view field, absl::string_view text,
                   Violations& violations);

// Adds a violation unless `value` is finite.
bool CheckFinite(absl::string_view field, double value, Violations& violations);

// Adds a violation unless `value` is finite and > 0.
void CheckPositive(absl::string_view field, double value,
                   Violations& violations);

// Whether `value` is one of the enum's values other than 0: proto3 takes any
// number from the wire.
template <typename Enum>
bool IsSpecified(Enum value) {
  return value != 0 &&
         google::protobuf::GetEnumDescriptor<Enum>()->FindValueByNumber(
             value) != nullptr;
}

// `base[index]`.
std::string Element(absl::string_view base, int index);

// The shortest decimal that reads back as `value`.
std::string Number(double value);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_CHECK_H_
