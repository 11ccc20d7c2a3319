// Student's t distribution.
#ifndef TIDEMARK_NMA_STUDENT_T_H_
#define TIDEMARK_NMA_STUDENT_T_H_

namespace tidemark::nma {

// P(T > t), with full relative precision in the tail. Requires df >= 1.
double StudentTTail(double t, int df);

// The t > 0 with P(|T| <= t) = level. Requires 0 < level < 1 and df >= 1.
double StudentTTwoSidedQuantile(double level, int df);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_STUDENT_T_H_
