#include "review/coherence_details.h"

#include <optional>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "nma/coherence.h"
#include "nma/direct_evidence.h"
#include "nma/node_splits.h"
#include "nma/relative_effect.h"
#include "nma/splits.h"

namespace tidemark::review {
namespace {

// Writes splits of one estimate, whose intervals are normal.
class SplitWriter {
 public:
  SplitWriter(const nma::NetworkFit& fit, double level)
      : fit_(fit), intervals_(nma::CommonEffectIntervals(level)) {}

  v1::Split Write(int first, int second, int studies,
                  const nma::PairEstimate& direct,
                  const std::optional<nma::IndirectEvidence>& indirect) const {
    v1::Split split;
    split.set_first(fit_.treatments[first]);
    split.set_second(fit_.treatments[second]);
    split.set_studies(studies);
    WritePart(direct.effect, direct.se, split.mutable_direct());
    if (indirect.has_value()) {
      WritePart(indirect->estimate.effect, indirect->estimate.se,
                split.mutable_indirect());
      WritePart(indirect->difference.effect, indirect->difference.se,
                split.mutable_difference());
    }
    return split;
  }

 private:
  void WritePart(double effect, double se, v1::Split::Part* part) const {
    const nma::RelativeEffect numbers =
        nma::MakeRelativeEffect(effect, se * se, intervals_);
    part->set_effect(effect);
    part->set_se(se);
    if (numbers.test.has_value()) {
      part->set_z(numbers.test->statistic);
      part->set_p(numbers.test->p);
    }
    if (numbers.confidence.has_value()) {
      part->set_lower(numbers.confidence->lower);
      part->set_upper(numbers.confidence->upper);
    }
  }

  const nma::NetworkFit& fit_;
  const nma::IntervalRule intervals_;
};

std::string NoIndirectReason(nma::RestOfNetwork rest) {
  switch (rest) {
    case nma::RestOfNetwork::kConnectsPair:
      return "";
    case nma::RestOfNetwork::kDoesNotConnectPair:
      return "without the studies of the pair nothing connects it";
    case nma::RestOfNetwork::kCannotBeSolved:
      return "without the studies of the pair the network cannot be solved";
  }
  return "";
}

v1::Design ToDesign(const nma::DesignCoherence& design,
                    const nma::DesignQ& numbers) {
  v1::Design message;
  for (const std::string& treatment : design.treatments) {
    message.add_treatments(treatment);
  }
  message.set_studies(design.studies);
  message.set_q_within(numbers.within.q);
  message.set_df_within(numbers.within.df);
  if (numbers.within.p.has_value()) message.set_p_within(*numbers.within.p);
  message.set_q_between(numbers.between);
  message.set_q_between_detached(numbers.between_detached.q);
  message.set_df_between_detached(numbers.between_detached.df);
  if (numbers.between_detached.p.has_value()) {
    message.set_p_between_detached(*numbers.between_detached.p);
  }
  return message;
}

}  // namespace

absl::Status AddSplits(const FittedStudies& fitted, v1::Estimate* estimate) {
  ASSIGN_OR_RETURN(const std::vector<nma::PairSplit> pairs,
                   nma::SplitEvidence(fitted.effects.studies, fitted.fit));
  const SplitWriter writer(fitted.fit, estimate->level());
  const auto write = [&](const nma::PairSplit& pair,
                         const nma::EvidenceSplit& evidence) {
    v1::Split split = writer.Write(pair.first, pair.second, pair.studies,
                                   evidence.direct, evidence.indirect);
    split.set_direct_share(evidence.direct_share);
    if (!evidence.indirect.has_value()) {
      split.set_no_indirect("direct evidence is all there is on the pair");
    }
    return split;
  };
  estimate->clear_splits();
  estimate->clear_splits_common();
  for (const nma::PairSplit& pair : pairs) {
    *estimate->add_splits() = write(pair, pair.random);
    *estimate->add_splits_common() = write(pair, pair.common);
  }
  return absl::OkStatus();
}

absl::Status AddNodeSplits(const FittedStudies& fitted,
                           absl::FunctionRef<bool()> cancelled,
                           v1::Estimate* estimate) {
  ASSIGN_OR_RETURN(const std::vector<nma::NodeSplit> pairs,
                   nma::SplitNodes(fitted.effects.studies, fitted.fit,
                                   fitted.options, cancelled));
  const SplitWriter writer(fitted.fit, estimate->level());
  const auto write = [&](const nma::NodeSplit& pair,
                         const nma::NodeSplitEvidence& evidence) {
    v1::Split split = writer.Write(pair.first, pair.second, pair.studies,
                                   evidence.direct, evidence.indirect);
    split.set_no_indirect(NoIndirectReason(pair.rest));
    return split;
  };
  estimate->clear_node_splits();
  estimate->clear_node_splits_common();
  for (const nma::NodeSplit& pair : pairs) {
    v1::Split* random = estimate->add_node_splits();
    *random = write(pair, pair.random);
    if (pair.rest_tau2.has_value()) random->set_refit_tau2(*pair.rest_tau2);
    *estimate->add_node_splits_common() = write(pair, pair.common);
  }
  return absl::OkStatus();
}

absl::Status AddDesigns(const FittedStudies& fitted, v1::Estimate* estimate) {
  ASSIGN_OR_RETURN(const std::vector<nma::DesignCoherence> designs,
                   nma::DecomposeQByDesign(fitted.effects.studies));
  estimate->clear_designs();
  estimate->clear_designs_random();
  for (const nma::DesignCoherence& design : designs) {
    *estimate->add_designs() = ToDesign(design, design.common);
    *estimate->add_designs_random() = ToDesign(design, design.random);
  }
  return absl::OkStatus();
}

}  // namespace tidemark::review
