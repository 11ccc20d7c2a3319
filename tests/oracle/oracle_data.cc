#include "tests/oracle/oracle_data.h"

#include <fstream>
#include <optional>
#include <sstream>
#include <utility>

namespace tidemark::nma {
namespace {

using nlohmann::json;

constexpr const char* kDirectory = "tests/oracle/testdata/";

constexpr const char* kDataSets[] = {
    "Dogliotti2014", "Franchini2012", "Gurusamy2011",
    "Linde2016",     "Senn2013",      "Woods2010",
    "dietaryfat",    "parkinson",     "smokingcessation",
};

std::optional<EffectMeasure> Measure(const std::string& name) {
  for (const EffectMeasure measure :
       {EffectMeasure::kOddsRatio, EffectMeasure::kRiskRatio,
        EffectMeasure::kRiskDifference, EffectMeasure::kMeanDifference,
        EffectMeasure::kStandardizedMeanDifference,
        EffectMeasure::kIncidenceRateRatio}) {
    if (ShortName(measure) == name) return measure;
  }
  return std::nullopt;
}

std::optional<Tau2Method> Method(const std::string& name) {
  if (name == "DL") return Tau2Method::kDerSimonianLaird;
  if (name == "REML") return Tau2Method::kRestrictedMaximumLikelihood;
  if (name == "ML") return Tau2Method::kMaximumLikelihood;
  if (name == "PM") return Tau2Method::kPauleMandel;
  return std::nullopt;
}

BinaryArm ToArm(const json& row, BinaryArm*) {
  return {row["treatment"], row["event"], row["n"]};
}
ContinuousArm ToArm(const json& row, ContinuousArm*) {
  return {row["treatment"], row["mean"], row["sd"], row["n"]};
}
RateArm ToArm(const json& row, RateArm*) {
  return {row["treatment"], row["event"], row["time"]};
}
Contrast ToArm(const json& row, Contrast*) {
  return {row["treat1"], row["treat2"], row["TE"], row["seTE"]};
}

// Rows of one study follow each other or not; studies keep their first place.
template <typename Row>
std::vector<Study> ToStudies(const json& rows, const char* id_key) {
  std::vector<Study> studies;
  for (const json& row : rows) {
    const std::string id = row[id_key];
    Study* study = nullptr;
    for (Study& known : studies) {
      if (known.id == id) study = &known;
    }
    if (study == nullptr) {
      study = &studies.emplace_back(Study{id, std::vector<Row>()});
    }
    std::get<std::vector<Row>>(study->data)
        .push_back(ToArm(row, static_cast<Row*>(nullptr)));
  }
  return studies;
}

std::vector<Study> Arms(const json& data_set) {
  if (data_set["data_kind"] == "contrast") return {};
  const json& arms = data_set["arms"];
  if (data_set["data_kind"] == "binary") {
    return ToStudies<BinaryArm>(arms, "study");
  }
  if (data_set["data_kind"] == "continuous") {
    return ToStudies<ContinuousArm>(arms, "study");
  }
  return ToStudies<RateArm>(arms, "study");
}

}  // namespace

json LoadJson(const std::string& file_name) {
  std::ifstream file(kDirectory + file_name);
  return json::parse(file);
}

std::vector<OracleFit> LoadOracleFits() {
  std::vector<OracleFit> fits;
  for (const std::string data_set : kDataSets) {
    const json contents = LoadJson(data_set + ".json");
    for (const json& expected : contents["fits"]) {
      const std::string measure = expected["effect_measure"];
      const std::string method = expected["method_tau"];
      if (!Measure(measure).has_value() || !Method(method).has_value()) {
        continue;
      }
      fits.push_back({data_set + "_" + measure + "_" + method,
                      *Measure(measure), *Method(method), Arms(contents),
                      ToStudies<Contrast>(expected["contrasts"], "studlab"),
                      expected});
    }
  }
  return fits;
}

std::vector<Study> LoadBaker2009() {
  std::ifstream file(std::string(kDirectory) + "Baker2009_arms.csv");
  std::string line;
  std::getline(file, line);  // study,treatment,event,n
  json rows = json::array();
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    std::string study, treatment, event, n;
    std::getline(cells, study, ',');
    std::getline(cells, treatment, ',');
    std::getline(cells, event, ',');
    std::getline(cells, n, ',');
    rows.push_back({{"study", study},
                    {"treatment", treatment},
                    {"event", std::stod(event)},
                    {"n", std::stod(n)}});
  }
  return ToStudies<BinaryArm>(rows, "study");
}

std::vector<Study> LoadToyStudies() {
  std::ifstream file(std::string(kDirectory) + "toy_arms.csv");
  std::string line;
  std::getline(file, line);  // study,treatment,n,mean,sd
  json rows = json::array();
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    std::string study, treatment, n, mean, sd;
    std::getline(cells, study, ',');
    std::getline(cells, treatment, ',');
    std::getline(cells, n, ',');
    std::getline(cells, mean, ',');
    std::getline(cells, sd, ',');
    rows.push_back({{"study", study},
                    {"treatment", treatment},
                    {"n", std::stod(n)},
                    {"mean", std::stod(mean)},
                    {"sd", std::stod(sd)}});
  }
  return ToStudies<ContinuousArm>(rows, "study");
}

}  // namespace tidemark::nma
