#include "client/cli/export_netmeta.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "Eigen/Core"
#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "client/cli/number_format.h"
#include "client/cli/refit_script.h"
#include "client/cli/table.h"
#include "nma/effects.h"
#include "nma/study.h"
#include "nma/study_effects.h"
#include "review/engine_options.h"
#include "review/selection.h"
#include "review/trial_input.h"

namespace tidemark::cli {
namespace {

// By study, as an estimate lists them: version of the trial, treatments.
using Uses =
    std::map<std::string, std::pair<int64_t, std::vector<std::string>>>;

Uses UsesOf(const v1::Estimate& estimate) {
  Uses uses;
  for (const v1::StudyUse& use : estimate.studies()) {
    uses[use.study()] = {use.version(),
                         {use.treatments().begin(), use.treatments().end()}};
  }
  return uses;
}

// DATA_LOSS: the records give other studies than the estimate used.
absl::Status CheckUses(const std::vector<nma::StudyEffects>& studies,
                       const std::map<std::string, int64_t>& versions,
                       const v1::Estimate& estimate) {
  Uses found;
  for (const nma::StudyEffects& study : studies) {
    found[study.study] = {versions.at(study.study), study.treatments};
  }
  const Uses wanted = UsesOf(estimate);
  if (found == wanted) return absl::OkStatus();
  std::string other;
  for (const auto& [study, use] : wanted) {
    const auto at = found.find(study);
    if (other.empty() && (at == found.end() || at->second != use)) {
      other = study;
    }
  }
  for (const auto& [study, use] : found) {
    if (other.empty() && wanted.count(study) == 0) other = study;
  }
  return absl::DataLossError(absl::StrCat(
      "the records of sequence ", estimate.sequence(), " do not give study ",
      other, " to analysis ", estimate.analysis_id(),
      " as the estimate of build ", estimate.engine_build(),
      " used it; `tidemark verify --deep` says whether that is sound"));
}

// The effects that the network was fitted to.
absl::StatusOr<std::vector<nma::StudyEffects>> EffectsUsed(
    absl::Span<const v1::TrialRecord> records, const v1::Review& review,
    const v1::Analysis& analysis, const v1::Estimate& estimate) {
  const review::AnalysisFrame frame = review::FrameOf(review, analysis);
  std::vector<nma::Study> studies;
  std::map<std::string, int64_t> versions;
  for (const v1::TrialRecord& record : records) {
    std::optional<review::SelectedStudy> selected =
        review::InputOf(record, frame);
    if (!selected.has_value() || !selected->study.has_value()) continue;
    versions[selected->study->id] = record.version();
    studies.push_back(*std::move(selected->study));
  }
  ASSIGN_OR_RETURN(
      nma::EffectSet effects,
      nma::ComputeEffects(studies, review::EffectOptionsOf(analysis)));
  RETURN_IF_ERROR(CheckUses(effects.studies, versions, estimate));
  return std::move(effects.studies);
}

// From 1, by treatment.
std::map<std::string, int> ComponentOfTreatments(const v1::Estimate& estimate) {
  std::map<std::string, int> components;
  for (int i = 0; i < estimate.components_size(); ++i) {
    for (const auto& treatment : estimate.components(i).values()) {
      components[treatment.string_value()] = i + 1;
    }
  }
  return components;
}

// Every two arms of a study, later minus earlier.
void AddStudy(const nma::StudyEffects& study, int component, Table& table) {
  const auto arms = static_cast<Eigen::Index>(study.treatments.size());
  // Of arm i versus the base, 0 of the base itself.
  const auto effect = [&](Eigen::Index i) {
    return i == 0 ? 0 : study.effects(i - 1);
  };
  const auto covariance = [&](Eigen::Index i, Eigen::Index j) {
    return i == 0 || j == 0 ? 0 : study.covariance(i - 1, j - 1);
  };
  for (Eigen::Index i = 1; i < arms; ++i) {
    for (Eigen::Index j = 0; j < i; ++j) {
      const double variance =
          covariance(i, i) + covariance(j, j) - 2 * covariance(i, j);
      table.rows.push_back({Integer(component), Text(study.study),
                            Text(study.treatments[static_cast<size_t>(i)]),
                            Text(study.treatments[static_cast<size_t>(j)]),
                            Number(effect(i) - effect(j)),
                            Number(std::sqrt(variance))});
    }
  }
}

Table StudiesTable(const std::vector<nma::StudyEffects>& studies,
                   const v1::Estimate& estimate) {
  Table table = {
      "",
      {{"component"}, {"study"}, {"first"}, {"second"}, {"effect"}, {"se"}},
      {}};
  const std::map<std::string, int> components = ComponentOfTreatments(estimate);
  for (const nma::StudyEffects& study : studies) {
    AddStudy(study, components.at(study.treatments[0]), table);
  }
  return table;
}

Table EffectsTable(const v1::Estimate& estimate) {
  Table table = {"",
                 {{"model"},
                  {"first"},
                  {"second"},
                  {"effect"},
                  {"se"},
                  {"lower"},
                  {"upper"}},
                 {}};
  const auto add = [&table](const char* name, const v1::ModelEstimate& model) {
    for (const v1::RelativeEffect& effect : model.relative_effects()) {
      table.rows.push_back(
          {Text(name), Text(effect.first()), Text(effect.second()),
           Number(effect.effect()), Number(effect.se()),
           OptionalNumber(effect.has_lower(), effect.lower()),
           OptionalNumber(effect.has_upper(), effect.upper())});
    }
  };
  add("common", estimate.common());
  add("random", estimate.random());
  return table;
}

Table HeterogeneityTable(const v1::Estimate& estimate) {
  Table table = {"", {{"component"}, {"tau2"}, {"q"}, {"df"}}, {}};
  for (int i = 0; i < estimate.component_heterogeneity_size(); ++i) {
    const v1::Heterogeneity& component = estimate.component_heterogeneity(i);
    table.rows.push_back({Integer(i + 1), Number(component.tau2()),
                          Number(component.q()), Integer(component.df())});
  }
  return table;
}

// A string of R, in ASCII whatever is in it.
std::string Quoted(absl::string_view text) {
  return absl::StrCat("\"", absl::CHexEscape(text), "\"");
}

bool IsFoundByOptimiser(v1::Tau2Method::Code method) {
  return method == v1::Tau2Method::REML || method == v1::Tau2Method::ML;
}

std::string Script(const v1::Estimate& estimate) {
  const std::string settings = absl::StrCat(
      "review <- ", Quoted(estimate.review_id()), "\nanalysis <- ",
      Quoted(estimate.analysis_id()), "\nsequence <- ", estimate.sequence(),
      "\nmeasure <- ",
      Quoted(v1::EffectMeasure::Code_Name(estimate.effect_measure())),
      "\nmethod <- ", Quoted(v1::Tau2Method::Code_Name(estimate.tau2_method())),
      "\ninterval <- ",
      Quoted(v1::IntervalMethod::Code_Name(estimate.interval_method())),
      "\nlevel <- ", ExactNumber(estimate.level()), "\ntolerance <- ",
      IsFoundByOptimiser(estimate.tau2_method()) ? "1e-5" : "1e-8", "\n");
  return absl::StrReplaceAll(kRefitScript, {{"# SETTINGS\n", settings}});
}

}  // namespace

absl::StatusOr<std::vector<ExportedFile>> ExportNetmeta(
    absl::Span<const v1::TrialRecord> records, const v1::Review& review,
    const v1::Analysis& analysis, const v1::Estimate& estimate) {
  ASSIGN_OR_RETURN(const std::vector<nma::StudyEffects> studies,
                   EffectsUsed(records, review, analysis, estimate));
  return std::vector<ExportedFile>{
      {"studies.csv", AsCsv(StudiesTable(studies, estimate))},
      {"expected_effects.csv", AsCsv(EffectsTable(estimate))},
      {"expected_heterogeneity.csv", AsCsv(HeterogeneityTable(estimate))},
      {"refit.R", Script(estimate)}};
}

}  // namespace tidemark::cli
