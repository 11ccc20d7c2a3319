// What a history figure says in words, and its key.
#ifndef TIDEMARK_CLIENT_REPORT_HISTORY_WORDS_H_
#define TIDEMARK_CLIENT_REPORT_HISTORY_WORDS_H_

#include <string>
#include <vector>

#include "client/report/history_figure.h"
#include "client/report/history_steps.h"
#include "client/report/page.h"

namespace tidemark::report {

std::string HistoryTitle(const HistoryInput& input);

// The sign rule, and what the last estimate is.
std::string HistoryRule(const HistoryInput& input);

// When, why, and the major events.
std::string NoteOnEvents(const Step& step);

// Of what is drawn only.
std::vector<KeyEntry> HistoryKey(const std::vector<Step>& steps,
                                 const std::vector<PlacedRelease>& releases,
                                 HistoryInput::By by);

}  // namespace tidemark::report

#endif  // TIDEMARK_CLIENT_REPORT_HISTORY_WORDS_H_
