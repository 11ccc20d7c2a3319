// A client that submits one change after another.
#ifndef TIDEMARK_TESTS_FAULTS_WRITER_H_
#define TIDEMARK_TESTS_FAULTS_WRITER_H_

#include <atomic>
#include <cstdint>
#include <optional>
#include <random>
#include <string>

#include "grpcpp/grpcpp.h"
#include "tests/faults/ledger.h"
#include "tidemark/v1/change.pb.h"
#include "tidemark/v1/write_service.grpc.pb.h"

namespace tidemark::testing {

// Owns one trial of a review: writes new versions of it and moves it between
// two statuses, never two requests at a time. Thread-compatible.
class Writer {
 public:
  // The first writer of a review (number 0) also creates it. The ledger must
  // outlive it.
  Writer(Ledger* ledger, int number, uint64_t seed);

  // Repeats the request that has no answer, if there is one.
  grpc::Status RepeatOpen(v1::WriteService::Stub& stub);

  // Goes on until a call fails, whose status it returns, or `stop` is true.
  grpc::Status Run(v1::WriteService::Stub& stub, const std::atomic<bool>& stop);

  // Writes what the review consists of, if this writer creates it. Repeats
  // itself until it was answered.
  grpc::Status Create(v1::WriteService::Stub& stub);

 private:
  v1::Change NextChange();
  v1::ApplyRequest NextRequest(v1::Change change);
  // Sends open_; on an answer it is no longer open.
  grpc::Status SendOpen(v1::WriteService::Stub& stub);

  Ledger* const ledger_;
  const int number_;
  const std::string trial_;
  std::mt19937_64 random_;
  int requests_ = 0;
  int created_ = 0;
  bool submitted_ = false;
  bool concern_ = false;
  std::optional<v1::ApplyRequest> open_;
};

}  // namespace tidemark::testing

#endif  // TIDEMARK_TESTS_FAULTS_WRITER_H_
