// A server on a machine whose power goes off under its clients.
#ifndef TIDEMARK_TESTS_FAULTS_POWER_CYCLE_H_
#define TIDEMARK_TESTS_FAULTS_POWER_CYCLE_H_

#include <cstdint>
#include <memory>
#include <random>
#include <string>

#include "absl/status/statusor.h"
#include "rocksdb/file_system.h"
#include "server/server.h"
#include "tests/faults/crowd.h"

namespace tidemark::testing {

// Over the directory; the system's own file system if it is null.
absl::StatusOr<std::unique_ptr<server::Server>> StartOn(
    const std::string& data_dir,
    std::shared_ptr<rocksdb::FileSystem> file_system);

// One life of the machine: the crowd writes until the power goes off, after so
// many changes and syncs of files, perhaps before the server serves. What was
// not synced is lost, with a generator only in part. Fails the running test if
// a client is told anything but UNAVAILABLE.
void RunUntilPowerCut(const std::string& data_dir, int64_t operations,
                      std::mt19937_64* torn, Crowd& crowd);

// The power is back: that everything holds that the crowd was told. Fails the
// running test.
void CheckAfterPowerCut(const std::string& data_dir, std::mt19937_64& random,
                        Crowd& crowd);

}  // namespace tidemark::testing

#endif  // TIDEMARK_TESTS_FAULTS_POWER_CYCLE_H_
