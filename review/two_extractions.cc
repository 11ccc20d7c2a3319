#include "review/two_extractions.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "review/check.h"
#include "review/field_path.h"
#include "review/field_values.h"
#include "review/redaction.h"

namespace tidemark::review {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::OneofDescriptor;
using google::protobuf::Reflection;

// What holds where two extractions differ.
struct Decision {
  bool take_second = false;
  // In place of both. Not of a whole.
  std::optional<std::string> value;
};

// Asked in the order of the record.
using Decide = absl::FunctionRef<Decision(const ExtractionConflict&)>;

// The fields of an element or record, in one line.
std::string TextOfWhole(const Message& whole) {
  return absl::StrJoin(FieldsOf(whole), "; ",
                       [](std::string* out, const FieldValue& field) {
                         absl::StrAppend(out, field.path, " ", field.value);
                       });
}

// Empty if it is not set, whether or not it could tell.
std::string TextOf(const Message& message, const FieldDescriptor& field) {
  return message.GetReflection()->HasField(message, &field)
             ? ScalarText(message, field)
             : "";
}

// Whether elements of the list are named by their place alone.
bool IsUnnamed(const FieldDescriptor& field) {
  const Message* element =
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(
          field.message_type());
  return ElementKey(*element, 1) == "1";
}

// A list of words or numbers, or of elements without names.
std::string TextOfList(const Message& message, const FieldDescriptor& field) {
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
    return ListText(message, field);
  }
  std::vector<std::string> elements;
  const Reflection& of = *message.GetReflection();
  for (int i = 0; i < of.FieldSize(message, &field); ++i) {
    elements.push_back(TextOfWhole(of.GetRepeatedMessage(message, &field, i)));
  }
  return absl::StrJoin(elements, " | ");
}

bool AreWords(const FieldDescriptor& field, const std::string& first,
              const std::string& second) {
  return field.type() == FieldDescriptor::TYPE_STRING &&
         KeptOf(field, first) == KeptOf(field, second);
}

// Whether no oneof of the two holds different members.
bool AreOfOneKind(const Message& first, const Message& second) {
  const Reflection& of = *first.GetReflection();
  const auto* type = first.GetDescriptor();
  for (int i = 0; i < type->real_oneof_decl_count(); ++i) {
    const OneofDescriptor* oneof = type->oneof_decl(i);
    if (!of.HasOneof(first, oneof) || !of.HasOneof(second, oneof)) continue;
    if (of.GetOneofFieldDescriptor(first, oneof) !=
        of.GetOneofFieldDescriptor(second, oneof)) {
      return false;
    }
  }
  return true;
}

// Walks over two records of one type. `made` begins as the first one and
// becomes what is decided.
class Walk {
 public:
  Walk(Decide decide, Violations* violations)
      : decide_(decide), violations_(violations) {}

  void Records(const Message& first, const Message& second,
               const std::string& prefix, Message* made) {
    const auto* type = first.GetDescriptor();
    for (int i = 0; i < type->field_count(); ++i) {
      const FieldDescriptor& field = *type->field(i);
      const std::string path = absl::StrCat(prefix, field.name());
      const bool is_message =
          field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
      if (field.is_map()) {
        Map(first, second, field, path, made);
      } else if (field.is_repeated() && is_message && !IsUnnamed(field)) {
        List(first, second, field, path, made);
      } else if (field.is_repeated()) {
        WholeList(first, second, field, path, made);
      } else if (is_message) {
        Record(first, second, field, path, made);
      } else {
        Scalar(first, second, field, path, made);
      }
    }
  }

 private:
  // True: the second one's holds.
  bool TakesSecond(const std::string& path, std::string first,
                   std::string second) {
    return decide_({path, std::move(first), std::move(second),
                    /*is_whole=*/true, /*is_words=*/false})
        .take_second;
  }

  static void Copy(const Message& from, const FieldDescriptor& field,
                   Message* made) {
    const std::unique_ptr<Message> copy(from.New());
    copy->CopyFrom(from);
    made->GetReflection()->SwapFields(made, copy.get(), {&field});
  }

  void Set(const std::string& path, const std::string& step,
           const std::string& value, Message* made) {
    const absl::Status status = SetField(step, value, made).status();
    if (!status.ok()) violations_->Add(path, status.message());
  }

  void Scalar(const Message& first, const Message& second,
              const FieldDescriptor& field, const std::string& path,
              Message* made) {
    const std::string a = TextOf(first, field);
    const std::string b = TextOf(second, field);
    if (a == b) return;
    const Decision decision =
        decide_({path, a, b, /*is_whole=*/false, AreWords(field, a, b)});
    if (decision.value.has_value()) {
      Set(path, field.name(), *decision.value, made);
    } else if (decision.take_second) {
      Copy(second, field, made);
    }
  }

