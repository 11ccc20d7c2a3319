// Counts what this process allocates. Linking it puts every malloc, operator
// new included, through a counter: for benchmarks only, and not together with
// a sanitizer.
#ifndef TIDEMARK_BENCH_ALLOCATIONS_H_
#define TIDEMARK_BENCH_ALLOCATIONS_H_

#include <cstdint>

namespace tidemark::bench {

// Allocations and reallocations so far, on all threads.
int64_t AllocationCount();

// Bytes that are allocated now, as the allocator rounds them up.
int64_t LiveBytes();

}  // namespace tidemark::bench

#endif  // TIDEMARK_BENCH_ALLOCATIONS_H_
