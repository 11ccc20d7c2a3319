#include "client/cli/json_files.h"

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/cli/json_syntax.h"
#include "google/protobuf/message.h"
#include "google/protobuf/util/json_util.h"
#include "nlohmann/json.hpp"

namespace tidemark::cli {
namespace {

// Everything up to the end; the stream is bad if there was an error.
std::string Read(std::istream& stream) {
  std::string text;
  char chunk[1 << 16];
  do {
    stream.read(chunk, sizeof(chunk));
    text.append(chunk, static_cast<size_t>(stream.gcount()));
  } while (stream);
  return text;
}

absl::Status CannotRead(const std::string& path) {
  return absl::NotFoundError(
      absl::StrCat("cannot read ", path, ": ", std::strerror(errno)));
}

}  // namespace

absl::StatusOr<std::string> ReadInput(const std::string& path) {
  if (path == "-") return Read(std::cin);
  std::ifstream file(path, std::ios::binary);
  if (!file) return CannotRead(path);
  std::string text = Read(file);
  if (file.bad()) return CannotRead(path);  // a directory, for one
  return text;
}

absl::StatusOr<std::vector<JsonObject>> SplitJson(
    const std::string& file, const std::string& text,
    const std::string& list_name) {
  const std::string name = file == "-" ? "standard input" : file;
  const absl::Status syntax = CheckJsonSyntax(text);
  if (!syntax.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, ": ", syntax.message()));
  }
  const auto document = nlohmann::json::parse(text, nullptr, false);
  const nlohmann::json* list = nullptr;
  if (!list_name.empty() && document.is_array()) list = &document;
  if (!list_name.empty() && document.is_object() && document.size() == 1 &&
      document.begin().key() == list_name && document.begin()->is_array()) {
    list = &*document.begin();
  }
  std::vector<JsonObject> objects;
  if (list == nullptr) {
    objects.push_back({document.dump(), name});
  } else {
    for (size_t i = 0; i < list->size(); ++i) {
      objects.push_back({(*list)[i].dump(), absl::StrCat(name, "[", i, "]")});
    }
  }
  if (objects.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, ": the list is empty"));
  }
  for (const JsonObject& object : objects) {
    if (object.json.front() != '{') {
      return absl::InvalidArgumentError(
          absl::StrCat(object.place, ": expected a JSON object, found ",
                       object.json.substr(0, 40)));
    }
  }
  return objects;
}

absl::Status ParseJsonObject(const JsonObject& object,
                             google::protobuf::Message* message) {
  const auto status =
      google::protobuf::util::JsonStringToMessage(object.json, message);
  if (status.ok()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      object.place, ": ",
      std::string(status.message().data(), status.message().size())));
}

}  // namespace tidemark::cli