  void Map(const Message& first, const Message& second,
           const FieldDescriptor& field, const std::string& path,
           Message* made) {
    const std::map<std::string, std::string> a = EntriesOf(first, field);
    const std::map<std::string, std::string> b = EntriesOf(second, field);
    std::set<std::string> keys;
    for (const auto& entry : a) keys.insert(entry.first);
    for (const auto& entry : b) keys.insert(entry.first);
    for (const std::string& key : keys) {
      const auto text = [&key](const auto& entries) {
        const auto found = entries.find(key);
        return found == entries.end() ? "" : found->second;
      };
      if (text(a) == text(b)) continue;
      const std::string step = absl::StrCat(field.name(), "[", key, "]");
      const std::string entry_path = absl::StrCat(path, "[", key, "]");
      const Decision decision = decide_(
          {entry_path, text(a), text(b), /*is_whole=*/false,
           AreWords(*field.message_type()->map_value(), text(a), text(b))});
      if (decision.value.has_value()) {
        Set(entry_path, step, *decision.value, made);
      } else if (decision.take_second) {
        Set(entry_path, step, text(b), made);
      }
    }
  }

  static std::map<std::string, std::string> EntriesOf(
      const Message& message, const FieldDescriptor& field) {
    std::map<std::string, std::string> entries;
    const Reflection& of = *message.GetReflection();
    for (int i = 0; i < of.FieldSize(message, &field); ++i) {
      const Message& entry = of.GetRepeatedMessage(message, &field, i);
      entries[ScalarText(entry, *field.message_type()->map_key())] =
          ScalarText(entry, *field.message_type()->map_value());
    }
    return entries;
  }

  void WholeList(const Message& first, const Message& second,
                 const FieldDescriptor& field, const std::string& path,
                 Message* made) {
    const std::string a = TextOfList(first, field);
    const std::string b = TextOfList(second, field);
    if (a != b && TakesSecond(path, a, b)) Copy(second, field, made);
  }

  void Record(const Message& first, const Message& second,
              const FieldDescriptor& field, const std::string& path,
              Message* made) {
    const Reflection& of = *first.GetReflection();
    const bool has_first = of.HasField(first, &field);
    const bool has_second = of.HasField(second, &field);
    if (!has_first && !has_second) return;
    const Message& a = of.GetMessage(first, &field);
    const Message& b = of.GetMessage(second, &field);
    if (has_first && has_second) {
      return Records(a, b, path + ".", of.MutableMessage(made, &field));
    }
    if (TakesSecond(path, TextOfWhole(a), TextOfWhole(b))) {
      Copy(second, field, made);
    }
  }

  void List(const Message& first, const Message& second,
            const FieldDescriptor& field, const std::string& path,
            Message* made) {
    const Reflection& of = *first.GetReflection();
    const std::vector<std::string> keys = ElementKeys(first, field);
    const std::vector<std::string> others = ElementKeys(second, field);
    std::vector<int> dropped;
    for (size_t i = 0; i < keys.size(); ++i) {
      const int at = static_cast<int>(i);
      const std::string element = absl::StrCat(path, "[", keys[i], "]");
      const Message& a = of.GetRepeatedMessage(first, &field, at);
      Message* const to = of.MutableRepeatedMessage(made, &field, at);
      const auto other = std::find(others.begin(), others.end(), keys[i]);
      if (other == others.end()) {
        if (TakesSecond(element, TextOfWhole(a), "")) dropped.push_back(at);
        continue;
      }
      const Message& b = of.GetRepeatedMessage(
          second, &field, static_cast<int>(other - others.begin()));
      if (AreOfOneKind(a, b)) {
        Records(a, b, element + ".", to);
      } else if (TakesSecond(element, TextOfWhole(a), TextOfWhole(b))) {
        to->CopyFrom(b);
      }
    }
    std::vector<const Message*> added;
    for (size_t i = 0; i < others.size(); ++i) {
      if (std::count(keys.begin(), keys.end(), others[i]) > 0) continue;
      const Message& b =
          of.GetRepeatedMessage(second, &field, static_cast<int>(i));
      if (TakesSecond(absl::StrCat(path, "[", others[i], "]"), "",
                      TextOfWhole(b))) {
        added.push_back(&b);
      }
    }
    for (auto at = dropped.rbegin(); at != dropped.rend(); ++at) {
      for (int i = *at; i + 1 < of.FieldSize(*made, &field); ++i) {
        of.SwapElements(made, &field, i, i + 1);
      }
      of.RemoveLast(made, &field);
    }
    for (const Message* element : added) {
      of.AddMessage(made, &field)->CopyFrom(*element);
    }
  }

  const Decide decide_;
  Violations* const violations_;
};

