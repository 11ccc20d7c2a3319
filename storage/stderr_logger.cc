#include "storage/stderr_logger.h"

#include <cstdarg>
#include <cstdio>

namespace tidemark::storage {

void StderrLogger::Logv(const char* format, va_list arguments) {
  // One call writes the line, so that lines of threads do not mix.
  char line[1024];
  std::vsnprintf(line, sizeof(line), format, arguments);
  std::fprintf(stderr, "rocksdb: %s\n", line);
}

}  // namespace tidemark::storage
