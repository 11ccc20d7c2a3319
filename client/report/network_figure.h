// The network of treatments: who was compared with whom.
#ifndef TIDEMARK_CLIENT_REPORT_NETWORK_FIGURE_H_
#define TIDEMARK_CLIENT_REPORT_NETWORK_FIGURE_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "client/report/figure.h"
#include "client/report/subject.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::report {

// A study that the estimate uses.
struct NetworkStudy {
  std::string id;
  // Participants by node; 0: not known.
  std::map<std::string, int64_t> participants;
  // Overall; unspecified: not judged.
  v1::RiskOfBias::Judgement risk_of_bias =
      v1::RiskOfBias::JUDGEMENT_UNSPECIFIED;
};

// Nodes stand on a circle in the order of the node map, those without data too,
// so that versions of a review can be laid side by side. Areas of nodes are
// participants, widths of edges studies, colour and dash their mean risk of
// bias (low 1, some concerns 2, high 3; studies that are not judged do not
// count); studies of three or more nodes are shaded polygons. `counted` says
// who participants are, e.g. `analysed`. Every node of a study is one of the
// subject's, which are at most kMostTreatments.
Figure DrawNetwork(const v1::Estimate& estimate, const Subject& subject,
                   const std::vector<NetworkStudy>& studies,
                   const std::string& counted);

}  // namespace tidemark::report

#endif  // TIDEMARK_CLIENT_REPORT_NETWORK_FIGURE_H_
