#include "tests/faults/raw_store.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace tidemark::testing {
namespace {

absl::Status ToStatus(const rocksdb::Status& status, absl::string_view what) {
  if (status.ok()) return absl::OkStatus();
  return absl::Status(status.IsNotFound() ? absl::StatusCode::kNotFound
                                          : absl::StatusCode::kUnavailable,
                      absl::StrCat(what, ": ", status.ToString()));
}

}  // namespace

absl::StatusOr<std::unique_ptr<RawStore>> RawStore::Open(
    const std::string& data_dir) {
  const std::string path = data_dir + "/db";
  const rocksdb::DBOptions options;
  std::vector<std::string> names;
  absl::Status status =
      ToStatus(rocksdb::DB::ListColumnFamilies(options, path, &names), path);
  if (!status.ok()) return status;
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const std::string& name : names) {
    families.emplace_back(name, rocksdb::ColumnFamilyOptions());
  }
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* database = nullptr;
  status = ToStatus(
      rocksdb::DB::Open(options, path, families, &handles, &database), path);
  if (!status.ok()) return status;
  std::unique_ptr<RawStore> store(new RawStore);
  store->database_.reset(database);
  for (size_t i = 0; i < names.size(); ++i) {
    store->tables_[names[i]] = handles[i];
  }
  return store;
}

RawStore::~RawStore() {
  for (const auto& [name, handle] : tables_) {
    database_->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  }
}

absl::StatusOr<std::string> RawStore::Get(const std::string& table,
                                          const std::string& key) const {
  std::string value;
  const absl::Status status = ToStatus(
      database_->Get(rocksdb::ReadOptions(), tables_.at(table), key, &value),
      table);
  if (!status.ok()) return status;
  return value;
}

absl::Status RawStore::Put(const std::string& table, const std::string& key,
                           const std::string& value) {
  rocksdb::WriteOptions options;
  options.sync = true;
  return ToStatus(database_->Put(options, tables_.at(table), key, value),
                  table);
}

absl::Status RawStore::Delete(const std::string& table,
                              const std::string& key) {
  rocksdb::WriteOptions options;
  options.sync = true;
  return ToStatus(database_->Delete(options, tables_.at(table), key), table);
}

absl::StatusOr<std::vector<std::string>> RawStore::Keys(
    const std::string& table, const std::string& prefix) const {
  std::vector<std::string> keys;
  const std::unique_ptr<rocksdb::Iterator> iterator(
      database_->NewIterator(rocksdb::ReadOptions(), tables_.at(table)));
  for (iterator->Seek(prefix);
       iterator->Valid() && iterator->key().starts_with(prefix);
       iterator->Next()) {
    keys.push_back(iterator->key().ToString());
  }
  const absl::Status status = ToStatus(iterator->status(), table);
  if (!status.ok()) return status;
  return keys;
}

}  // namespace tidemark::testing
