// Messages from JSON files.
#ifndef TIDEMARK_CLIENT_CLI_JSON_FILES_H_
#define TIDEMARK_CLIENT_CLI_JSON_FILES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"

namespace google::protobuf {
class Message;
}

namespace tidemark::cli {

// The bytes of a file; `-` is standard input. NOT_FOUND: it cannot be read.
absl::StatusOr<std::string> ReadInput(const std::string& path);

// One JSON object of a file, and where it stands for error messages.
struct JsonObject {
  std::string json;
  std::string place;  // `trials.json`, or `trials.json[2]` inside a list
};

// The objects of `text`: one object, a list of objects, or `{list_name:
// [...]}`.
//
// INVALID_ARGUMENT, naming `file` and if it is a matter of syntax line and
// column: no JSON, a key twice in one object, an element that is no object, no
// element at all. An empty `list_name` admits one object only.
absl::StatusOr<std::vector<JsonObject>> SplitJson(const std::string& file,
                                                  const std::string& text,
                                                  const std::string& list_name);

// Parses protobuf JSON. INVALID_ARGUMENT, naming the place, the field and the
// value: an unknown field or a value that does not fit.
absl::Status ParseJsonObject(const JsonObject& object,
                             google::protobuf::Message* message);

template <typename T>
struct FromFile {
  T message;
  std::string place;
};

// Every message of every file, in order. See SplitJson.
template <typename T>
absl::StatusOr<std::vector<FromFile<T>>> ReadJsonFiles(
    const std::vector<std::string>& files, const std::string& list_name) {
  std::vector<FromFile<T>> messages;
  for (const std::string& file : files) {
    ASSIGN_OR_RETURN(const std::string text, ReadInput(file));
    ASSIGN_OR_RETURN(const auto objects, SplitJson(file, text, list_name));
    for (const JsonObject& object : objects) {
      messages.push_back({T(), object.place});
      RETURN_IF_ERROR(ParseJsonObject(object, &messages.back().message));
    }
  }
  return messages;
}

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_JSON_FILES_H_
