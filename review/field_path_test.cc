#include "review/field_path.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "review/testing/toy_review.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::HasSubstr;
using testing::IsOkAndHolds;
using ::testing::StartsWith;
using testing::StatusIs;

v1::Trial FullTrial() {
  v1::Trial trial = testing::ToyTrial();
  trial.mutable_arms(0)->set_randomised(20);
  (*trial.mutable_arms(0)->mutable_attributes())["cell_source"] = "adipose";
  (*trial.mutable_arms(0)->mutable_attributes())["b.c"] = "dotted";
  v1::Derivation* derivation = trial.mutable_results(0)->add_derivations();
  derivation->set_field("sd");
  derivation->set_kind(v1::Derivation::IMPUTED);
  derivation->set_method("guess");
  testing::AddEvents("ha", 3, 15, &trial);
  testing::AddPain("msc1+ha", "nrs", 3.5, 2, 31, &trial);
  testing::AddContrast("ha", "msc1", -0.25, 0.5, &trial);
  v1::RiskOfBias* bias = trial.add_risk_of_bias();
  bias->set_outcome("pain");
  bias->set_overall(v1::RiskOfBias::LOW);
  return trial;
}

std::string Get(const std::string& path, const v1::Trial& trial) {
  v1::Trial copy = trial;
  return SetField(path, "", &copy).value_or("(error)");
}

TEST(SetFieldTest, SetsAndReturnsTheOldValueOfEveryKindOfField) {
  v1::Trial trial = FullTrial();
  const auto set = [&](const std::string& path, const std::string& value) {
    return SetField(path, value, &trial).value_or("(error)");
  };
  EXPECT_EQ(set("title", "Alpha 2016"), "alpha");
  EXPECT_EQ(trial.title(), "Alpha 2016");
  EXPECT_EQ(set("year", "2017"), "2016");
  EXPECT_EQ(trial.year(), 2017);
  EXPECT_EQ(set("design", "CLUSTER"), "PARALLEL");
  EXPECT_EQ(trial.design(), v1::Trial::CLUSTER);
  EXPECT_EQ(set("results[pain/6m/ha].continuous.sd", "16.2"), "21");
  EXPECT_EQ(trial.results(0).continuous().sd(), 16.2);
  EXPECT_EQ(set("results[pain/6m/ha].continuous.n", "9"), "15");
  EXPECT_EQ(trial.results(0).continuous().n(), 9);
}

TEST(SetFieldTest, FindsElementsByTheirKeys) {
  const v1::Trial trial = FullTrial();
  EXPECT_EQ(Get("arms[msc1].label", trial), "msc1");
  EXPECT_EQ(Get("arms[ha].attributes[cell_source]", trial), "adipose");
  EXPECT_EQ(Get("arms[ha].attributes[b.c]", trial), "dotted");
  EXPECT_EQ(Get("reports[main].citation", trial), "Someone, somewhere, 2016");
  EXPECT_EQ(Get("results[adverse/any/ha].binary.events", trial), "3");
  EXPECT_EQ(Get("results[pain/6m/ha+msc1].continuous.mean", trial), "3.5");
  EXPECT_EQ(Get("results[pain/6m/ha].source.report", trial), "main");
  EXPECT_EQ(Get("results[pain/6m/ha].derivations[0].kind", trial), "IMPUTED");
  EXPECT_EQ(Get("contrasts[pain/6m/ha-msc1].effect", trial), "-0.25");
  EXPECT_EQ(Get("risk_of_bias[pain/].overall", trial), "LOW");
}

TEST(SetFieldTest, ReachesTheStandardErrorOfABaseline) {
  v1::Trial trial = FullTrial();
  const std::string path = "contrasts[pain/6m/ha-msc1].baseline_se";
  EXPECT_THAT(SetField(path, "0.125", &trial), IsOkAndHolds(""));
  EXPECT_EQ(trial.contrasts(0).baseline_se(), 0.125);
  EXPECT_THAT(SetField(path, "", &trial), IsOkAndHolds("0.125"));
  EXPECT_FALSE(trial.contrasts(0).has_baseline_se());
}

TEST(SetFieldTest, AnEmptyValueClears) {
  v1::Trial trial = FullTrial();
  EXPECT_THAT(SetField("results[pain/6m/ha].continuous.sd", "", &trial),
              IsOkAndHolds("21"));
  EXPECT_FALSE(trial.results(0).continuous().has_sd());
  EXPECT_THAT(SetField("results[pain/6m/ha].continuous.sd", "", &trial),
              IsOkAndHolds(""));
  EXPECT_THAT(SetField("arms[ha].randomised", "", &trial), IsOkAndHolds("20"));
  EXPECT_EQ(trial.arms(0).randomised(), 0);
}

