"""Exposes the C++ libraries of the operating system as @system_deps//:NAME.

Bazel does not track files below /usr: after installing or upgrading a package
run `bazel clean --expunge` and drop any disk cache.
"""

# Target name -> (pkg-config module, Debian package that ships it).
_PKG_CONFIG_LIBRARIES = {
    "absl_base": ("absl_base", "libabsl-dev"),
    "absl_bits": ("absl_bits", "libabsl-dev"),
    "absl_btree": ("absl_btree", "libabsl-dev"),
    "absl_cleanup": ("absl_cleanup", "libabsl-dev"),
    "absl_flat_hash_map": ("absl_flat_hash_map", "libabsl-dev"),
    "absl_function_ref": ("absl_function_ref", "libabsl-dev"),
    "absl_hash": ("absl_hash", "libabsl-dev"),
    "absl_random": ("absl_random_random", "libabsl-dev"),
    "absl_span": ("absl_span", "libabsl-dev"),
    "absl_status": ("absl_status", "libabsl-dev"),
    "absl_statusor": ("absl_statusor", "libabsl-dev"),
    "absl_str_format": ("absl_str_format", "libabsl-dev"),
    "absl_strings": ("absl_strings", "libabsl-dev"),
    "absl_time": ("absl_time", "libabsl-dev"),
    "benchmark": ("benchmark", "libbenchmark-dev"),
    "cli11": ("CLI11", "libcli11-dev"),
    "cpp_httplib": ("cpp-httplib", "libcpp-httplib-dev"),
    "eigen": ("eigen3", "libeigen3-dev"),
    "freetype": ("freetype2", "libfreetype-dev"),
    "gmock": ("gmock", "libgmock-dev"),
    "grpc++": ("grpc++", "libgrpc++-dev"),
    "gtest": ("gtest", "libgtest-dev"),
    "gtest_main": ("gmock_main", "libgmock-dev"),
    "libarchive": ("libarchive", "libarchive-dev"),
    "nlohmann_json": ("nlohmann_json", "nlohmann-json3-dev"),
    "openssl_crypto": ("libcrypto", "libssl-dev"),
    "protobuf": ("protobuf", "libprotobuf-dev"),
    "pugixml": ("pugixml", "libpugixml-dev"),
    "rocksdb": ("rocksdb", "librocksdb-dev"),
}

# Libraries whose package ships no .pc file:
# target name -> (a header that shows it is there, package, linker flags, deps).
_PLAIN_LIBRARIES = {
    "boost_headers": ("boost/version.hpp", "libboost-dev", [], []),
    "grpc++_reflection": (
        "grpcpp/ext/proto_server_reflection_plugin.h",
        "libgrpc++-dev",
        # The plugin registers itself in a static initialiser: nothing refers to it.
        ["-Wl,--no-as-needed", "-lgrpc++_reflection", "-Wl,--as-needed"],
        [":grpc++"],
    ),
    "mustache": ("kainjow/mustache.hpp", "libkainjow-mustache-dev", [], []),
}

# Executable -> Debian package that ships it.
_TOOLS = {
    "grpc_cpp_plugin": "protobuf-compiler-grpc",
    "protoc": "protobuf-compiler",
}

_WELL_KNOWN_PROTO_DIR = "/usr/include/google/protobuf"

# Well-known types -> the well-known types that they import.
_WELL_KNOWN_PROTOS = {
    "any": [],
    "descriptor": [],
    "duration": [],
    "empty": [],
    "field_mask": [],
    "struct": [],
    "timestamp": [],
    "wrappers": [],
}

def _pkg_config(repository_ctx, module, package):
    """Returns the flags pkg-config reports for module, or fails with a hint."""
    result = repository_ctx.execute(["pkg-config", "--cflags", "--libs", module])
    if result.return_code != 0:
        fail("pkg-config does not know '{}'; install the Debian package {}.\n{}".format(
            module,
            package,
            result.stderr,
        ))
    return [flag for flag in result.stdout.replace("\n", " ").split(" ") if flag]

