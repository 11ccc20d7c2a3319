// Writes the advance widths of a font as C++: make_text_widths REGULAR BOLD.
#include <cstdint>
#include <iostream>
#include <utility>

#include "ft2build.h"
#include FT_FREETYPE_H

namespace {

// Latin, Greek, Cyrillic; punctuation, super- and subscripts, arrows, signs.
constexpr std::pair<uint32_t, uint32_t> kRanges[] = {
    {0x20, 0x24f},    {0x370, 0x52f},   {0x1e00, 0x1eff}, {0x2010, 0x205e},
    {0x2070, 0x209f}, {0x2190, 0x2193}, {0x2200, 0x2265}, {0x25a0, 0x25cf},
};

bool WriteWidths(FT_Library library, const char* name, const char* path) {
  FT_Face face = nullptr;
  if (FT_New_Face(library, path, 0, &face) != 0) return false;
  std::cout << "constexpr int k" << name
            << "UnitsPerEm = " << face->units_per_EM << ";\n"
            << "constexpr TextWidthOf k" << name << "Widths[] = {\n";
  for (const auto& [first, last] : kRanges) {
    for (uint32_t code = first; code <= last; ++code) {
      const FT_UInt glyph = FT_Get_Char_Index(face, code);
      if (glyph == 0) continue;
      if (FT_Load_Glyph(face, glyph, FT_LOAD_NO_SCALE) != 0) return false;
      std::cout << "{" << code << "," << face->glyph->metrics.horiAdvance
                << "},\n";
    }
  }
  std::cout << "};\n";
  return FT_Done_Face(face) == 0;
}

}  // namespace

int main(int argc, char** argv) {
  FT_Library library = nullptr;
  if (argc != 3 || FT_Init_FreeType(&library) != 0) return 2;
  std::cout << "// Code point and advance width, by code point.\n"
            << "struct TextWidthOf { unsigned code; int width; };\n";
  if (!WriteWidths(library, "Regular", argv[1]) ||
      !WriteWidths(library, "Bold", argv[2])) {
    std::cerr << "make_text_widths: cannot read " << argv[1] << " or "
              << argv[2] << "; install the Debian package fonts-liberation2\n";
    return 1;
  }
  return FT_Done_FreeType(library) == 0 ? 0 : 1;
}
