// What a figure of an analysis is of, in readers' words.
#ifndef TIDEMARK_CLIENT_REPORT_SUBJECT_H_
#define TIDEMARK_CLIENT_REPORT_SUBJECT_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/review.pb.h"

namespace tidemark::report {

struct Subject {
  std::string review_id;
  std::string analysis_id;
  // Of the analysis; if it has none: outcome and time point.
  std::string title;
  // Of the outcome, e.g. `points`. May be empty.
  std::string unit;
  // Nodes of the node map, in its order.
  std::vector<std::string> nodes;
  // Names of nodes as readers see them, each different.
  std::map<std::string, std::string> names;
  // What effects are judged by (review/thresholds.h).
  std::vector<v1::Threshold> thresholds;
  // Sentences that no figure of it may leave out, e.g. that a trial was
  // retracted later.
  std::vector<std::string> remarks;

  // Of a treatment; its id if the node map has none for it.
  std::string NameOf(absl::string_view id) const;
};

// A name that is empty gives way to the id; one that two nodes have is followed
// by it.
Subject SubjectOf(const v1::Review& protocol, const v1::Analysis& analysis);

}  // namespace tidemark::report

#endif  // TIDEMARK_CLIENT_REPORT_SUBJECT_H_
