#include "review/leave_one_out_details.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "Eigen/Core"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "nma/heterogeneity.h"
#include "nma/network_fit.h"
#include "nma/q_decomposition.h"
#include "nma/relative_effect.h"
#include "nma/study_influence.h"
#include "nma/treatment_index.h"
#include "nma/without_study.h"
#include "review/conclusions.h"
#include "review/errors.h"
#include "review/relative_effects.h"

namespace tidemark::review {
namespace {

constexpr int64_t kMostEffects = 50'000;
constexpr int kMostClassChanges = 100;

// Classes of one pair, by no difference and by each threshold.
class Judge {
 public:
  Judge(bool small_values_desirable, absl::Span<const v1::Threshold> thresholds)
      : small_(small_values_desirable), thresholds_(thresholds) {}

  std::vector<v1::ConclusionClass::Code> ClassesOf(const nma::NetworkFit& fit,
                                                   int first,
                                                   int second) const {
    std::optional<nma::RelativeEffect> numbers;
    if (first >= 0 && second >= 0) {
      numbers = nma::Relative(fit, fit.random, first, second);
    }
    v1::RelativeEffect effect;
    if (numbers.has_value() && numbers->confidence.has_value()) {
      effect.set_lower(numbers->confidence->lower);
      effect.set_upper(numbers->confidence->upper);
    }
    const v1::RelativeEffect* const found =
        numbers.has_value() ? &effect : nullptr;
    std::vector<v1::ConclusionClass::Code> classes = {
        ClassOf(found, small_, std::nullopt)};
    for (const v1::Threshold& threshold : thresholds_) {
      classes.push_back(ClassOf(found, small_, threshold.value()));
    }
    return classes;
  }

 private:
  const bool small_;
  const absl::Span<const v1::Threshold> thresholds_;
};

v1::ComparisonConclusion ToConclusion(
    const std::string& first, const std::string& second,
    const std::vector<v1::ConclusionClass::Code>& classes) {
  v1::ComparisonConclusion conclusion;
  conclusion.set_first(first);
  conclusion.set_second(second);
  conclusion.set_class_(classes[0]);
  for (size_t i = 1; i < classes.size(); ++i) {
    conclusion.add_by_threshold(classes[i]);
  }
  return conclusion;
}

// As much of an estimate as its leaders follow from.
v1::Estimate ToRanked(const nma::NetworkFit& fit) {
  v1::Estimate estimate;
  for (size_t c = 0; c < fit.reference.size(); ++c) estimate.add_components();
  for (size_t t = 0; t < fit.treatments.size(); ++t) {
    estimate.add_treatments(fit.treatments[t]);
    v1::PScore* score = estimate.add_p_scores();
    score->set_treatment(fit.treatments[t]);
    score->set_random(fit.random.p_scores[static_cast<Eigen::Index>(t)]);
    estimate.mutable_components(fit.component[t])
        ->add_values()
        ->set_string_value(fit.treatments[t]);
  }
  return estimate;
}

class Writer {
 public:
  Writer(const FittedStudies& fitted,
         absl::Span<const v1::Threshold> thresholds, bool one_comparison,
         const v1::Estimate& estimate)
      : fit_(fitted.fit),
        studies_(fitted.effects.studies),
        judge_(estimate.small_values_desirable(), thresholds),
        influence_(studies_, fit_),
        leaders_(Leaders(estimate)),
        q_(estimate.q()),
        one_comparison_(one_comparison) {
    const int size = static_cast<int>(fit_.treatments.size());
    for (int i = 0; i < size; ++i) {
      for (int j = i + 1; j < size; ++j) {
        classes_.push_back(judge_.ClassesOf(fit_, i, j));
      }
    }
  }

  void Follow(v1::RelativeEffect effect) {
    const int first = nma::TreatmentIndex(fit_.treatments, effect.first());
    const int second = nma::TreatmentIndex(fit_.treatments, effect.second());
    followed_.push_back({first, second, effect.effect(), effect.se(),
                         fit_.random.pair_variances(first, second)});
  }

  v1::WithoutStudy Write(
      int study, const absl::StatusOr<nma::WithoutStudy>& without) const {
    v1::WithoutStudy message;
    message.set_study(studies_[study].study);
    if (!without.ok()) {
      message.set_not_estimable(std::string(without.status().message()));
      WriteInfluence(influence_.LeverageOf(study), &message);
      return message;
    }
    WriteRest(study, without->fit, &message);
    WriteQ(*without, &message);
    for (const Followed& comparison : followed_) {
      *message.add_effects() = EffectOf(comparison, *without);
    }
    WriteRanks(without->fit, &message);
    WriteClassChanges(without->fit, &message);
    WriteInfluence(influence_.Of(study, *without), &message);
    return message;
  }

 private:
  // A comparison with all studies.
  struct Followed {
    int first, second;  // treatments of the fit
    double effect, se;
    double variance;  // not scaled
  };

