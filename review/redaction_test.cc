#include "review/redaction.h"

#include <functional>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "gtest/gtest.h"
#include "review/conclusion_events.h"
#include "review/testing/toy_review.h"
#include "tidemark/v1/change.pb.h"

namespace tidemark::review {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using testing::StatusIs;

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Calls `visit` with every field of strings that a message of `type` can hold.
void ForEachText(const Descriptor& type, std::set<std::string>* seen,
                 const std::function<void(const FieldDescriptor&)>& visit) {
  if (!seen->insert(type.full_name()).second) return;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) visit(field);
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      ForEachText(*field.message_type(), seen, visit);
    }
  }
}

// Sets every string that the message can hold to its name and `marker`, one of
// each list.
void Fill(const std::string& marker, Message* message) {
  const Reflection& of = *message->GetReflection();
  for (int i = 0; i < message->GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message->GetDescriptor()->field(i);
    const std::string text = absl::StrCat(field->name(), " ", marker);
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      field->is_repeated() ? of.AddString(message, field, text)
                           : of.SetString(message, field, text);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      Fill(marker, field->is_repeated() ? of.AddMessage(message, field)
                                        : of.MutableMessage(message, field));
    }
  }
}

template <typename Part>
Part Filled() {
  Part part;
  Fill("Jane Doe", &part);
  return part;
}

v1::Change Erased(const v1::Change& change) {
  const auto erased = WithoutWords(change);
  EXPECT_OK(erased);
  return erased.ok() ? *erased : v1::Change();
}

// A new field of strings must be put into the table: are they words?
TEST(RedactionTest, KnowsEveryString) {
  std::set<std::string> seen;
  int fields = 0;
  for (const Descriptor* type :
       {v1::PutReview::descriptor(), v1::PutAnalyses::descriptor(),
        v1::SubmitTrials::descriptor(), v1::CorrectTrial::descriptor(),
        v1::SetLivingMode::descriptor(), v1::RecordRuns::descriptor()}) {
    ForEachText(*type, &seen, [&fields](const FieldDescriptor& field) {
      ++fields;
      EXPECT_NE(field.type(), FieldDescriptor::TYPE_BYTES) << field.full_name();
      EXPECT_TRUE(FindTextKind(field).has_value()) << field.full_name();
    });
  }
  EXPECT_GT(fields, 60);
}

// Listed here once more: who changes the table must mean it.
TEST(RedactionTest, WordsGoAndIdentifiersStay) {
  v1::Change change;
  *change.mutable_submit_trials() = Filled<v1::SubmitTrials>();
  const std::string text = Erased(change).DebugString();
  for (const char* name : {"title", "country", "notes", "citation", "label",
                           "locator", "reason", "value"}) {
    EXPECT_THAT(text, Not(HasSubstr(absl::StrCat("\"", name, " Jane Doe"))));
  }
  for (const char* name :
       {"trial_id", "doi", "pmid", "registry_id", "outcome", "report"}) {
    EXPECT_THAT(text, HasSubstr(absl::StrCat("\"", name, " Jane Doe")));
  }
}

TEST(RedactionTest, ErasesTheWordsOfATrial) {
  v1::Trial trial = testing::ToyTrial("alpha");
  trial.set_title("Trial of Jane Doe");
  trial.set_country("Spain");
  trial.mutable_reports(0)->set_doi("10.1/alpha");
  auto& attributes = *trial.mutable_arms(0)->mutable_attributes();
  attributes["cells"] = "1e6";
  attributes["source"] = "adipose";
  attributes["donor"] = "Jane Doe";
  const v1::Change change = testing::Submit({trial});

  const v1::Trial erased = Erased(change).submit_trials().trials(0).trial();

  EXPECT_EQ(erased.title(), kErasedWords);
  EXPECT_EQ(erased.country(), "");
  EXPECT_EQ(erased.reports(0).citation(), kErasedWords);
  EXPECT_EQ(erased.reports(0).doi(), "10.1/alpha");
  EXPECT_EQ(erased.notes(), "") << "there were none";
  EXPECT_EQ(erased.arms(0).attributes().at("cells"), "1e6");
  EXPECT_EQ(erased.arms(0).attributes().at("source"), "adipose");
  EXPECT_EQ(erased.arms(0).attributes().count("donor"), 0);
  ASSERT_EQ(erased.results_size(), trial.results_size());
  EXPECT_EQ(erased.results(0).continuous().DebugString(),
            trial.results(0).continuous().DebugString());
  EXPECT_THAT(WordsOf(change), Not(IsEmpty()));
}

