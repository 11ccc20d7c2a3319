// RocksDB's log on standard error, from warnings on.
//
// RocksDB's own logger writes beside the data and, on Debian's build, ends the
// process when that disk is full.
#ifndef TIDEMARK_STORAGE_STDERR_LOGGER_H_
#define TIDEMARK_STORAGE_STDERR_LOGGER_H_

#include <cstdarg>

#include "rocksdb/env.h"

namespace tidemark::storage {

// Thread-safe.
class StderrLogger final : public rocksdb::Logger {
 public:
  StderrLogger() : rocksdb::Logger(rocksdb::InfoLogLevel::WARN_LEVEL) {}

  using rocksdb::Logger::Logv;
  void Logv(const char* format, va_list arguments) override;
};

}  // namespace tidemark::storage

#endif  // TIDEMARK_STORAGE_STDERR_LOGGER_H_
