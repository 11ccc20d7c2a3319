// The studies of a network by design, kept up to date as studies change.
#ifndef TIDEMARK_NMA_DESIGN_NETWORK_H_
#define TIDEMARK_NMA_DESIGN_NETWORK_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "nma/designs.h"
#include "nma/effects.h"

namespace tidemark::nma {

// The S studies that compare the same k treatments.
struct Design {
  std::vector<const StudyEffects*> studies;  // S, in the order of their ids
  // Changes with the studies, and is never that of another design: what was
  // computed from a design still holds while its revision is the same.
  std::int64_t revision = 0;

  // k, in its component: treatments are numbered in the order of their names.
  std::vector<int> nodes;
  PooledDesign common;  // at tau^2 = 0
  double trace = 0;     // TraceWithin
};

// A connected part of the network.
struct DesignComponent {
  int nodes = 0;
  std::vector<const Design*> designs;  // ordered by their treatments
};

// Studies are not copied: each must stay where it is, and as it is, until it is
// removed.
class DesignNetwork {
 public:
  // Requires a study that CheckStudyEffects accepts. O(log designs + S).
  void Add(const StudyEffects& study);

  // Requires a study that was added. O(log designs + S).
  void Remove(const StudyEffects& study);

  // Ordered by their first treatment; valid until the next call of any method
  // but a const one. Only designs whose studies changed since the last call are
  // pooled: O(S k^3) for each of them, and O(sum k) over all designs.
  std::vector<DesignComponent> Components();

 private:
  struct Treatment {
    int designs = 0;  // that have it
    int index = 0;    // in the order of names; set by Components
  };
  struct Place {
    Design design;
    std::vector<const Treatment*> treatments;
    bool pooled = false;  // with the studies that it has now
  };

  void Number();
  void Changed(Place* place);

  std::map<std::string, Treatment> treatments_;
  std::map<std::vector<std::string>, Place> designs_;
  std::int64_t revision_ = 0;
};

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_DESIGN_NETWORK_H_
