// A network whose studies change at random, for tests of what is kept up to
// date.
#ifndef TIDEMARK_NMA_TESTING_RANDOM_EDITS_H_
#define TIDEMARK_NMA_TESTING_RANDOM_EDITS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "nma/effects.h"

namespace tidemark::nma {

// Variances are 1 at the median.
struct RandomNumbers {
  // Of effects beyond the true ones: 0 lets all studies agree exactly, 1 is
  // what their variances say.
  double error = 1;
  // Standard deviation between studies.
  double heterogeneity = 0;
  // Weights differ by up to 10^digits.
  double digits = 0;
};

// One study that is put, or removed.
struct Edit {
  std::string what;  // for messages
  std::string study;
  std::optional<StudyEffects> put;  // none: removed
};

using StudiesById = std::map<std::string, StudyEffects>;

class RandomEdits {
 public:
  // Starts with a network of this many treatments, of 2 to 6 arms each study.
  // Twenty treatments are in three groups, six in two, which few studies
  // connect. The same seed gives the same edits. Requires treatments >= 2.
  RandomEdits(int treatments, RandomNumbers numbers, std::uint32_t seed);

  const StudiesById& studies() const { return studies_; }

  // Makes an edit, of a kind drawn from: add, remove, put other numbers, other
  // treatments, or back what was removed; add a treatment; join or split
  // components; undo; in small networks remove one study after the other, down
  // to the last.
  Edit Next();

 private:
  using Names = std::vector<std::string>;

  double Uniform();  // [0, 1)
  double Normal();
  int Below(int limit);
  template <typename T>
  const T& OneOf(const std::vector<T>& values);

  Names Group(int group) const;  // all names
  Names Present(const Names& names) const;
  Names Draw(Names from);
  StudyEffects DrawStudy(std::string id, Names treatments);
  std::string NewId();
  const StudyEffects& AnyStudy();
  int Components(const StudiesById& studies) const;

  // None if there is no such edit now.
  using Kind = std::optional<Edit> (RandomEdits::*)();
  Kind DrawKind();
  std::optional<Edit> Add();
  std::optional<Edit> Remove();
  std::optional<Edit> OtherNumbers();
  std::optional<Edit> OtherTreatments();
  std::optional<Edit> AddTreatment();
  std::optional<Edit> Join();
  std::optional<Edit> Split();
  std::optional<Edit> PutBack();
  std::optional<Edit> Undo();
  std::optional<Edit> StartToEmpty();
  void Make(const Edit& edit);

  const int treatments_;
  const int groups_;
  const RandomNumbers numbers_;
  std::mt19937 engine_;
  int ids_ = 0;
  bool emptying_ = false;
  StudiesById studies_;
  std::vector<StudyEffects> removed_;
  std::optional<Edit> undo_;  // of the last edit
};

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_TESTING_RANDOM_EDITS_H_
