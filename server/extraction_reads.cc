#include "server/extraction_reads.h"

#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "review/agreement.h"
#include "review/errors.h"
#include "review/plan_drafts.h"
#include "server/page.h"
#include "server/review_view.h"

namespace tidemark::server {

absl::Status ReadExtractions(const ServiceContext& context,
                             const v1::ListExtractionsRequest& request,
                             v1::ListExtractionsResponse* response) {
  ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const ReviewView view,
                   OpenView(context, request.review_id(), v1::AsOf()));
  const std::string& wanted = request.trial_id();
  if (!wanted.empty() && view.state->drafts().Of(wanted).empty() &&
      view.state->FindTrial(wanted) == nullptr) {
    return review::UnknownTrial(wanted);
  }
  v1::ListExtractionsRequest without_page = request;
  without_page.clear_page_size();
  without_page.clear_page_token();
  const std::string arguments =
      absl::StrCat("extractions ", without_page.SerializeAsString());
  PagePosition position;
  position.sequence = view.sequence;
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(position, ReadPageToken(arguments, request.page_token()));
  }
  size_t bytes = 0;
  std::string last;
  for (const auto& [trial, drafts] : view.state->drafts().by_trial()) {
    if (!wanted.empty() && trial != wanted) continue;
    if (!position.after.empty() && trial <= position.after) continue;
    v1::Extraction extraction = review::ExtractionOf(*view.state, trial);
    if (request.open_only() && extraction.state() == v1::Extraction::CLOSED) {
      continue;
    }
    if (response->extractions_size() == page_size || bytes > kMostPageBytes) {
      position.after = last;
      response->set_next_page_token(MakePageToken(arguments, position));
      break;
    }
    bytes += extraction.ByteSizeLong();
    last = trial;
    *response->add_extractions() = std::move(extraction);
  }
  return absl::OkStatus();
}

absl::Status ReadAgreement(const ServiceContext& context,
                           const v1::GetAgreementRequest& request,
                           v1::GetAgreementResponse* response) {
  ASSIGN_OR_RETURN(const ReviewView view,
                   OpenView(context, request.review_id(), v1::AsOf()));
  *response->mutable_agreement() = review::AgreementOf(*view.state);
  response->set_head_sequence(view.head);
  return absl::OkStatus();
}

}  // namespace tidemark::server
