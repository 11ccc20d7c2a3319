// Reads of drafts.
#ifndef TIDEMARK_SERVER_EXTRACTION_READS_H_
#define TIDEMARK_SERVER_EXTRACTION_READS_H_

#include "absl/status/status.h"
#include "server/service_context.h"
#include "tidemark/v1/read_service.pb.h"

namespace tidemark::server {

// Pages are of the drafts as they are when each is read.
absl::Status ReadExtractions(const ServiceContext& context,
                             const v1::ListExtractionsRequest& request,
                             v1::ListExtractionsResponse* response);

absl::Status ReadAgreement(const ServiceContext& context,
                           const v1::GetAgreementRequest& request,
                           v1::GetAgreementResponse* response);

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_EXTRACTION_READS_H_
