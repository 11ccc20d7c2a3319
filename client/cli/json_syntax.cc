#include "client/cli/json_syntax.h"

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "nlohmann/json.hpp"

namespace tidemark::cli {
namespace {

// What libprotobuf admits. Deeper documents, which no message has, would
// exhaust the stack of those who walk over them.
constexpr int kMostNested = 100;

// Receives the parts of a document; false ends the parse.
class Checker final : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_array(std::size_t) override { return Enter(); }
  bool end_array() override {
    --depth_;
    return true;
  }

  bool start_object(std::size_t) override {
    keys_.emplace_back();
    return Enter();
  }

  bool end_object() override {
    keys_.pop_back();
    --depth_;
    return true;
  }

  bool key(string_t& name) override {
    if (keys_.back().insert(name).second) return true;
    error_ = absl::StrCat("the key `", name, "` stands twice in one object");
    return false;
  }

  bool parse_error(std::size_t, const std::string&,
                   const nlohmann::detail::exception& error) override {
    // `[json.exception.parse_error.101] parse error at line 3, column 5: …`
    absl::string_view message = error.what();
    const size_t end_of_id = message.find("] ");
    if (end_of_id != absl::string_view::npos) {
      message.remove_prefix(end_of_id + 2);
    }
    absl::ConsumePrefix(&message, "parse error at ");
    error_.assign(message.data(), message.size());
    return false;
  }

  const std::string& error() const { return error_; }

 private:
  bool Enter() {
    if (++depth_ <= kMostNested) return true;
    error_ = absl::StrCat("lists and objects are nested more than ",
                          kMostNested, " deep");
    return false;
  }

  int depth_ = 0;
  std::vector<std::set<std::string>> keys_;
  std::string error_;
};

}  // namespace

absl::Status CheckJsonSyntax(const std::string& text) {
  Checker checker;
  if (nlohmann::json::sax_parse(text, &checker)) return absl::OkStatus();
  return absl::InvalidArgumentError(checker.error());
}

}  // namespace tidemark::cli