// The resolutions of an adjudication, each used once.
class Resolutions {
 public:
  Resolutions(const v1::AdjudicateTrial& adjudicate, Violations* violations)
      : adjudicate_(adjudicate), violations_(violations) {
    for (int i = 0; i < adjudicate.resolutions_size(); ++i) {
      const v1::Resolution& resolution = adjudicate.resolutions(i);
      if (!by_path_.emplace(resolution.path(), i).second) {
        violations_->Add(FieldOf(i), absl::StrCat("\"", resolution.path(),
                                                  "\" is resolved twice"));
      }
    }
  }

  Decision Decide(const ExtractionConflict& conflict) {
    const auto found = by_path_.find(conflict.path);
    if (found == by_path_.end()) {
      if (!conflict.is_words) {
        violations_->Add(
            "adjudicate_trial.resolutions",
            absl::StrCat("\"", conflict.path, "\" has none: draft ",
                         adjudicate_.first_sequence(), " says \"",
                         conflict.first, "\", draft ",
                         adjudicate_.second_sequence(), " says \"",
                         conflict.second, "\""));
      }
      return {};
    }
    const int at = found->second;
    by_path_.erase(found);
    const v1::Resolution& resolution = adjudicate_.resolutions(at);
    if (resolution.has_value() && conflict.is_whole) {
      violations_->Add(FieldOf(at),
                       absl::StrCat("\"", conflict.path,
                                    "\" is an element or a record: take one "
                                    "draft's, and correct it afterwards"));
      return {};
    }
    return Read(at);
  }

  // Words of which both say the same may be settled, too.
  void SetOtherWords(const v1::Trial& first, const v1::Trial& second,
                     v1::Trial* made) {
    for (const auto& [path, at] : by_path_) {
      const auto field = FieldAt(path, *v1::Trial::descriptor());
      if (!field.ok() || (*field)->type() != FieldDescriptor::TYPE_STRING ||
          !MayBeWords(**field)) {
        violations_->Add(
            FieldOf(at),
            absl::StrCat("\"", path, "\" is no field of which the two drafts ",
                         "say different things"));
        continue;
      }
      const Decision decision = Read(at);
      std::string value = decision.value.value_or("");
      if (!decision.value.has_value()) {
        for (const FieldValue& said :
             FieldsOf(decision.take_second ? second : first)) {
          if (said.path == path) value = said.value;
        }
      }
      const absl::Status status = SetField(path, value, made).status();
      if (!status.ok()) violations_->Add(FieldOf(at), status.message());
    }
  }

 private:
  static std::string FieldOf(int index) {
    return Element("adjudicate_trial.resolutions", index);
  }

  Decision Read(int at) {
    const v1::Resolution& resolution = adjudicate_.resolutions(at);
    Decision decision;
    switch (resolution.what_case()) {
      case v1::Resolution::kTake:
        decision.take_second =
            resolution.take() == adjudicate_.second_sequence();
        if (!decision.take_second &&
            resolution.take() != adjudicate_.first_sequence()) {
          violations_->Add(absl::StrCat(FieldOf(at), ".take"),
                           absl::StrCat("must be one of the two drafts, ",
                                        adjudicate_.first_sequence(), " and ",
                                        adjudicate_.second_sequence(),
                                        ", found ", resolution.take()));
        }
        break;
      case v1::Resolution::kValue:
        decision.value = resolution.value();
        break;
      case v1::Resolution::WHAT_NOT_SET:
        violations_->Add(FieldOf(at), "must take a draft's or give a value");
        break;
    }
    return decision;
  }

  const v1::AdjudicateTrial& adjudicate_;
  Violations* const violations_;
  std::map<std::string, int> by_path_;
};

}  // namespace

std::vector<ExtractionConflict> ConflictsOf(const v1::Trial& first,
                                            const v1::Trial& second) {
  std::vector<ExtractionConflict> conflicts;
  const auto keep = [&conflicts](const ExtractionConflict& conflict) {
    conflicts.push_back(conflict);
    return Decision();
  };
  Violations none;
  v1::Trial made = first;
  Walk(keep, &none).Records(first, second, "", &made);
  return conflicts;
}

bool SayTheSame(const v1::Trial& first, const v1::Trial& second) {
  const std::vector<ExtractionConflict> conflicts = ConflictsOf(first, second);
  return std::all_of(
      conflicts.begin(), conflicts.end(),
      [](const ExtractionConflict& conflict) { return conflict.is_words; });
}

v1::Trial Settle(const v1::Trial& first, const v1::Trial& second,
                 const v1::AdjudicateTrial& adjudicate,
                 Violations& violations) {
  Resolutions resolutions(adjudicate, &violations);
  const auto decide = [&resolutions](const ExtractionConflict& conflict) {
    return resolutions.Decide(conflict);
  };
  v1::Trial made = first;
  Walk(decide, &violations).Records(first, second, "", &made);
  resolutions.SetOtherWords(first, second, &made);
  return made;
}

}  // namespace tidemark::review
