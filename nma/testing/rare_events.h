// Trials of rare events, with what R says of them.
#ifndef TIDEMARK_NMA_TESTING_RARE_EVENTS_H_
#define TIDEMARK_NMA_TESTING_RARE_EVENTS_H_

#include <vector>

#include "nlohmann/json.hpp"
#include "nma/study.h"

namespace tidemark::nma {

// testdata/rare_events.json, which rare_events.R beside it made.
nlohmann::json RecordedRareEvents();

// Rows of `studies` there, an arm each, by study.
std::vector<Study> StudiesOf(const nlohmann::json& rows);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_TESTING_RARE_EVENTS_H_
