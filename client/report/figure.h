// A figure with what it shows as data.
#ifndef TIDEMARK_CLIENT_REPORT_FIGURE_H_
#define TIDEMARK_CLIENT_REPORT_FIGURE_H_

#include <string>

namespace tidemark::report {

struct Figure {
  // For file names and anchors: `forest`, `history` ...
  std::string name;
  // What it shows, with both treatments, outcome and time where it is of them.
  std::string title;
  // For readers who do not see it: what is drawn, and the sign rule.
  std::string description;
  // A standalone SVG document of width kPageWidth (drawing.h).
  std::string svg;
  // The numbers that are drawn, exactly; RFC 4180 with a header.
  std::string csv;
};

}  // namespace tidemark::report

#endif  // TIDEMARK_CLIENT_REPORT_FIGURE_H_
