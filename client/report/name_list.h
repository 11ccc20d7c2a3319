// What numbers in a figure stand for, where names do not fit into it.
#ifndef TIDEMARK_CLIENT_REPORT_NAME_LIST_H_
#define TIDEMARK_CLIENT_REPORT_NAME_LIST_H_

#include <string>
#include <vector>

#include "client/report/drawing.h"
#include "client/report/frame.h"

namespace tidemark::report {

// `1 name`, `2 name` ... in two columns; nothing of no names.
class NameList {
 public:
  explicit NameList(const std::vector<std::string>& names);

  double Height() const;
  void Draw(double top, Drawing* drawing) const;

 private:
  // Of the first column.
  size_t Half() const { return (names_.size() + 1) / 2; }
  double HeightOf(size_t from, size_t to) const;
  void DrawColumn(size_t from, size_t to, Point top, Drawing* drawing) const;

  std::vector<Lines> names_;
};

}  // namespace tidemark::report

#endif  // TIDEMARK_CLIENT_REPORT_NAME_LIST_H_
