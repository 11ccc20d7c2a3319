// A file system that forgets what was not synced when the power goes off.
#ifndef TIDEMARK_STORAGE_TESTING_UNSYNCED_FILE_SYSTEM_H_
#define TIDEMARK_STORAGE_TESTING_UNSYNCED_FILE_SYSTEM_H_
#endif  // TIDEMARK_STORAGE_TESTING_UNSYNCED_FILE_SYSTEM_H_
