// Which arms a result speaks for.
#ifndef TIDEMARK_REVIEW_RESULT_KEY_H_
#define TIDEMARK_REVIEW_RESULT_KEY_H_

#include <string>

#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {

// `outcome/time point/arm+arm`, arms in byte order: how a path names a result.
std::string ResultKey(const v1::Result& result);

// Whether the two results share an arm.
bool ShareArms(const v1::Result& a, const v1::Result& b);

// Whether they share an arm although neither holds all arms of the other.
bool PartlyOverlap(const v1::Result& a, const v1::Result& b);

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_RESULT_KEY_H_
