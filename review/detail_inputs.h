// What the details of an estimate are derived from.
#ifndef TIDEMARK_REVIEW_DETAIL_INPUTS_H_
#define TIDEMARK_REVIEW_DETAIL_INPUTS_H_

#include <vector>

#include "nma/network_fit.h"
#include "nma/study.h"
#include "nma/study_effects.h"
#include "review/study_facts.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/review.pb.h"

namespace tidemark::review {

// What an estimate was made from.
struct DetailInputs {
  std::vector<nma::Study> studies;
  // Of each of the studies.
  FactsByStudy facts;
  v1::Analysis analysis;
  // That effects are judged by (ThresholdsOf); may be empty.
  std::vector<v1::Threshold> thresholds;
  // Of the analysis; without nodes for a table.
  v1::NodeMap node_map;
};

// The same studies, fitted again for what their estimate does not hold.
struct FittedStudies {
  nma::EffectSet effects;
  nma::FitOptions options;
  nma::NetworkFit fit;
};

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_DETAIL_INPUTS_H_
