#include "nma/testing/rare_events.h"

#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace tidemark::nma {

using nlohmann::json;

json RecordedRareEvents() {
  std::ifstream file("nma/testdata/rare_events.json");
  return json::parse(file);
}

std::vector<Study> StudiesOf(const json& rows) {
  std::map<std::string, std::vector<BinaryArm>> arms;
  for (const json& row : rows) {
    arms[row["study"]].push_back(
        {row["treatment"], row["events"], row["total"]});
  }
  std::vector<Study> studies;
  for (auto& [id, of_study] : arms) studies.push_back({id, of_study});
  return studies;
}

}  // namespace tidemark::nma
