#include "tests/oracle/analyze_table.h"

#include <optional>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace tidemark::nma {
namespace {

std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

// All digits, so that nothing is lost on the way through the file.
std::string Digits(double value) { return absl::StrFormat("%.17g", value); }

std::string Row(const std::string& study, const BinaryArm& arm) {
  return absl::StrCat(Quoted(study), ",", Quoted(arm.treatment), ",",
                      Digits(arm.events), ",", Digits(arm.total), "\n");
}
std::string Row(const std::string& study, const ContinuousArm& arm) {
  return absl::StrCat(Quoted(study), ",", Quoted(arm.treatment), ",",
                      Digits(arm.mean), ",", Digits(arm.sd), ",", Digits(arm.n),
                      "\n");
}
std::string Row(const std::string& study, const RateArm& arm) {
  return absl::StrCat(Quoted(study), ",", Quoted(arm.treatment), ",",
                      Digits(arm.events), ",", Digits(arm.exposure), "\n");
}
std::string Row(const std::string& study, const Contrast& contrast) {
  return absl::StrCat(Quoted(study), ",", Quoted(contrast.first), ",",
                      Quoted(contrast.second), ",", Digits(contrast.effect),
                      ",", Digits(contrast.se), "\n");
}

std::string Row(const std::string& study, const std::string& treatment,
                const std::optional<double>& te,
                const std::optional<double>& se) {
  return absl::StrCat(Quoted(study), ",", Quoted(treatment), ",",
                      te ? Digits(*te) : "NA", ",", se ? Digits(*se) : "NA",
                      "\n");
}

template <typename R>
std::string Rows(const std::string& study, const std::vector<R>& rows) {
  std::string text;
  for (const R& row : rows) text += Row(study, row);
  return text;
}
std::string Rows(const std::string& study, const BaselineContrasts& data) {
  std::string text = Row(study, data.baseline, std::nullopt, data.baseline_se);
  for (const BaselineContrast& row : data.contrasts) {
    text += Row(study, row.treatment, row.effect, row.se);
  }
  return text;
}

}  // namespace

std::string AsTable(const std::vector<Study>& studies) {
  static constexpr const char* kHeaders[] = {
      "study,treatment,event,n\n", "study,treatment,mean,sd,n\n",
      "study,treatment,event,time\n", "study,treat1,treat2,te,se\n",
      "study,treatment,te,se\n"};
  std::string table = kHeaders[studies[0].data.index()];
  for (const Study& study : studies) {
    table += std::visit([&](const auto& data) { return Rows(study.id, data); },
                        study.data);
  }
  return table;
}

}  // namespace tidemark::nma
