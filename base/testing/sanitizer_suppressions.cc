// What sanitizers must not report: faults of libraries that we do not build.
// Their runtimes ask for these functions by name; without them nobody calls.

// ThreadSanitizer cannot see the locks inside libgrpc, so everything that gRPC
// hands from one thread to another looks like a race.
extern "C" const char* __tsan_default_suppressions() {  // NOLINT
  return "race:grpc::\nrace:grpc_core::\n";
}

// gRPC's resolver keeps a few bytes of c-ares for the life of the process.
extern "C" const char* __lsan_default_suppressions() {  // NOLINT
  return "leak:libcares\n";
}
