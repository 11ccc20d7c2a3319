// Colours of figures. Never the only sign of anything: shape, dash, text or
// position says the same.
#ifndef TIDEMARK_CLIENT_REPORT_PALETTE_H_
#define TIDEMARK_CLIENT_REPORT_PALETTE_H_

#include <string>

namespace tidemark::report {

// Okabe and Ito 2008: told apart under each kind of colour blindness.
inline constexpr char kOrange[] = "#E69F00";
inline constexpr char kSkyBlue[] = "#56B4E9";
inline constexpr char kGreen[] = "#009E73";
inline constexpr char kYellow[] = "#F0E442";
inline constexpr char kBlue[] = "#0072B2";
inline constexpr char kVermilion[] = "#D55E00";
inline constexpr char kPurple[] = "#CC79A7";
inline constexpr char kBlack[] = "#000000";

inline constexpr char kPaper[] = "#ffffff";
// Text; axes and thin lines (3:1 against paper); grid and bands.
inline constexpr char kInk[] = "#1a1a1a";
inline constexpr char kAxisGrey[] = "#767676";
inline constexpr char kGridGrey[] = "#d9d9d9";
inline constexpr char kBandGrey[] = "#eeeeee";

// From blue (-1) over paper (0) to vermilion (1); beyond them as at them. Light
// enough throughout for kInk on it (4.5:1).
std::string DivergingColor(double value);

// The n-th of the palette's colours, n >= 0, again from the first after the
// last.
const char* CategoryColor(int n);

}  // namespace tidemark::report

#endif  // TIDEMARK_CLIENT_REPORT_PALETTE_H_
