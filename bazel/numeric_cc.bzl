"""C++ rules for numerical code: Eigen that is not inlined is many times slower
to run, and no quicker to compile."""

_COPTS = select({
    # GCC 12 then warns of numbers inside Eigen that are set.
    "//bazel:fastbuild": ["-O1", "-Wno-maybe-uninitialized"],
    "//conditions:default": [],
})

def cc_library(**kwargs):
    native.cc_library(copts = _COPTS, **kwargs)

def cc_test(**kwargs):
    native.cc_test(copts = _COPTS, **kwargs)
