#include "nma/testing/transformed_studies.h"

#include <cstddef>
#include <iterator>
#include <set>

#include "Eigen/Core"

namespace tidemark::nma {
namespace {

StudyEffects Renamed(const StudyEffects& study,
                     const std::map<std::string, std::string>& names) {
  std::map<std::string, Eigen::Index> arms;  // old arm by new name
  for (size_t i = 0; i < study.treatments.size(); ++i) {
    arms[names.at(study.treatments[i])] = static_cast<Eigen::Index>(i);
  }
  const Eigen::Index m = study.effects.size();
  // The new effects from the old ones: arm i is effect i - 1.
  Eigen::MatrixXd change = Eigen::MatrixXd::Zero(m, m);
  const Eigen::Index base = arms.begin()->second;
  if (base > 0) change.col(base - 1).setConstant(-1);
  StudyEffects renamed{study.study, {arms.begin()->first}, {}, {}};
  for (auto it = std::next(arms.begin()); it != arms.end(); ++it) {
    const auto row = static_cast<Eigen::Index>(renamed.treatments.size()) - 1;
    if (it->second > 0) change(row, it->second - 1) += 1;
    renamed.treatments.push_back(it->first);
  }
  renamed.effects = change * study.effects;
  renamed.covariance = change * study.covariance * change.transpose();
  return renamed;
}

}  // namespace

std::vector<StudyEffects> Rescaled(std::vector<StudyEffects> studies,
                                   double unit) {
  for (StudyEffects& study : studies) {
    study.effects *= unit;
    study.covariance *= unit * unit;
  }
  return studies;
}

std::vector<StudyEffects> Renamed(
    const std::vector<StudyEffects>& studies,
    const std::map<std::string, std::string>& names) {
  std::vector<StudyEffects> renamed;
  renamed.reserve(studies.size());
  for (const StudyEffects& study : studies) {
    renamed.push_back(Renamed(study, names));
  }
  return renamed;
}

std::map<std::string, std::string> ReversingNames(
    const std::vector<StudyEffects>& studies) {
  std::set<std::string> treatments;
  for (const StudyEffects& study : studies) {
    treatments.insert(study.treatments.begin(), study.treatments.end());
  }
  std::map<std::string, std::string> names;
  auto last = treatments.rbegin();
  for (const std::string& treatment : treatments) names[treatment] = *last++;
  return names;
}

}  // namespace tidemark::nma
