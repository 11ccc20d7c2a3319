// RestoreData as a process of its own, for tests that kill it at a failpoint:
// restore BACKUPS DATA KEY.
#include <iostream>

#include "absl/status/statusor.h"
#include "server/restore_data.h"

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  tidemark::server::RestoreOptions options;
  options.backup_dir = argv[1];
  options.data_dir = argv[2];
  options.key_path = argv[3];
  options.reason = "a test";
  const auto restored = tidemark::server::RestoreData(options);
  if (restored.ok()) return 0;
  std::cerr << restored.status() << "\n";
  return 1;
}
