// audit/testdata/merkle_vectors.json: roots, proofs and signed notes that other
// implementations published or that were checked against them.
#ifndef TIDEMARK_AUDIT_TESTING_VECTORS_H_
#define TIDEMARK_AUDIT_TESTING_VECTORS_H_

#include <string>
#include <vector>

#include "audit/sha256.h"
#include "nlohmann/json.hpp"

namespace tidemark::audit {

// The whole file. Throws (which fails the test) if it cannot be read.
const nlohmann::json& MerkleVectors();

// The bytes of a string of hexadecimal digits.
std::string Unhex(const nlohmann::json& hex);

Digest DigestOf(const nlohmann::json& hex);
std::vector<Digest> DigestsOf(const nlohmann::json& list);

}  // namespace tidemark::audit

#endif  // TIDEMARK_AUDIT_TESTING_VECTORS_H_
