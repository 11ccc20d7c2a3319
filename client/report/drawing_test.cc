#include "client/report/drawing.h"

#include <cmath>
#include <string>
#include <vector>

#include "client/report/axis.h"
#include "client/report/figure.h"
#include "client/report/palette.h"
#include "client/report/testing/check_figure.h"
#include "gmock/gmock.h"
#include "gtest/gtest-spi.h"
#include "gtest/gtest.h"

namespace tidemark::report {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Figure FigureOf(const Drawing& drawing) {
  return {"name", "T <&>", "D", drawing.ToSvg(), "a,b\n1,2\n"};
}

TEST(DrawingTest, IsAWellFormedDocumentWithAnyText) {
  Drawing drawing(kPageWidth, 100, "T <&>", "D");
  drawing.Text({10, 20}, "a < b & \"c\" \x01 '");
  drawing.Text({10, 40}, "τ² ≥ 0\xef\xbf\xbe\xef\xbf\xbf");
  drawing.Mark(Marker::kDiamond, {50, 50}, 8, kBlue);
  testing::CheckFigure(FigureOf(drawing));
  EXPECT_THAT(testing::TextsOf(drawing.ToSvg()),
              ElementsAre("a < b & \"c\"   '", "τ² ≥ 0  "));
}

TEST(DrawingTest, SameCallsGiveSameBytes) {
  const auto draw = [] {
    Drawing drawing(kPageWidth, 50, "t", "d");
    drawing.Line({0, 1.0 / 3}, {2, 3}, {kVermilion, 1, "4 3"});
    drawing.Curve({0, 0}, {5, 5}, {10, 0});
    return drawing.ToSvg();
  };
  EXPECT_EQ(draw(), draw());
  EXPECT_THAT(draw(), HasSubstr("y1=\"0.33\""));
}

TEST(CheckFigureTest, SeesTextThatOverlaps) {
  static Drawing drawing(kPageWidth, 100, "T <&>", "D");
  drawing.Text({10, 20}, "one");
  drawing.Text({20, 24}, "two");
  EXPECT_NONFATAL_FAILURE(testing::CheckFigure(FigureOf(drawing)),
                          "\"one\" overlaps \"two\"");
}

TEST(CheckFigureTest, SeesTextThatLeavesThePicture) {
  static Drawing drawing(kPageWidth, 100, "T <&>", "D");
  drawing.Text({kPageWidth - 5, 50}, "m", {11, Anchor::kStart});
  EXPECT_NONFATAL_FAILURE(
      {
        drawing.Text({kPageWidth - 40, 90}, "x");
        testing::CheckFigure(FigureOf(drawing));
      },
      "leaves the picture");
}

TEST(CheckFigureTest, RotatedTextMayStandBesideOtherText) {
  Drawing drawing(kPageWidth, 200, "T <&>", "D");
  drawing.Text({50, 150}, "one treatment",
               {11, Anchor::kStart, Weight::kRegular, kInk, -90});
  drawing.Text({65, 150}, "another treatment",
               {11, Anchor::kStart, Weight::kRegular, kInk, -90});
  testing::CheckFigure(FigureOf(drawing));
}

std::vector<std::string> LabelsOf(const Axis& axis) {
  std::vector<std::string> labels;
  for (const Axis::Tick& tick : axis.ticks()) labels.push_back(tick.label);
  return labels;
}

TEST(AxisTest, HasTicksAtRoundValues) {
  EXPECT_THAT(LabelsOf(Axis(-36, 9, 0, 100)),
              ElementsAre("-30", "-20", "-10", "0", "10"));
  EXPECT_THAT(LabelsOf(Axis(0, 0.3, 0, 100)),
              ElementsAre("0", "0.1", "0.2", "0.3"));
}

TEST(AxisTest, LabelsLogarithmsAsRatios) {
  const Axis axis(std::log(0.2), std::log(4), 0, 100, Axis::Labels::kRatio);
  EXPECT_THAT(LabelsOf(axis), ElementsAre("0.2", "0.5", "1", "2"));
  EXPECT_THAT(LabelsOf(Axis(std::log(1e-6), std::log(1e6), 0, 100,
                            Axis::Labels::kRatio)),
              ElementsAre("1e-06", "0.001", "1", "1000", "1e+06"));
  EXPECT_THAT(LabelsOf(Axis(std::log(0.9), std::log(1.1), 0, 100,
                            Axis::Labels::kRatio)),
              ElementsAre("0.9", "0.95", "1", "1.05", "1.1"));
}

TEST(AxisTest, IsLinearAndBounded) {
  const Axis axis(0, 100, 10, 30);
  EXPECT_DOUBLE_EQ(axis.At(50), 20);
  EXPECT_TRUE(axis.Covers(0) && axis.Covers(100));
  EXPECT_GT(axis.At(0), 10);
  EXPECT_LE(axis.At(1e300), 10 + 3 * 20);
  const Axis up(0, 100, 30, 10);
  EXPECT_GT(up.At(20), up.At(80));
}

TEST(AxisTest, OfOneValueIsNotEmpty) {
  for (const double value : {0.0, -3.5, 1e9}) {
    const Axis axis(value, value, 0, 100);
    EXPECT_LT(axis.low(), axis.high());
    EXPECT_NEAR(axis.At(value), 50, 1e-6);
  }
}

TEST(PaletteTest, InkIsLegibleOnEveryDivergingColor) {
  const auto luminance = [](const std::string& color) {
    double sum = 0;
    const double weights[] = {0.2126, 0.7152, 0.0722};
    for (int i = 0; i < 3; ++i) {
      const double c =
          std::stoi(color.substr(1 + 2 * i, 2), nullptr, 16) / 255.0;
      sum += weights[i] *
             (c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4));
    }
    return sum;
  };
  for (double value = -1.5; value <= 1.5; value += 0.05) {
    EXPECT_GE(
        (luminance(DivergingColor(value)) + 0.05) / (luminance(kInk) + 0.05),
        4.5);
  }
  EXPECT_EQ(DivergingColor(0), kPaper);
}

}  // namespace
}  // namespace tidemark::report
