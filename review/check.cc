#include "review/check.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "review/errors.h"

namespace tidemark::review {

bool IsIdentifier(absl::string_view id) {
  return !id.empty() && id.size() <= 64 &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) ||
                  c == '_' || c == '.' || c == '-';
         });
}

void CheckNewIdentifier(absl::string_view field, absl::string_view id,
                        absl::flat_hash_set<std::string>& seen,
                        Violations& violations) {
  if (!IsIdentifier(id)) {
    violations.Add(field, absl::StrCat("must be 1-64 characters of a-z 0-9 _ . "
                                       "-, found \"",
                                       id, "\""));
  } else if (!seen.insert(std::string(id)).second) {
    violations.Add(field,
                   absl::StrCat("\"", id, "\" stands in the list twice"));
  }
}

bool IsTrialId(absl::string_view id) {
  if (id.empty() || id.size() > 128) return false;
  if (id.front() == ' ' || id.back() == ' ') return false;
  return std::none_of(id.begin(), id.end(), [](char c) {
    return absl::ascii_iscntrl(static_cast<unsigned char>(c));
  });
}

void CheckNotEmpty(absl::string_view field, absl::string_view text,
                   Violations& violations) {
  if (text.empty()) violations.Add(field, "must not be empty");
}

bool CheckFinite(absl::string_view field, double value,
                 Violations& violations) {
  if (std::isfinite(value)) return true;
  violations.Add(field, absl::StrCat("must be a finite number, found ",
                                     std::isnan(value) ? "NaN" : "infinity"));
  return false;
}

void CheckPositive(absl::string_view field, double value,
                   Violations& violations) {
  if (std::isfinite(value) && value > 0) return;
  violations.Add(field, absl::StrCat("must be a finite number > 0, found ",
                                     Number(value)));
}

std::string Element(absl::string_view base, int index) {
  return absl::StrCat(base, "[", index, "]");
}

std::string Number(double value) {
  for (int digits = 6; digits < 17; ++digits) {
    std::string text = absl::StrFormat("%.*g", digits, value);
    double back = 0;
    if (absl::SimpleAtod(text, &back) && back == value) return text;
  }
  return absl::StrFormat("%.17g", value);
}

}  // namespace tidemark::review
