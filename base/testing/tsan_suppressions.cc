// What ThreadSanitizer must not report: it cannot see the locks inside libgrpc,
// so everything that gRPC hands from one thread to another looks like a race.
// Its runtime asks for this function by name; without it nobody calls it.

extern "C" const char* __tsan_default_suppressions() {  // NOLINT
  return "race:grpc::\nrace:grpc_core::\n";
}
