"""C++ rules for numerical code: Eigen that is not inlined is many times slower
to run, and no quicker to compile."""

_COPTS = select({
    "//bazel:fastbuild": ["-O1"],
    "//conditions:default": [],
})

def cc_library(**kwargs):
    native.cc_library(copts = _COPTS, **kwargs)

def cc_test(**kwargs):
    native.cc_test(copts = _COPTS, **kwargs)