def _dedupe_keep_last(flags):
    """Drops all but the last copy of each flag: link order is significant."""
    kept = []
    seen = {}
    for flag in reversed(flags):
        if flag not in seen:
            seen[flag] = True
            kept.append(flag)
    return [flag for flag in reversed(kept)]

def _split_flags(flags):
    """Sorts compiler and linker flags into (defines, include dirs, linkopts)."""
    defines = []
    includes = []
    linkopts = []
    for flag in flags:
        if flag.startswith("-D"):
            defines.append(flag[2:])
        elif flag.startswith("-I"):
            if flag != "-I/usr/include":
                includes.append(flag[2:])
        elif flag.startswith("-l"):
            linkopts.append(flag)
        # Everything else (-Wl,--push-state, -std=...) only repeats a default.
    return defines, includes, _dedupe_keep_last(linkopts)

def _as_needed(linkopts):
    """Keeps libraries that no symbol comes from out of DT_NEEDED."""
    if not linkopts:
        return []
    return ["-Wl,--push-state,--as-needed"] + linkopts + ["-Wl,--pop-state"]

def _library_target(name, defines = [], includes = [], linkopts = [], deps = []):
    return """
system_cc_library(
    name = {name},
    defines = {defines},
    linkopts = {linkopts},
    system_includes = {includes},
    deps = {deps},
)
""".format(
        name = repr(name),
        defines = repr(defines),
        includes = repr(includes),
        linkopts = repr(_as_needed(linkopts)),
        deps = repr(deps),
    )

def _proto_target(name, deps):
    return """
proto_library(
    name = "{name}_proto",
    srcs = ["google/protobuf/{name}.proto"],
    deps = {deps},
)
""".format(name = name, deps = repr([":%s_proto" % dep for dep in deps]))

def _system_deps_impl(repository_ctx):
    repository_ctx.symlink(
        Label("//bazel:system_cc_library.bzl"),
        "system_cc_library.bzl",
    )
    build = [
        'load(":system_cc_library.bzl", "system_cc_library")',
        'package(default_visibility = ["//visibility:public"])',
        'exports_files(["bin/%s"])' % '", "bin/'.join(sorted(_TOOLS)),
    ]
    for name, (module, package) in sorted(_PKG_CONFIG_LIBRARIES.items()):
        defines, includes, linkopts = _split_flags(
            _pkg_config(repository_ctx, module, package),
        )
        build.append(_library_target(name, defines, includes, linkopts))
    for name, (header, package, linkopts, deps) in sorted(_PLAIN_LIBRARIES.items()):
        if not repository_ctx.path("/usr/include/" + header).exists:
            fail("/usr/include/{} is missing; install the Debian package {}.".format(header, package))
        build.append(_library_target(name, linkopts = linkopts, deps = deps))

    for tool, package in sorted(_TOOLS.items()):
        path = repository_ctx.which(tool)
        if not path:
            fail("%s is not on PATH; install the Debian package %s." % (tool, package))
        repository_ctx.symlink(path, "bin/" + tool)

    for name, deps in sorted(_WELL_KNOWN_PROTOS.items()):
        repository_ctx.symlink(
            "%s/%s.proto" % (_WELL_KNOWN_PROTO_DIR, name),
            "google/protobuf/%s.proto" % name,
        )
        build.append(_proto_target(name, deps))
    build.append("""
# libprotobuf already contains the generated code of the well-known types.
proto_lang_toolchain(
    name = "cc_proto_toolchain",
    blacklisted_protos = {protos},
    command_line = "--cpp_out=$(OUT)",
    runtime = ":protobuf",
)
""".format(protos = repr([":%s_proto" % name for name in sorted(_WELL_KNOWN_PROTOS)])))
    repository_ctx.file("BUILD", "\n".join(build))

system_deps = repository_rule(
    implementation = _system_deps_impl,
    configure = True,
    environ = ["PATH", "PKG_CONFIG_PATH"],
    local = True,
)
