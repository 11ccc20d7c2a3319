#include "bench/allocations.h"

#include <malloc.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>

// The names are the C library's.
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)

// What glibc calls its own allocator. Eigen allocates with malloc, so replacing
// operator new would not see it.
extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* block, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
void __libc_free(void* block);
}

namespace tidemark::bench {
namespace {

// Constant initialisation: malloc is called before any constructor.
std::atomic<int64_t> allocations{0};
std::atomic<int64_t> live_bytes{0};

int64_t UsableBytes(void* block) {
  return block == nullptr ? 0 : static_cast<int64_t>(malloc_usable_size(block));
}

void* Allocated(void* block) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  live_bytes.fetch_add(UsableBytes(block), std::memory_order_relaxed);
  return block;
}

void Forget(void* block) {
  live_bytes.fetch_sub(UsableBytes(block), std::memory_order_relaxed);
}

}  // namespace

int64_t AllocationCount() { return allocations; }
int64_t LiveBytes() { return live_bytes; }

}  // namespace tidemark::bench

using tidemark::bench::Allocated;
using tidemark::bench::Forget;
using tidemark::bench::UsableBytes;

extern "C" {

void* malloc(size_t size) { return Allocated(__libc_malloc(size)); }

void* calloc(size_t count, size_t size) {
  return Allocated(__libc_calloc(count, size));
}

void* realloc(void* block, size_t size) {
  const int64_t before = UsableBytes(block);
  void* const moved = __libc_realloc(block, size);
  if (moved == nullptr && size > 0) return nullptr;  // `block` is as it was
  tidemark::bench::live_bytes.fetch_sub(before, std::memory_order_relaxed);
  return Allocated(moved);
}

void* memalign(size_t alignment, size_t size) {
  return Allocated(__libc_memalign(alignment, size));
}

void* aligned_alloc(size_t alignment, size_t size) {
  return memalign(alignment, size);
}

int posix_memalign(void** block, size_t alignment, size_t size) {
  void* const allocated = memalign(alignment, size);
  if (allocated == nullptr) return ENOMEM;
  *block = allocated;
  return 0;
}

void free(void* block) {
  Forget(block);
  __libc_free(block);
}

}  // extern "C"

// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)
