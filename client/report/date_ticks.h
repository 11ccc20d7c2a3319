// Ticks of an axis of times.
#ifndef TIDEMARK_CLIENT_REPORT_DATE_TICKS_H_
#define TIDEMARK_CLIENT_REPORT_DATE_TICKS_H_

#include <vector>

#include "client/report/axis.h"

namespace tidemark::report {

// Starts of years, months, days, or times of day, in UTC, within [low, high],
// in seconds since 1970; low < high. At most `most`, >= 2.
std::vector<Axis::Tick> DateTicks(double low, double high, int most);

}  // namespace tidemark::report

#endif  // TIDEMARK_CLIENT_REPORT_DATE_TICKS_H_
