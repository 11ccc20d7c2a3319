"""Text files as constants."""

def embed_text(name, src, namespace, constant, **kwargs):
    """A library whose header NAME.h has the file as a string.

    Args:
      name: of the library; its header is NAME.h beside the BUILD file.
      src: the file. It must not hold `)~~~"`.
      namespace: C++ namespace of the constant.
      constant: its name, a `const char[]`.
      **kwargs: passed on to cc_library.
    """
    native.genrule(
        name = name + "_header",
        srcs = [src],
        outs = [name + ".h"],
        cmd = "; ".join([
            "exec > $@",
            "echo '#pragma once'",
            "echo 'namespace %s {'" % namespace,
            "printf 'inline constexpr char %s[] = R\"~~~('" % constant,
            "cat $<",
            "echo ')~~~\";'",
            "echo '}'",
        ]),
    )
    native.cc_library(
        name = name,
        hdrs = [name + ".h"],
        **kwargs
    )
