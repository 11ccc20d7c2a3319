#include "storage/keys.h"

#include <cstdint>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "audit/big_endian.h"

namespace tidemark::storage {
namespace {

constexpr char kTerminator = '\0';
constexpr int kIntBytes = 8;

std::string TwoPartKey(absl::string_view id, int64_t number) {
  return KeyWriter().String(id).Int(number).Take();
}

}  // namespace

absl::Status CheckId(absl::string_view what, absl::string_view id) {
  if (!id.empty() && id.size() <= kMaxIdBytes &&
      id.find(kTerminator) == absl::string_view::npos) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("the id of a ", what, " has 1 to ", kMaxIdBytes,
                   " bytes without NUL; this one has ", id.size(), ": \"",
                   absl::CHexEscape(id.substr(0, 80)), "\""));
}

KeyWriter& KeyWriter::String(absl::string_view part) {
  key_.append(part.data(), part.size());
  key_.push_back(kTerminator);
  return *this;
}

KeyWriter& KeyWriter::Int(int64_t value) {
  audit::AppendBigEndian(static_cast<uint64_t>(value), kIntBytes, &key_);
  return *this;
}

KeyWriter& KeyWriter::Byte(uint8_t value) {
  key_.push_back(static_cast<char>(value));
  return *this;
}

bool KeyReader::String(std::string* part) {
  const size_t end = rest_.find(kTerminator);
  if (end == absl::string_view::npos) return false;
  *part = std::string(rest_.substr(0, end));
  rest_.remove_prefix(end + 1);
  return true;
}

bool KeyReader::Int(int64_t* value) {
  uint64_t number = 0;
  absl::string_view rest = rest_;
  if (!audit::ConsumeBigEndian(&rest, kIntBytes, &number) ||
      static_cast<int64_t>(number) < 0) {
    return false;
  }
  rest_ = rest;
  *value = static_cast<int64_t>(number);
  return true;
}

bool KeyReader::Byte(uint8_t* value) {
  if (rest_.empty()) return false;
  *value = static_cast<uint8_t>(rest_[0]);
  rest_.remove_prefix(1);
  return true;
}

std::string PrefixEnd(absl::string_view prefix) {
  std::string end(prefix);
  while (static_cast<uint8_t>(end.back()) == 0xFF) end.pop_back();
  end.back() = static_cast<char>(end.back() + 1);
  return end;
}

std::string LogKey(absl::string_view review, int64_t sequence) {
  return TwoPartKey(review, sequence);
}

std::string ChangeKey(absl::string_view review, int64_t sequence) {
  return TwoPartKey(review, sequence);
}

std::string MerkleKey(absl::string_view review, int level, int64_t index) {
  return KeyWriter()
      .String(review)
      .Byte(static_cast<uint8_t>(level))
      .Int(index)
      .Take();
}

std::string VersionKey(absl::string_view review, absl::string_view id,
                       int64_t sequence) {
  return KeyWriter().String(review).String(id).Int(sequence).Take();
}

std::string CheckpointKey(absl::string_view review, int64_t size) {
  return TwoPartKey(review, size);
}

std::string RequestKey(absl::string_view review, absl::string_view request_id) {
  return KeyWriter().String("request").String(review).String(request_id).Take();
}

}  // namespace tidemark::storage
