// A review small enough to check by hand, and trials for it.
#ifndef TIDEMARK_REVIEW_TESTING_TOY_REVIEW_H_
#define TIDEMARK_REVIEW_TESTING_TOY_REVIEW_H_

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "google/protobuf/text_format.h"
#include "nma/study.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/change.pb.h"
#include "tidemark/v1/review.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::testing {

inline constexpr char kToyReview[] = "toy";

// The message that a text format says. Ends the test process if it says none.
template <typename Message>
Message FromText(const std::string& text) {
  Message message;
  if (!google::protobuf::TextFormat::ParseFromString(text, &message)) {
    std::cerr << "not a message: " << text << "\n";
    std::abort();
  }
  return message;
}

// Treatments ha, msc1, msc2, saline; node maps `fine` (a node each) and
// `coarse` (control, msc; saline on neither but for 12m); outcomes pain
// (continuous, 0-10, lower is better; instruments vas 0-100, nrs 0-10 and koos
// 0-100 reversed), adverse (binary), falls (rate), surgery (time to event);
// time points 6m (4-8) and 12m (no window).
v1::Review ToyReview();

// Studies of pain in two components: ha, msc1, msc2 and placebo, saline.
std::vector<nma::Study> ToyStudies();

// `pain-6m`: MD of pain at 6m on the fine map, with defaults filled in.
v1::Analysis PainAnalysis();
// `adverse`: OR of adverse at any time on the fine map, likewise.
v1::Analysis AdverseAnalysis();

// A trial of arms `ha` and `msc1` (each named after its treatment) that reports
// pain at 6m on vas: valid, and whole for PainAnalysis.
v1::Trial ToyTrial(const std::string& id = "alpha");

// A trial with these arms, each named after its treatment, and a report, but
// no results.
v1::Trial TrialOf(const std::string& id,
                  const std::vector<std::string>& treatments);

// Adds a result of pain at 6m (final values) of `arms`, joined by +.
v1::Result* AddPain(const std::string& arms, const std::string& instrument,
                    double mean, double sd, int n, v1::Trial* trial);
// Adds a result of adverse at any time.
v1::Result* AddEvents(const std::string& arm, int events, int n,
                      v1::Trial* trial);
// Adds a contrast of pain at 6m as a mean difference.
v1::Contrast* AddContrast(const std::string& first, const std::string& second,
                          double effect, double se, v1::Trial* trial);

// Changes.
v1::Change PutReview(const v1::Review& review);
v1::Change PutAnalyses(const std::vector<v1::Analysis>& analyses);
v1::Change Submit(const std::vector<v1::Trial>& trials);
v1::Change Correct(const std::string& trial, const std::string& path,
                   const std::string& value);
v1::Change SetStatus(const std::vector<std::string>& trials,
                     v1::TrialStatus::Code status,
                     const std::string& notice = "");

}  // namespace tidemark::testing

#endif  // TIDEMARK_REVIEW_TESTING_TOY_REVIEW_H_