TEST(SetFieldTest, MapEntriesAreAddedChangedAndRemoved) {
  v1::Trial trial = FullTrial();
  EXPECT_THAT(SetField("arms[ha].attributes[dose]", "2 ml", &trial),
              IsOkAndHolds(""));
  EXPECT_EQ(trial.arms(0).attributes().at("dose"), "2 ml");
  EXPECT_THAT(SetField("arms[ha].attributes[dose]", "3 ml", &trial),
              IsOkAndHolds("2 ml"));
  EXPECT_THAT(SetField("arms[ha].attributes[cell_source]", "", &trial),
              IsOkAndHolds("adipose"));
  EXPECT_THAT(SetField("arms[ha].attributes[absent]", "", &trial),
              IsOkAndHolds(""));
  const auto& attributes = trial.arms(0).attributes();
  EXPECT_EQ(attributes.size(), 2);
  EXPECT_EQ(attributes.at("dose"), "3 ml");
  EXPECT_EQ(attributes.at("b.c"), "dotted");
}

TEST(SetFieldTest, SettingTheOldValueUndoes) {
  const std::vector<std::pair<std::string, std::string>> edits = {
      {"title", "other"},
      {"country", "Spain"},
      {"year", "1999"},
      {"design", "CROSSOVER"},
      {"notes", "a \"quoted\" word, and ] . ["},
      {"arms[ha].label", "HA"},
      {"arms[msc1].randomised", "7"},
      {"arms[ha].attributes[cell_source]", ""},
      {"arms[ha].attributes[new]", "x"},
      {"reports[main].doi", "10.1/2"},
      {"results[pain/6m/ha].actual_months", "5.5"},
      {"results[pain/6m/ha].continuous.mean", "-0.1"},
      {"results[pain/6m/ha].continuous.mean", ""},
      {"results[pain/6m/ha].continuous.n", "0"},
      {"results[pain/6m/ha].continuous.value_kind", "CHANGE"},
      {"results[pain/6m/ha].source.locator", "table 2"},
      {"results[adverse/any/ha].binary.events", "0"},
      {"contrasts[pain/6m/ha-msc1].se", "1e-07"},
      {"risk_of_bias[pain/].selection", "HIGH"},
  };
  const v1::Trial before = FullTrial();
  for (const auto& [path, value] : edits) {
    v1::Trial trial = before;
    ASSERT_OK_AND_ASSIGN(const std::string old, SetField(path, value, &trial));
    EXPECT_FALSE(MessageDifferencer::Equals(before, trial)) << path;
    EXPECT_THAT(SetField(path, old, &trial), IsOkAndHolds(value)) << path;
    EXPECT_TRUE(MessageDifferencer::Equals(before, trial)) << path;
  }
}

struct Wrong {
  const char* path;
  const char* value;
  const char* message;
};

class SetFieldErrorTest : public ::testing::TestWithParam<Wrong> {};

TEST_P(SetFieldErrorTest, SaysWhatIsWrongAndChangesNothing) {
  const v1::Trial before = FullTrial();
  v1::Trial trial = before;
  const auto result = SetField(GetParam().path, GetParam().value, &trial);
  EXPECT_THAT(result, StatusIs(absl::StatusCode::kInvalidArgument,
                               HasSubstr(GetParam().message)));
  EXPECT_THAT(std::string(result.status().message()),
              StartsWith(std::string("path \"") + GetParam().path + "\": "));
  EXPECT_TRUE(MessageDifferencer::Equals(before, trial));
}

INSTANTIATE_TEST_SUITE_P(
    Paths, SetFieldErrorTest,
    ::testing::Values(
        Wrong{"", "x", "a field name is missing"},
        Wrong{"title.", "x", "a field name is missing"},
        Wrong{"title.x", "x", "\"title\" has no fields"},
        Wrong{".title", "x", "a field name is missing"},
        Wrong{"arms[ha]..label", "x", "a field name is missing"},
        Wrong{"[ha]", "x", "a field name is missing"},
        Wrong{"arms[ha", "x", "\"]\" is missing"},
        Wrong{"arms[ha]label", "x", "after \"]\" must come \".\" or the end"},
        Wrong{"colour", "x", "\"colour\" is no field; there is trial_id, "},
        Wrong{"arms[ha].colour", "x", "\"colour\" is no field; there is id, "},
        Wrong{"arms[none].label", "x", "arms has no [none]; there is ha, msc1"},
        Wrong{"arms[].label", "x", "arms has no []"},
        Wrong{"results[pain/6m/msc1+ha].notes", "x",
              "results has no [pain/6m/msc1+ha]; there is pain/6m/ha, "},
        Wrong{"results[pain/6m/ha].derivations[1].method", "x",
              "derivations has no [1]; there is 0"}));

