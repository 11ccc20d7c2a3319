#include "audit/leaf.h"

#include <cstdint>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "audit/big_endian.h"
#include "base/status_macros.h"
#include "base/utf8.h"

namespace tidemark::audit {
namespace {

constexpr uint8_t kFormatVersion = 1;
constexpr int kIntBytes = 8;
constexpr int kLengthBytes = 2;
constexpr size_t kMaxLength = 0xFFFF;

absl::Status Invalid(absl::string_view field, absl::string_view rule) {
  return absl::InvalidArgumentError(absl::StrCat("leaf: ", field, " ", rule));
}

// The order of the fields, for both directions. Coder has Int, String, Digest
// and Analyses, each of which returns an absl::Status.
template <typename Coder, typename LeafType>
absl::Status CodeFields(Coder& coder, LeafType& leaf) {
  RETURN_IF_ERROR(coder.Int("epoch", leaf.epoch));
  RETURN_IF_ERROR(coder.Int("sequence", leaf.sequence));
  RETURN_IF_ERROR(coder.Int("time_unix_nanos", leaf.time_unix_nanos));
  RETURN_IF_ERROR(coder.String("actor", leaf.actor));
  RETURN_IF_ERROR(coder.String("auth_method", leaf.auth_method));
  RETURN_IF_ERROR(coder.String("action", leaf.action));
  RETURN_IF_ERROR(coder.String("resource", leaf.resource));
  RETURN_IF_ERROR(coder.Int("version_before", leaf.version_before));
  RETURN_IF_ERROR(coder.Int("version_after", leaf.version_after));
  RETURN_IF_ERROR(coder.String("reason", leaf.reason));
  RETURN_IF_ERROR(coder.String("request_id", leaf.request_id));
  RETURN_IF_ERROR(coder.String("engine_build", leaf.engine_build));
  RETURN_IF_ERROR(coder.Hash("change_commitment", leaf.change_commitment));
  return coder.Analyses(leaf.analyses);
}

class Encoder {
 public:
  absl::Status Int(absl::string_view field, int64_t value) {
    if (value < 0) {
      return Invalid(field, absl::StrCat("must be >= 0, not ", value));
    }
    AppendBigEndian(static_cast<uint64_t>(value), kIntBytes, &bytes_);
    return absl::OkStatus();
  }

  absl::Status String(absl::string_view field, absl::string_view value) {
    if (value.size() > kMaxLength) {
      return Invalid(field, absl::StrCat("must have at most ", kMaxLength,
                                         " bytes, not ", value.size()));
    }
    if (!IsUtf8(value)) return Invalid(field, "must be UTF-8");
    AppendBigEndian(value.size(), kLengthBytes, &bytes_);
    bytes_.append(value.data(), value.size());
    return absl::OkStatus();
  }

  absl::Status Hash(absl::string_view /*field*/, const Digest& value) {
    bytes_.append(value.begin(), value.end());
    return absl::OkStatus();
  }

  absl::Status Analyses(const std::vector<Leaf::AnalysisDigest>& analyses) {
    if (analyses.size() > kMaxLength) {
      return Invalid("analyses", absl::StrCat("must be at most ", kMaxLength,
                                              ", not ", analyses.size()));
    }
    AppendBigEndian(analyses.size(), kLengthBytes, &bytes_);
    for (const Leaf::AnalysisDigest& analysis : analyses) {
      RETURN_IF_ERROR(String("analyses.analysis", analysis.analysis));
      RETURN_IF_ERROR(Hash("analyses.inputs", analysis.inputs));
      RETURN_IF_ERROR(Hash("analyses.estimate", analysis.estimate));
    }
    return absl::OkStatus();
  }

  std::string& bytes() { return bytes_; }

 private:
  std::string bytes_ = std::string(1, kFormatVersion);
};

class Decoder {
 public:
  // `bytes` follow the format version.
  explicit Decoder(absl::string_view bytes) : rest_(bytes) {}

  absl::Status Int(absl::string_view field, int64_t& value) {
    uint64_t number = 0;
    if (!ConsumeBigEndian(&rest_, kIntBytes, &number)) return CutShort(field);
    if (number > uint64_t{std::numeric_limits<int64_t>::max()}) {
      return Invalid(field, absl::StrCat("must be < 2^63, not ", number));
    }
    value = static_cast<int64_t>(number);
    return absl::OkStatus();
  }

  absl::Status String(absl::string_view field, std::string& value) {
    uint64_t length = 0;
    if (!ConsumeBigEndian(&rest_, kLengthBytes, &length) ||
        rest_.size() < length) {
      return CutShort(field);
    }
    value = std::string(rest_.substr(0, length));
    rest_.remove_prefix(length);
    if (!IsUtf8(value)) return Invalid(field, "must be UTF-8");
    return absl::OkStatus();
  }

