// Names this build in logs, estimates and `--version`.
#ifndef TIDEMARK_BASE_VERSION_H_
#define TIDEMARK_BASE_VERSION_H_

namespace tidemark {

// Changes whenever an estimate could.
inline constexpr char kEngineBuild[] = "tidemark 0.2.0";

}  // namespace tidemark

#endif  // TIDEMARK_BASE_VERSION_H_
