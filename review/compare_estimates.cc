#include "review/compare_estimates.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/protobuf/reflection.h"
#include "google/protobuf/util/message_differencer.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::review {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool IsNumber(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE;
}

// The fields of a message that are set, in the order of their numbers.
std::vector<const FieldDescriptor*> FieldsOf(const Message& message) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  return fields;
}

// |a - b| / scale. What is not finite deviates without limit from all numbers:
// NaN must not slip through a comparison.
double Deviation(double a, double b, double scale) {
  if (a == b) return 0;
  return std::isfinite(a) && std::isfinite(b) ? std::abs(a - b) / scale
                                              : kInfinity;
}

double ScalarDeviation(double a, double b, double floor) {
  return Deviation(a, b, std::max({std::abs(a), std::abs(b), floor}));
}

template <typename Numbers>
double LargestMagnitude(const Numbers& values) {
  double largest = 0;
  for (const double value : values) {
    largest = std::max(largest, std::abs(value));
  }
  return largest;
}

using Numbers = google::protobuf::RepeatedFieldRef<double>;

// `floor` is of the same unit: effects that cancel out are the same number as 0
// if they are beside their standard error.
double VectorDeviation(const Numbers& a, const Numbers& b, double floor) {
  const double scale =
      std::max({LargestMagnitude(a), LargestMagnitude(b), floor});
  double worst = 0;
  for (int i = 0; i < a.size(); ++i) {
    worst = std::max(worst, Deviation(a.Get(i), b.Get(i), scale));
  }
  return worst;
}

// Sets the numbers of a message to 0. How many there are stays.
void ClearNumbers(Message& message) {
  const Reflection& of = *message.GetReflection();
  for (const FieldDescriptor* field : FieldsOf(message)) {
    const int size = field->is_repeated() ? of.FieldSize(message, field) : 1;
    for (int i = 0; i < size; ++i) {
      if (IsNumber(*field)) {
        field->is_repeated() ? of.SetRepeatedDouble(&message, field, i, 0)
                             : of.SetDouble(&message, field, 0);
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        ClearNumbers(field->is_repeated()
                         ? *of.MutableRepeatedMessage(&message, field, i)
                         : *of.MutableMessage(&message, field));
      }
    }
  }
}

// What must be the same to the letter: all but the numbers. Which of them are
// there must be the same too.
v1::Estimate WithoutNumbers(v1::Estimate estimate) {
  const double level = estimate.level();
  ClearNumbers(estimate);
  estimate.set_level(level);
  estimate.clear_engine_build();
  estimate.clear_inputs_digest();
  return estimate;
}

// Largest deviation of two messages that differ in numbers only. tau² and its
// intervals have the unit of a variance: `variance` is their floor.
double MessageDeviation(const Message& a, const Message& b, double variance,
                        bool is_variance);

double FieldDeviation(const FieldDescriptor& field, const Message& a,
                      const Message& b, double variance, bool is_variance) {
  const Reflection& of = *a.GetReflection();
  if (IsNumber(field)) {
    if (field.is_repeated()) {
      const bool are_effects = field.name() == "effects";
      return VectorDeviation(of.GetRepeatedFieldRef<double>(a, &field),
                             of.GetRepeatedFieldRef<double>(b, &field),
                             are_effects ? std::sqrt(variance) : 0);
    }
    return ScalarDeviation(of.GetDouble(a, &field), of.GetDouble(b, &field),
                           is_variance ? variance : 1);
  }
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return 0;
  if (!field.is_repeated()) {
    return MessageDeviation(of.GetMessage(a, &field), of.GetMessage(b, &field),
                            variance, is_variance);
  }
  double worst = 0;
  for (int i = 0; i < of.FieldSize(a, &field); ++i) {
    worst =
        std::max(worst, MessageDeviation(of.GetRepeatedMessage(a, &field, i),
                                         of.GetRepeatedMessage(b, &field, i),
                                         variance, is_variance));
  }
  return worst;
}

double MessageDeviation(const Message& a, const Message& b, double variance,
                        bool is_variance) {
  // A plain number that is 0 is not listed: it may be so in one of the two.
  double worst = 0;
  for (int i = 0; i < a.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor& field = *a.GetDescriptor()->field(i);
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
        !field.is_repeated() && !a.GetReflection()->HasField(a, &field)) {
      continue;
    }
    worst = std::max(
        worst,
        FieldDeviation(field, a, b, variance,
                       is_variance || absl::StartsWith(field.name(), "tau2")));
  }
  return worst;
}

}  // namespace

absl::StatusOr<double> LargestDeviation(const v1::Estimate& stored,
                                        const v1::Estimate& recomputed) {
  google::protobuf::util::MessageDifferencer differencer;
  std::string difference;
  differencer.ReportDifferencesToString(&difference);
  if (!differencer.Compare(WithoutNumbers(stored),
                           WithoutNumbers(recomputed))) {
    return absl::DataLossError(
        absl::StrCat("the stored estimate is not the recomputed one: ",
                     difference.substr(0, difference.find('\n'))));
  }
  return MessageDeviation(stored, recomputed,
                          LargestMagnitude(stored.random().pair_variances()),
                          /*is_variance=*/false);
}

bool SameComparison(const v1::RelativeEffect& a, const v1::RelativeEffect& b) {
  const auto same = [](double x, double y) {
    return ScalarDeviation(x, y, 1) <= kSameEstimate;
  };
  return same(a.effect(), b.effect()) && a.has_lower() == b.has_lower() &&
         same(a.lower(), b.lower()) && same(a.upper(), b.upper());
}

double EffectChange(const v1::RelativeEffect& before,
                    const v1::RelativeEffect& after) {
  return ScalarDeviation(before.effect(), after.effect(), 1) <= kSameEstimate
             ? 0
             : after.effect() - before.effect();
}

}  // namespace tidemark::review
