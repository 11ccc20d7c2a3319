"""Fuzz targets that are tests of their corpus as well."""

def fuzz_target(name, srcs, deps, data = [], size = "small"):
    """Makes a test of a source with LLVMFuzzerTestOneInput.

    The test runs every file of corpus/NAME once. With --config=fuzz it is a
    libFuzzer binary, which goes on from there (README.md).

    Args:
      name: the target, NAME_fuzz.
      srcs: its sources.
      deps: what they need.
      data: what they read.
      size: of the test.
    """
    corpus = "corpus/" + name[:-len("_fuzz")]
    seeds = native.glob([corpus + "/*"])
    if not seeds:
        fail("%s has no corpus: put a seed into %s" % (name, corpus))
    native.cc_test(
        name = name,
        size = size,
        srcs = srcs,
        # libFuzzer's flag, which replay_main takes too: only what is there.
        args = ["-runs=0", native.package_name() + "/" + corpus],
        data = data + seeds,
        linkopts = select({
            ":fuzzing": ["-fsanitize=fuzzer"],
            "//conditions:default": [],
        }),
        deps = deps + [
            ":fuzz_check",
            "//base/testing:sanitizer_suppressions",
        ] + select({
            ":fuzzing": [],
            "//conditions:default": [":replay_main"],
        }),
    )