INSTANTIATE_TEST_SUITE_P(
    Shapes, SetFieldErrorTest,
    ::testing::Values(Wrong{"arms.label", "x",
                            "\"arms\" is a list and needs a [key]"},
                      Wrong{"title[0]", "x", "names a list or an element"},
                      Wrong{"arms", "x", "names a list or an element"},
                      Wrong{"arms[ha]", "", "names a list or an element"},
                      Wrong{"results[pain/6m/ha].arms[0]", "x", "names a list"},
                      Wrong{"results[pain/6m/ha].source", "x",
                            "names a record; its fields are report, locator"},
                      Wrong{"results[pain/6m/ha].source[0].report", "x",
                            "\"source\" is no list"},
                      Wrong{"results[pain/6m/ha].binary.events", "1",
                            "\"binary\" is not set"},
                      Wrong{"arms[ha].attributes", "x", "a map needs a [key]"},
                      Wrong{"arms[ha].attributes[a].b", "x",
                            "\"attributes\" has no fields"}));

INSTANTIATE_TEST_SUITE_P(
    Values, SetFieldErrorTest,
    ::testing::Values(Wrong{"year", "soon",
                            "needs a whole number, found \"soon\""},
                      Wrong{"year", "2016.5", "needs a whole number"},
                      Wrong{"year", "99999999999", "needs a whole number"},
                      Wrong{"design", "parallel", "needs a value of Design"},
                      Wrong{"design", "1", "needs a value of Design"},
                      Wrong{"results[pain/6m/ha].continuous.sd", "16,2",
                            "needs a finite number, found \"16,2\""},
                      Wrong{"results[pain/6m/ha].continuous.sd", "nan",
                            "needs a finite number"},
                      Wrong{"results[pain/6m/ha].continuous.sd", "-inf",
                            "needs a finite number"},
                      Wrong{"results[pain/6m/ha].continuous.sd", "1e999",
                            "needs a finite number"}));

// Two instruments may report the same arm: their results have the same key.
TEST(SetFieldTest, RefusesAKeyThatNamesTwoElements) {
  v1::Trial trial = FullTrial();
  testing::AddPain("ha", "nrs", 4, 2, 15, &trial);
  const v1::Trial before = trial;
  EXPECT_THAT(SetField("results[pain/6m/ha].continuous.sd", "3", &trial),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("names several elements")));
  EXPECT_TRUE(MessageDifferencer::Equals(before, trial));
}

TEST(SetFieldTest, TellsResultsApartByInstrumentAndContrastsByMeasure) {
  v1::Trial trial = testing::ToyTrial();
  testing::AddPain("ha", "nrs", 4, 2, 15, &trial);
  EXPECT_THAT(SetField("results[pain/6m/ha/nrs].continuous.sd", "3", &trial),
              IsOkAndHolds("2"));
  EXPECT_THAT(SetField("results[pain/6m/ha/vas].continuous.sd", "", &trial),
              IsOkAndHolds("21"));
  testing::AddContrast("ha", "msc1", 1, 1, &trial);
  testing::AddContrast("ha", "msc1", 2, 1, &trial)
      ->set_effect_measure(v1::EffectMeasure::SMD);
  EXPECT_THAT(SetField("contrasts[pain/6m/ha-msc1/SMD].effect", "3", &trial),
              IsOkAndHolds("2"));
}

TEST(SetFieldTest, RefusesAContrastWhoseKeyIsAnothersToo) {
  v1::Trial trial;
  testing::AddContrast("a-b", "c", 1, 1, &trial);
  testing::AddContrast("a", "b-c", 2, 1, &trial);
  EXPECT_THAT(SetField("contrasts[pain/6m/a-b-c].effect", "3", &trial),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("names several elements")));
}

TEST(FieldAtTest, FindsTheFieldWhateverTheKeys) {
  const auto name = [](absl::string_view path) {
    const auto field = FieldAt(path, *v1::Trial::descriptor());
    EXPECT_OK(field);
    return field.ok() ? (*field)->full_name() : "";
  };
  EXPECT_EQ(name("notes"), "tidemark.v1.Trial.notes");
  EXPECT_EQ(name("results[pain/6.m/ha].source.locator"),
            "tidemark.v1.Source.locator");
  EXPECT_EQ(name("arms[ha].attributes[age]"),
            "tidemark.v1.Arm.AttributesEntry.value");
}

TEST(FieldAtTest, RefusesWhatIsNoField) {
  for (const char* path : {"", "nothing", "notes.more", "arms[ha].nothing",
                           "arms[ha", "arms[ha].attributes[age].more"}) {
    EXPECT_THAT(FieldAt(path, *v1::Trial::descriptor()),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("path")))
        << path;
  }
}

}  // namespace
}  // namespace tidemark::review
