// Marks the places where tests kill a server or make it wrong on purpose.
//
// Only sources that are compiled with TIDEMARK_FAULTS know them: the ones of
// //tests/faults:faulty_server. Everywhere else the marks and their names are
// gone before the compiler sees them, so tidemarkd has none.
#ifndef TIDEMARK_BASE_FAILPOINT_H_
#define TIDEMARK_BASE_FAILPOINT_H_

#ifdef TIDEMARK_FAULTS

#include "base/testing/faults.h"

// Dies by SIGKILL if this failpoint is armed and this is the hit that it waits
// for, after the statements that follow the name, if there are any.
#define TIDEMARK_FAILPOINT(name, ...)                             \
  do {                                                            \
    if (::tidemark::testing::IsFailpointDue("failpoint:" name)) { \
      __VA_ARGS__;                                                \
      ::tidemark::testing::Die();                                 \
    }                                                             \
  } while (false)

// Whether the server is to have this bug.
#define TIDEMARK_SEEDED_BUG(name) \
  (::tidemark::testing::IsBugSeeded("bug:" name))

#else

#define TIDEMARK_FAILPOINT(...) static_cast<void>(0)
#define TIDEMARK_SEEDED_BUG(name) false

#endif

#endif  // TIDEMARK_BASE_FAILPOINT_H_
