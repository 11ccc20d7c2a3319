// One comparison with its confidence interval and test.
#ifndef TIDEMARK_NMA_RELATIVE_EFFECT_H_
#define TIDEMARK_NMA_RELATIVE_EFFECT_H_

namespace tidemark::nma {

// `first` minus `second`, with normal confidence limits.
struct RelativeEffect {
  double effect;
  double se;
  double lower;
  double upper;
  double z;  // effect / se
  double p;  // two-sided
};

// From an effect and its standard error. Requires se > 0, 0 < level < 1.
RelativeEffect MakeRelativeEffect(double effect, double se, double level);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_RELATIVE_EFFECT_H_