TEST(RedactionTest, OfAnEditTheFieldSaysWhatStays) {
  const v1::Change change = testing::FromText<v1::Change>(R"(
    correct_trial {
      trial_id: "alpha"
      edits { path: "title" value: "new words" old_value: "old words" }
      edits { path: "country" value: "Spain" }
      edits { path: "arms[ha].attributes[age]" value: "50" old_value: "about 50" }
      edits { path: "results[pain/6m/ha].continuous.sd" value: "2" old_value: "3" }
      edits { path: "reports[main].doi" value: "10.1/x" old_value: "10.1/y" }
    })");

  EXPECT_EQ(Erased(change).DebugString(), testing::FromText<v1::Change>(R"(
    correct_trial {
      trial_id: "alpha"
      edits { path: "title" value: "[redacted]" old_value: "[redacted]" }
      edits { path: "country" }
      edits { path: "arms[ha].attributes[age]" value: "50" }
      edits { path: "results[pain/6m/ha].continuous.sd" value: "2" old_value: "3" }
      edits { path: "reports[main].doi" value: "10.1/x" old_value: "10.1/y" }
    })")
                                              .DebugString());
  EXPECT_THAT(WordsOf(change), ElementsAre(Pair("trials/alpha", "Spain"),
                                           Pair("trials/alpha", "about 50"),
                                           Pair("trials/alpha", "new words"),
                                           Pair("trials/alpha", "old words")));
}

TEST(RedactionTest, TwiceIsOnce) {
  v1::Change change;
  *change.mutable_put_review() = Filled<v1::PutReview>();
  const v1::Change erased = Erased(change);
  EXPECT_EQ(Erased(erased).DebugString(), erased.DebugString());
  EXPECT_THAT(WordsOf(erased), IsEmpty());
}

// Releases count the events between two estimates: an erasure must make none,
// and hide none.
TEST(RedactionTest, MakesNoConclusionEvent) {
  v1::Change change;
  *change.mutable_put_review()->mutable_review() = testing::ToyReview();
  *change.mutable_put_review()
       ->mutable_review()
       ->mutable_outcomes(0)
       ->add_thresholds() = testing::FromText<v1::Threshold>(
      R"(kind: BETWEEN_GROUPS value: 1 source: "Jane Doe 2020")");
  const v1::Review before = change.put_review().review();
  const v1::Review after = Erased(change).put_review().review();
  v1::Change put = testing::PutAnalyses({testing::PainAnalysis()});
  put.mutable_put_analyses()->mutable_analyses(0)->set_title("Pain at last");
  const v1::Analysis analysis = put.put_analyses().analyses(0);
  const v1::Analysis erased = Erased(put).put_analyses().analyses(0);

  EXPECT_EQ(after.title(), kErasedWords);
  EXPECT_EQ(erased.title(), kErasedWords);
  const DeclaredEstimate now = {v1::Estimate(), &analysis, &before};
  const DeclaredEstimate then = {v1::Estimate(), &erased, &after};
  EXPECT_THAT(ConclusionEvents(&now, then), IsEmpty());
}

TEST(RedactionTest, WhatEstimatesOrReleasesRestOnIsRefused) {
  EXPECT_THAT(WithoutWords(testing::SetStatus(
                  {"alpha"}, v1::TrialStatus::RETRACTED, "10.1/notice")),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("which estimates name")));
  v1::Change change;
  change.mutable_make_release()->set_tag("2026.1");
  EXPECT_THAT(WithoutWords(change), StatusIs(absl::StatusCode::kInvalidArgument,
                                             HasSubstr("cited by")));
  change.mutable_redact_changes()->add_sequences(1);
  EXPECT_THAT(WithoutWords(change), StatusIs(absl::StatusCode::kInvalidArgument,
                                             HasSubstr("is a redaction")));
  change.mutable_key_rotated();
  EXPECT_THAT(WithoutWords(change),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("only the server writes")));
}

}  // namespace
}  // namespace tidemark::review
