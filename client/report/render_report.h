// A report as a page.
#ifndef TIDEMARK_CLIENT_REPORT_RENDER_REPORT_H_
#define TIDEMARK_CLIENT_REPORT_RENDER_REPORT_H_

#include <string>

#include "client/report/report_model.h"

namespace tidemark::report {

// Whatever the text holds, it stays text: neither markup nor script of the page
// comes from a record. Control characters become U+FFFD, line ends spaces
// (except in Verbatim). Text must be UTF-8.

// One self-contained page, well-formed as XML: no script, nothing is loaded. A
// wide table scrolls in its own box; on paper it is whole. O(report).
std::string RenderHtml(const Report& report);

// The same as CommonMark with the tables of GitHub. Figures are data URIs.
std::string RenderMarkdown(const Report& report);

}  // namespace tidemark::report

#endif  // TIDEMARK_CLIENT_REPORT_RENDER_REPORT_H_
