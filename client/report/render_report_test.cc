#include "client/report/render_report.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pugixml.hpp"

namespace tidemark::report {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kHostile[] =
    "<script>alert(1)</script> & \"a\" 'b' {{x}} | `c` **d** [e](http://f) "
    "\x1b[31m \xc2\x9b\xef\xbf\xbe 1\n2";

// Each kind of block with the same text everywhere.
Report EveryBlock(const std::string& text) {
  Figure figure;
  figure.name = "forest";
  figure.title = text;
  figure.description = text;
  figure.svg =
      "<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\">"
      "<text>drawn</text></svg>";
  figure.csv = absl::StrCat("name\n", text, "\n");
  return {text,
          text,
          {{"first",
            text,
            text,
            {Heading{text}, Paragraph{text}, Facts{{{text, text}}},
             DataTable{text, {text, "b"}, {{text, text}}},
             Verbatim{text, absl::StrCat("one\n", text, "\nthree\n"), false},
             figure}}}};
}

pugi::xml_document Parsed(const std::string& html) {
  pugi::xml_document document;
  const pugi::xml_parse_result result =
      document.load_string(html.c_str(), pugi::parse_default);
  EXPECT_TRUE(result) << result.description() << " at "
                      << html.substr(static_cast<size_t>(result.offset), 80);
  return document;
}

std::string TextAt(const pugi::xml_document& page, const char* path) {
  return page.select_node(path).node().text().get();
}

TEST(RenderHtmlTest, IsAPageWithEveryBlock) {
  const pugi::xml_document page = Parsed(RenderHtml(EveryBlock("abc")));
  EXPECT_STREQ(page.child("html").attribute("lang").value(), "en");
  for (const char* path :
       {"/html/head/title", "//h1", "//h2", "//h3", "//p[not(@class)]", "//dt",
        "//dd", "//caption", "//th[@scope='col']", "//th[@scope='row']", "//td",
        "//summary", "//figcaption/strong", "//nav//a"}) {
    EXPECT_EQ(TextAt(page, path), "abc") << path;
  }
  EXPECT_EQ(TextAt(page, "//section/details/pre"), "one\nabc\nthree");
  EXPECT_EQ(TextAt(page, "//figure//svg/text"), "drawn");
  EXPECT_STREQ(page.select_node("//nav//a").node().attribute("href").value(),
               "#first");
  EXPECT_EQ(
      absl::StrCat("#",
                   page.select_node("//h3").node().attribute("id").value()),
      page.select_node("//nav//ul//ul//a").node().attribute("href").value());
  EXPECT_TRUE(page.select_node("//section[@id='first']"));
}

TEST(RenderHtmlTest, TextOfRecordsStaysText) {
  const std::string html = RenderHtml(EveryBlock(kHostile));
  EXPECT_THAT(html, AllOf(Not(HasSubstr("<script")), Not(HasSubstr("\x1b")),
                          Not(HasSubstr("\xc2\x9b"))));
  const pugi::xml_document page = Parsed(html);
  EXPECT_EQ(TextAt(page, "//td"),
            "<script>alert(1)</script> & \"a\" 'b' {{x}} | `c` **d** "
            "[e](http://f) \xef\xbf\xbd[31m \xef\xbf\xbd\xef\xbf\xbd 1 2");
  EXPECT_THAT(TextAt(page, "//figure/details/pre"), HasSubstr("1\n2"));
}

TEST(RenderHtmlTest, LoadsNothing) {
  const pugi::xml_document page = Parsed(RenderHtml(EveryBlock("abc")));
  EXPECT_TRUE(page.select_nodes("//@src | //link | //script | //iframe | "
                                "//object | //img")
                  .empty());
  for (const auto& found : page.select_nodes("//@href")) {
    EXPECT_EQ(found.attribute().value()[0], '#');
  }
}

TEST(RenderMarkdownTest, HasEveryBlock) {
  const std::string text = RenderMarkdown(EveryBlock("abc"));
  for (const char* part :
       {"# abc\n", "\n## abc\n", "\n### abc\n", "| abc | abc |\n",
        "\n| abc | b |\n|---|---|\n| abc | abc |\n", "\n    one\n    abc\n",
        "![abc](data:image/svg+xml;base64,", "* [abc](#first)\n"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

TEST(RenderMarkdownTest, TextOfRecordsStaysText) {
  const std::string text = RenderMarkdown(EveryBlock(kHostile));
  EXPECT_THAT(
      text,
      AllOf(HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt; &amp; \"a\" 'b' "
                      "{{x}} \\| \\`c\\` \\*\\*d\\*\\* \\[e\\](http://f)"),
            Not(HasSubstr("\x1b"))));
  // What is there to be copied cannot end its block: all of it is indented.
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    if (absl::StrContains(line, "<script")) {
      EXPECT_TRUE(absl::StartsWith(line, "    ")) << line;
    }
  }
}

TEST(RenderMarkdownTest, EscapesWhatWouldBeAListOrAHeading) {
  const std::string text =
      RenderMarkdown({"t",
                      "s",
                      {{"a",
                        "b",
                        "c",
                        {Paragraph{"1. x"}, Paragraph{"- x"}, Paragraph{"# x"},
                         Paragraph{"a - 1.5 single_msc _x_"}}}}});
  EXPECT_THAT(text, AllOf(HasSubstr("\n1\\. x\n"), HasSubstr("\n\\- x\n"),
                          HasSubstr("\n\\# x\n"),
                          HasSubstr("\na - 1.5 single_msc \\_x\\_\n")));
}

}  // namespace
}  // namespace tidemark::report