  void WriteRest(int study, const nma::NetworkFit& rest,
                 v1::WithoutStudy* message) const {
    const int base =
        nma::TreatmentIndex(fit_.treatments, studies_[study].treatments[0]);
    std::map<int, v1::RestOfComponent> parts;
    for (size_t t = 0; t < fit_.treatments.size(); ++t) {
      if (fit_.component[t] != fit_.component[base]) continue;
      const int at = nma::TreatmentIndex(rest.treatments, fit_.treatments[t]);
      if (at < 0) {
        message->add_treatments_lost(fit_.treatments[t]);
        continue;
      }
      parts[rest.component[at]]
          .mutable_treatments()
          ->add_values()
          ->set_string_value(fit_.treatments[t]);
    }
    for (auto& [component, part] : parts) {
      const nma::Heterogeneity& of = rest.heterogeneity[component];
      part.set_tau2(of.tau2);
      part.set_q(of.q);
      part.set_df(of.df);
      part.set_i2(of.i2);
      *message->add_rest() = std::move(part);
    }
  }

  void WriteQ(const nma::WithoutStudy& without,
              v1::WithoutStudy* message) const {
    double q = 0;
    int df = 0;
    for (const nma::Heterogeneity& part : without.fit.heterogeneity) {
      q += part.q;
      df += part.df;
    }
    message->set_q(q);
    message->set_df(df);
    const nma::QTest test = nma::TestOfQ(q, df);
    if (test.p.has_value()) message->set_p_q(*test.p);
    if (q > df) message->set_i2((q - df) / q);
    message->set_q_contribution(q_ - q);
    message->set_q_between(without.q.between.q);
    message->set_df_between(without.q.between.df);
    if (without.q.between.p.has_value()) {
      message->set_p_between(*without.q.between.p);
    }
  }

  v1::EffectWithout EffectOf(const Followed& comparison,
                             const nma::WithoutStudy& without) const {
    v1::EffectWithout message;
    const nma::NetworkFit& rest = without.fit;
    message.set_first(fit_.treatments[comparison.first]);
    message.set_second(fit_.treatments[comparison.second]);
    message.set_precision_share(1);
    const int first = nma::TreatmentIndex(rest.treatments, message.first());
    const int second = nma::TreatmentIndex(rest.treatments, message.second());
    if (first < 0 || second < 0) {
      message.set_not_estimable(
          absl::StrCat("no other study has ",
                       first < 0 ? message.first() : message.second()));
      return message;
    }
    const auto random = nma::Relative(rest, rest.random, first, second);
    const auto common = nma::Relative(rest, rest.common, first, second);
    if (!random.has_value()) {
      message.set_not_estimable("the other studies do not connect the two");
      return message;
    }
    message.set_effect(random->effect);
    message.set_se(random->se);
    if (random->confidence.has_value()) {
      message.set_lower(random->confidence->lower);
      message.set_upper(random->confidence->upper);
    }
    message.set_change(random->effect - comparison.effect);
    if (comparison.se > 0) {
      message.set_shift(message.change() / comparison.se);
    }
    message.set_effect_common(common->effect);
    message.set_se_common(common->se);
    const nma::NodeEstimates& fixed = without.fixed_tau2;
    const double variance = fixed.pair_variances(first, second);
    message.set_effect_fixed_tau2(fixed.effects[first] - fixed.effects[second]);
    message.set_se_fixed_tau2(std::sqrt(variance));
    message.set_precision_share(
        std::clamp(1 - comparison.variance / variance, 0.0, 1.0));
    return message;
  }

  void WriteRanks(const nma::NetworkFit& rest,
                  v1::WithoutStudy* message) const {
    std::vector<int> sizes(rest.reference.size());
    for (const int component : rest.component) ++sizes[component];
    for (size_t t = 0; t < rest.treatments.size(); ++t) {
      const std::string& treatment = rest.treatments[t];
      if (one_comparison_ && treatment != fit_.treatments[followed_[0].first] &&
          treatment != fit_.treatments[followed_[0].second]) {
        continue;
      }
      v1::RankWithout* rank = message->add_ranks();
      const int size = sizes[rest.component[t]];
      const double score = rest.random.p_scores[static_cast<Eigen::Index>(t)];
      rank->set_treatment(treatment);
      rank->set_p_score(score);
      rank->set_mean_rank(size - (size - 1) * score);
    }
    for (const std::string& leader : Leaders(ToRanked(rest))) {
      message->add_leaders(leader);
    }
    message->set_leaders_changed(!std::equal(leaders_.begin(), leaders_.end(),
                                             message->leaders().begin(),
                                             message->leaders().end()));
  }

  void WriteClassChanges(const nma::NetworkFit& rest,
                         v1::WithoutStudy* message) const {
    const int size = static_cast<int>(fit_.treatments.size());
    std::vector<int> in_rest;
    for (const std::string& treatment : fit_.treatments) {
      in_rest.push_back(nma::TreatmentIndex(rest.treatments, treatment));
    }
    auto before = classes_.begin();
    int total = 0;
    for (int i = 0; i < size; ++i) {
      for (int j = i + 1; j < size; ++j, ++before) {
        const auto after = judge_.ClassesOf(rest, in_rest[i], in_rest[j]);
        if (after == *before || ++total > kMostClassChanges) continue;
        v1::ClassChange* change = message->add_class_changes();
        *change->mutable_before() =
            ToConclusion(fit_.treatments[i], fit_.treatments[j], *before);
        *change->mutable_after() =
            ToConclusion(fit_.treatments[i], fit_.treatments[j], after);
      }
    }
    message->set_class_changes_total(total);
  }

