// What holds of every figure.
#ifndef TIDEMARK_CLIENT_REPORT_TESTING_CHECK_FIGURE_H_
#define TIDEMARK_CLIENT_REPORT_TESTING_CHECK_FIGURE_H_

#include <string>
#include <vector>

#include "client/report/figure.h"

namespace tidemark::report::testing {

// The texts of an SVG document, in order.
std::vector<std::string> TextsOf(const std::string& svg);

// Fails the test unless the figure's SVG is well-formed, of kPageWidth, with
// title and description; holds nothing but shapes and text; has no number that
// is not finite; every text is within the picture, not smaller than
// kSmallestText, and overlaps no other text; and its CSV has a header and at
// least one row, each as long as the header.
void CheckFigure(const Figure& figure);

}  // namespace tidemark::report::testing

#endif  // TIDEMARK_CLIENT_REPORT_TESTING_CHECK_FIGURE_H_
