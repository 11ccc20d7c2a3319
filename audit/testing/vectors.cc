#include "audit/testing/vectors.h"

#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"

namespace tidemark::audit {

const nlohmann::json& MerkleVectors() {
  static const auto* const vectors = [] {
    std::ifstream file("audit/testdata/merkle_vectors.json");
    return new nlohmann::json(nlohmann::json::parse(file));
  }();
  return *vectors;
}

std::string Unhex(const nlohmann::json& hex) {
  return absl::HexStringToBytes(hex.get<std::string>());
}

Digest DigestOf(const nlohmann::json& hex) {
  return DigestFromHex(hex.get<std::string>()).value();
}

std::vector<Digest> DigestsOf(const nlohmann::json& list) {
  std::vector<Digest> digests;
  for (const nlohmann::json& hex : list) digests.push_back(DigestOf(hex));
  return digests;
}

}  // namespace tidemark::audit
