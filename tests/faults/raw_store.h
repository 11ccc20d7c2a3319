// The store of a stopped server through RocksDB's own API, as somebody with
// access to the disk would change it: every checksum of RocksDB holds after it.
#ifndef TIDEMARK_TESTS_FAULTS_RAW_STORE_H_
#define TIDEMARK_TESTS_FAULTS_RAW_STORE_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rocksdb/db.h"

namespace tidemark::testing {

// Thread-compatible. Tables by the names of docs/formats.md.
class RawStore {
 public:
  // Opens DATA_DIR/db with all its column families; a running server holds it.
  static absl::StatusOr<std::unique_ptr<RawStore>> Open(
      const std::string& data_dir);
  ~RawStore();

  absl::StatusOr<std::string> Get(const std::string& table,
                                  const std::string& key) const;
  absl::Status Put(const std::string& table, const std::string& key,
                   const std::string& value);
  absl::Status Delete(const std::string& table, const std::string& key);

  // Keys that begin with `prefix`, ascending.
  absl::StatusOr<std::vector<std::string>> Keys(
      const std::string& table, const std::string& prefix) const;

 private:
  RawStore() = default;

  std::map<std::string, rocksdb::ColumnFamilyHandle*> tables_;  // Owned.
  std::unique_ptr<rocksdb::DB> database_;
};

}  // namespace tidemark::testing

#endif  // TIDEMARK_TESTS_FAULTS_RAW_STORE_H_
