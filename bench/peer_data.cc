// Writes what bench/peer_r.R fits as well: DIR/studies.csv, two-arm studies of
// a simulated network, and DIR/ours.csv, what this engine makes of them.
//
// Usage: peer_data DIR
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "Eigen/Core"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "bench/simulated_network.h"
#include "nma/effects.h"
#include "nma/heterogeneity.h"
#include "nma/network_fit.h"

namespace tidemark::bench {
namespace {

constexpr NetworkSize kSize = {/*treatments=*/50, /*studies=*/500};

void WriteStudies(const std::vector<nma::StudyEffects>& studies,
                  std::ostream& out) {
  out << "study,base,other,effect,variance\n";
  for (const nma::StudyEffects& study : studies) {
    out << absl::StrFormat("%s,%s,%s,%.17g,%.17g\n", study.study,
                           study.treatments[0], study.treatments[1],
                           study.effects[0], study.covariance(0, 0));
  }
}

// tau^2 and, under the random-effects model, each treatment versus the first.
void WriteFit(const std::vector<nma::StudyEffects>& studies,
              nma::Tau2Method method, const char* name, std::ostream& out) {
  nma::FitOptions options;
  options.tau2_method = method;
  const absl::StatusOr<nma::NetworkFit> fit = nma::FitNetwork(studies, options);
  if (!fit.ok()) {
    std::cerr << fit.status() << "\n";
    std::abort();
  }
  out << absl::StrFormat("%s,tau2,%.17g\n", name, fit->heterogeneity[0].tau2);
  for (size_t t = 1; t < fit->treatments.size(); ++t) {
    out << absl::StrFormat("%s,%s,%.17g\n", name, fit->treatments[t],
                           fit->random.effects[static_cast<Eigen::Index>(t)]);
  }
}

int Run(const std::string& directory) {
  const std::vector<nma::StudyEffects> studies = SimulatedNetwork(kSize);
  std::ofstream data(directory + "/studies.csv");
  WriteStudies(studies, data);
  std::ofstream ours(directory + "/ours.csv");
  ours << "method,quantity,value\n";
  WriteFit(studies, nma::Tau2Method::kDerSimonianLaird, "DL", ours);
  WriteFit(studies, nma::Tau2Method::kRestrictedMaximumLikelihood, "REML",
           ours);
  data.close();
  ours.close();
  if (data && ours) return 0;
  std::cerr << "cannot write to " << directory << "\n";
  return 1;
}

}  // namespace
}  // namespace tidemark::bench

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: peer_data DIR\n";
    return 2;
  }
  return tidemark::bench::Run(argv[1]);
}