  static void WriteInfluence(const nma::StudyInfluence& influence,
                             v1::WithoutStudy* message) {
    message->set_leverage(influence.leverage_random);
    message->set_leverage_common(influence.leverage_common);
    if (influence.residual.has_value()) {
      message->set_distance(influence.residual->distance);
      message->set_df_distance(influence.residual->df);
      message->set_p_distance(influence.residual->p);
      if (influence.residual->z.has_value()) {
        message->set_residual(*influence.residual->z);
      }
    }
    if (influence.cooks_distance.has_value()) {
      message->set_cooks_distance(*influence.cooks_distance);
    }
    if (influence.covariance_ratio.has_value()) {
      message->set_covariance_ratio(*influence.covariance_ratio);
    }
  }

  const nma::NetworkFit& fit_;
  const std::vector<nma::StudyEffects>& studies_;
  const Judge judge_;
  const nma::InfluenceOfStudies influence_;
  const std::vector<std::string> leaders_;
  const double q_;
  const bool one_comparison_;
  std::vector<Followed> followed_;
  // Of each pair, as they are visited.
  std::vector<std::vector<v1::ConclusionClass::Code>> classes_;
};

absl::Status CheckSize(const v1::Estimate& estimate) {
  const int64_t effects =
      int64_t{estimate.studies_used()} * int64_t{estimate.treatments_size()};
  if (effects <= kMostEffects) return absl::OkStatus();
  return Error(
      absl::StatusCode::kInvalidArgument, "TOO_MANY_EFFECTS",
      absl::StrCat("leave-one-out of all treatments is for at most ",
                   kMostEffects, " studies times treatments, these are ",
                   estimate.studies_used(), " times ",
                   estimate.treatments_size(),
                   ": ask for one comparison (first, second)"),
      {{"studies", absl::StrCat(estimate.studies_used())},
       {"treatments", absl::StrCat(estimate.treatments_size())}});
}

// The comparisons to follow, with all studies.
absl::StatusOr<std::vector<v1::RelativeEffect>> Comparisons(
    const v1::LeaveOneOutSpec& spec, const nma::NetworkFit& fit,
    const v1::Estimate& estimate) {
  std::vector<v1::RelativeEffect> effects;
  if (!spec.first().empty()) {
    ASSIGN_OR_RETURN(
        v1::RelativeEffect effect,
        Compare(estimate, Model::kRandom, spec.first(), spec.second()));
    effects.push_back(std::move(effect));
    return effects;
  }
  RETURN_IF_ERROR(CheckSize(estimate));
  for (size_t t = 0; t < fit.treatments.size(); ++t) {
    const int reference = fit.reference[fit.component[t]];
    if (static_cast<int>(t) == reference) continue;
    ASSIGN_OR_RETURN(v1::RelativeEffect effect,
                     Compare(estimate, Model::kRandom, fit.treatments[t],
                             fit.treatments[reference]));
    effects.push_back(std::move(effect));
  }
  return effects;
}

// Studies of an estimate are sorted by id.
std::vector<nma::StudyEffects> SortedById(
    std::vector<nma::StudyEffects> studies) {
  std::sort(studies.begin(), studies.end(),
            [](const nma::StudyEffects& a, const nma::StudyEffects& b) {
              return a.study < b.study;
            });
  return studies;
}

}  // namespace

absl::Status AddLeaveOneOut(const v1::LeaveOneOutSpec& spec,
                            const FittedStudies& fitted,
                            absl::Span<const v1::Threshold> thresholds,
                            absl::FunctionRef<bool()> cancelled,
                            v1::Estimate* estimate) {
  ASSIGN_OR_RETURN(const std::vector<v1::RelativeEffect> effects,
                   Comparisons(spec, fitted.fit, *estimate));
  FittedStudies sorted = fitted;
  sorted.effects.studies = SortedById(std::move(sorted.effects.studies));
  Writer writer(sorted, thresholds, !spec.first().empty(), *estimate);
  v1::LeaveOneOut result;
  for (const v1::RelativeEffect& effect : effects) {
    writer.Follow(effect);
    *result.add_effects() = effect;
  }
  *result.mutable_thresholds() = {thresholds.begin(), thresholds.end()};
  RETURN_IF_ERROR(nma::LeaveOutEach(
      sorted.effects.studies, sorted.fit, sorted.options,
      [&](int study, const absl::StatusOr<nma::WithoutStudy>& without) {
        if (cancelled()) {
          return absl::CancelledError("leave-one-out was cancelled");
        }
        *result.add_studies() = writer.Write(study, without);
        return absl::OkStatus();
      }));
  *estimate->mutable_leave_one_out() = std::move(result);
  return absl::OkStatus();
}

}  // namespace tidemark::review