  absl::Status Hash(absl::string_view field, Digest& value) {
    if (rest_.size() < value.size()) return CutShort(field);
    ASSIGN_OR_RETURN(value, DigestFromBytes(rest_.substr(0, value.size())));
    rest_.remove_prefix(value.size());
    return absl::OkStatus();
  }

  absl::Status Analyses(std::vector<Leaf::AnalysisDigest>& analyses) {
    uint64_t count = 0;
    if (!ConsumeBigEndian(&rest_, kLengthBytes, &count)) {
      return CutShort("analyses");
    }
    for (uint64_t i = 0; i < count; ++i) {
      Leaf::AnalysisDigest& analysis = analyses.emplace_back();
      RETURN_IF_ERROR(String("analyses.analysis", analysis.analysis));
      RETURN_IF_ERROR(Hash("analyses.inputs", analysis.inputs));
      RETURN_IF_ERROR(Hash("analyses.estimate", analysis.estimate));
    }
    return absl::OkStatus();
  }

  absl::Status CheckAtEnd() const {
    if (rest_.empty()) return absl::OkStatus();
    return Invalid("its end", absl::StrCat("is followed by ", rest_.size(),
                                           " more bytes"));
  }

 private:
  static absl::Status CutShort(absl::string_view field) {
    return Invalid(field, "is cut short");
  }

  absl::string_view rest_;
};

// The rules beyond the shape of the bytes, the same in both directions.
absl::Status CheckRules(const Leaf& leaf) {
  if (leaf.sequence == 0) return Invalid("sequence", "must be >= 1, not 0");
  const std::string* previous = nullptr;
  for (const Leaf::AnalysisDigest& analysis : leaf.analyses) {
    if (analysis.analysis.empty()) {
      return Invalid("analyses.analysis", "must not be empty");
    }
    if (previous != nullptr && *previous >= analysis.analysis) {
      return Invalid("analyses",
                     absl::StrCat("must ascend strictly, but ", *previous,
                                  " stands before ", analysis.analysis));
    }
    previous = &analysis.analysis;
  }
  return absl::OkStatus();
}

absl::Status CheckSize(size_t size) {
  if (size <= kMaxLeafBytes) return absl::OkStatus();
  return Invalid(
      "its encoding",
      absl::StrCat("must have at most ", kMaxLeafBytes, " bytes, not ", size));
}

auto Fields(const Leaf& leaf) {
  return std::tie(leaf.epoch, leaf.sequence, leaf.time_unix_nanos, leaf.actor,
                  leaf.auth_method, leaf.action, leaf.resource,
                  leaf.version_before, leaf.version_after, leaf.reason,
                  leaf.request_id, leaf.engine_build, leaf.change_commitment,
                  leaf.analyses);
}

}  // namespace

bool operator==(const Leaf::AnalysisDigest& a, const Leaf::AnalysisDigest& b) {
  return a.analysis == b.analysis && a.inputs == b.inputs &&
         a.estimate == b.estimate;
}

bool operator==(const Leaf& a, const Leaf& b) { return Fields(a) == Fields(b); }

absl::StatusOr<std::string> EncodeLeaf(const Leaf& leaf) {
  RETURN_IF_ERROR(CheckRules(leaf));
  Encoder encoder;
  RETURN_IF_ERROR(CodeFields(encoder, leaf));
  RETURN_IF_ERROR(CheckSize(encoder.bytes().size()));
  return std::move(encoder.bytes());
}

absl::StatusOr<Leaf> DecodeLeaf(absl::string_view bytes) {
  RETURN_IF_ERROR(CheckSize(bytes.size()));
  if (bytes.empty() || static_cast<uint8_t>(bytes[0]) != kFormatVersion) {
    return Invalid("format version",
                   bytes.empty()
                       ? "is missing"
                       : absl::StrCat("must be ", kFormatVersion, ", not ",
                                      static_cast<uint8_t>(bytes[0])));
  }
  Leaf leaf;
  Decoder decoder(bytes.substr(1));
  RETURN_IF_ERROR(CodeFields(decoder, leaf));
  RETURN_IF_ERROR(decoder.CheckAtEnd());
  RETURN_IF_ERROR(CheckRules(leaf));
  return leaf;
}

absl::StatusOr<Digest> ChangeCommitment(absl::string_view salt,
                                        absl::string_view change) {
  if (salt.size() != kSaltBytes) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the salt of a change has ", kSaltBytes, " bytes, not ", salt.size()));
  }
  return Sha256Hasher().Update(salt).Update(change).Finish();
}

std::string RedactedSalt() { return std::string(kSaltBytes, '\0'); }

bool IsRedactedSalt(absl::string_view salt) { return salt == RedactedSalt(); }

}  // namespace tidemark::audit
