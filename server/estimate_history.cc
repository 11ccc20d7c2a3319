#include "server/estimate_history.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "review/conclusion_events.h"
#include "review/conclusions.h"
#include "review/errors.h"
#include "review/estimate_details.h"
#include "review/relative_effects.h"
#include "server/conclusion_reads.h"
#include "server/page.h"
#include "server/review_view.h"
#include "storage/review_store.h"

namespace tidemark::server {
namespace {

// Keeps only the comparison asked for among relative effects.
void KeepComparison(const v1::ListEstimatesRequest& request,
                    v1::Estimate& estimate) {
  for (const review::Model model :
       {review::Model::kCommon, review::Model::kRandom}) {
    v1::ModelEstimate* effects = model == review::Model::kCommon
                                     ? estimate.mutable_common()
                                     : estimate.mutable_random();
    effects->clear_relative_effects();
    const absl::StatusOr<v1::RelativeEffect> effect =
        review::Compare(estimate, model, request.first(), request.second());
    // History goes on while the comparison is not estimable.
    if (effect.ok()) *effects->add_relative_effects() = *effect;
  }
}

// What is said of the comparison asked for, oriented as asked.
void KeepConclusion(const v1::ListEstimatesRequest& request,
                    v1::Conclusions& conclusions) {
  v1::ComparisonConclusion kept;
  kept.set_first(request.first());
  kept.set_second(request.second());
  kept.set_class_(v1::ConclusionClass::NOT_ESTIMABLE);
  for (int i = 0; i < conclusions.thresholds_size(); ++i) {
    kept.add_by_threshold(v1::ConclusionClass::NOT_ESTIMABLE);
  }
  for (v1::ComparisonConclusion& said : *conclusions.mutable_comparisons()) {
    if (said.first() == request.second() && said.second() == request.first()) {
      said = review::Reversed(said);
    }
    if (said.first() == request.first() && said.second() == request.second()) {
      kept = said;
      break;
    }
  }
  conclusions.clear_comparisons();
  *conclusions.add_comparisons() = std::move(kept);
}

// Adds what happened to the comparison asked for, oriented as asked, and to the
// whole network; without one, everything.
void AddEvents(const v1::ListEstimatesRequest& request,
               const std::vector<v1::ConclusionEvent>& events,
               v1::EstimateAt* at) {
  const auto is_of = [](const v1::ConclusionEvent& event,
                        const std::string& first, const std::string& second) {
    return event.first() == first && event.second() == second;
  };
  for (const v1::ConclusionEvent& event : events) {
    if (request.first().empty() || event.first().empty() ||
        is_of(event, request.first(), request.second())) {
      *at->add_events() = event;
    } else if (is_of(event, request.second(), request.first())) {
      *at->add_events() = review::Reversed(event);
    }
  }
}

// What one page is of.
struct PageRange {
  int64_t from = 0;
  int64_t to = 0;
  int size = 0;
  // What its tokens are bound to.
  std::string arguments;
};

absl::Status CheckComparison(const v1::ListEstimatesRequest& request) {
  if (request.first().empty() == request.second().empty()) {
    return absl::OkStatus();
  }
  review::Violations violations;
  violations.Add("second", "first and second go together");
  return violations.ToStatus();
}

absl::StatusOr<PageRange> RangeOf(const v1::ListEstimatesRequest& request,
                                  int64_t head) {
  PageRange range;
  ASSIGN_OR_RETURN(range.size, PageSize(request.page_size()));
  v1::ListEstimatesRequest unpaged = request;
  unpaged.clear_page_size();
  unpaged.clear_page_token();
  range.arguments = unpaged.SerializeAsString();
  range.from = std::max<int64_t>(request.from_sequence(), 1);
  range.to = request.to_sequence() == 0 ? head : request.to_sequence();
  if (request.page_token().empty()) return range;
  ASSIGN_OR_RETURN(const PagePosition position,
                   ReadPageToken(range.arguments, request.page_token()));
  range.to = position.sequence;
  if (!absl::SimpleAtoi(position.after, &range.from)) range.from = 1;
  return range;
}

absl::StatusOr<v1::EstimateAt> MakeEstimateAt(
    const v1::ListEstimatesRequest& request, const ReviewView& view,
    const std::optional<review::DeclaredEstimate>& before,
    const review::DeclaredEstimate& declared) {
  v1::EstimateAt at;
  ASSIGN_OR_RETURN(*at.mutable_cause(),
                   view.reader.Entry(declared.estimate.sequence(),
                                     /*with_leaf=*/false));
  AddEvents(request,
            review::ConclusionEvents(before ? &*before : nullptr, declared),
            &at);
  *at.mutable_conclusions() = ConcludeDeclared(declared);
  *at.mutable_estimate() = declared.estimate;
  if (request.first().empty()) {
    review::FillDerived(at.mutable_estimate());
  } else {
    KeepComparison(request, *at.mutable_estimate());
    KeepConclusion(request, *at.mutable_conclusions());
  }
  return at;
}

}  // namespace

absl::Status ReadEstimateHistory(const ServiceContext& context,
                                 const v1::ListEstimatesRequest& request,
                                 v1::ListEstimatesResponse* response) {
  RETURN_IF_ERROR(CheckComparison(request));
  ASSIGN_OR_RETURN(const ReviewView view,
                   OpenView(context, request.review_id(), v1::AsOf()));
  const std::string& analysis = request.analysis_id();
  RETURN_IF_ERROR(CheckAnalysis(view, analysis));
  ASSIGN_OR_RETURN(const PageRange range, RangeOf(request, view.head));
  // One more than the page holds, to see whether there is another.
  ASSIGN_OR_RETURN(
      const std::vector<storage::StoredVersion> versions,
      context.store->EstimateHistory(request.review_id(), analysis, range.from,
                                     range.to, range.size + 1));
  std::optional<review::DeclaredEstimate> before;
  size_t bytes = 0;
  for (const storage::StoredVersion& version : versions) {
    if (response->estimates_size() == range.size || bytes > kMostPageBytes) {
      response->set_next_page_token(MakePageToken(
          range.arguments, {range.to, absl::StrCat(version.sequence)}));
      break;
    }
    if (response->estimates().empty()) {
      ASSIGN_OR_RETURN(before, FindDeclared(view.reader, *view.state, analysis,
                                            version.sequence - 1));
    }
    ASSIGN_OR_RETURN(v1::Estimate estimate,
                     view.reader.ParseEstimate(analysis, version));
    review::FillRelativeEffects(&estimate);
    ASSIGN_OR_RETURN(review::DeclaredEstimate declared,
                     Declare(*view.state, std::move(estimate)));
    ASSIGN_OR_RETURN(*response->add_estimates(),
                     MakeEstimateAt(request, view, before, declared));
    bytes += response->estimates().rbegin()->ByteSizeLong();
    before = std::move(declared);
  }
  return absl::OkStatus();
}

}  // namespace tidemark::server
