"""Runs the commands of a page and compares what they print with the page.

Blocks of the page that begin with ```console hold commands, each after "$ ",
and below each what it prints: standard output and standard error together.
They run in one shell, in order, over a fresh directory.

  run_tour.py PAGE TIDEMARK            fails if anything is printed otherwise
  run_tour.py PAGE TIDEMARK --update   writes what is printed into the page

What commands write into $GALLERY is compared with the files of those names in
docs/gallery in the same way, and each of these must be written.

Run from the root of the project. Times, keys and the directory differ from run
to run and are not compared; numbers may differ by one in the last digit shown,
since a tie may be rounded either way.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
END = "--- end of command ---"
# What no two runs have in common.
MASKS = [
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"), "TIME"),
    (re.compile(r"2\d{3}-\d\d-\d\d"), "DAY"),
    (re.compile(r"\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+"), "+KEY"),
    (re.compile(r"tidemark/[0-9a-f]{8}/"), "tidemark/SERVER/"),
    (re.compile(r"\b[0-9a-f]{32,64}\b"), "HASH"),
    (re.compile(r"largest deviation \S+"), "largest deviation"),
    (re.compile(r"-[0-9a-f]{16}\.known-log"), "-ID.known-log"),
]


def commands_of(block):
    """The commands of a block, without what they print."""
    return [line[2:] for line in block.splitlines() if line.startswith("$ ")]


def shell(tidemark, directory):
    environment = dict(
        os.environ,
        XDG_STATE_HOME=os.path.join(directory, "state"),
        TIDEMARK_REVIEW="knee-msc",
        GALLERY=os.path.join(directory, "gallery"),
        NO_COLOR="1",
        LANG="C.UTF-8",
        LC_ALL="C.UTF-8",
        TZ="UTC",
    )
    process = subprocess.Popen(
        ["bash", "--noprofile", "--norc"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
    )
    data = os.path.join(directory, "data")
    process.stdin.write(
        # As on a terminal, unless a command says otherwise.
        f"tidemark() {{ local format='--output table'\n"
        f"[[ \" $* \" == *' --output '* ]] && format=\n"
        f"'{tidemark}' --local '{data}' $format \"$@\"; }}\n"
    )
    return process


def run(process, command):
    process.stdin.write(f"{{ {command}\n}} < /dev/null; echo; echo '{END}'\n")
    process.stdin.flush()
    printed = []
    for line in process.stdout:
        if line.rstrip("\n") == END:
            # The line end that came before it is not the command's.
            text = "".join(printed)[:-1]
            return text if not text or text.endswith("\n") else text + "\n"
        printed.append(line)
    sys.exit(f"the shell ended at: {command}")


def masked(text, directory):
    text = text.replace(directory, "DIRECTORY")
    for pattern, name in MASKS:
        text = pattern.sub(name, text)
    # Columns of a table move with what is masked.
    return [re.sub(r"\s+", " ", line).strip() for line in text.splitlines()]


NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def last_digit(number):
    return 10.0 ** -len(number.partition(".")[2])


def same(old, new):
    """Whether two lines differ by no more than the rounding of a number."""
    if NUMBER.split(old) != NUMBER.split(new):
        return False
    return all(
        a == b
        or ("." in a and abs(float(a) - float(b)) < 1.5 * last_digit(a))
        for a, b in zip(NUMBER.findall(old), NUMBER.findall(new))
    )


def compare(path, was, now):
    """Ends with the first line of the file that is another."""
    for number, (old, new) in enumerate(zip(was, now), start=1):
        if not same(old, new):
            sys.exit(f"{path}:{number}:\n  was  {old}\n  now  {new}")
    if len(was) != len(now):
        sys.exit(f"{path}: {len(was)} lines, {len(now)} now")


def compare_gallery(page, page_path, directory):
    """Holds the pictures of the page against those that were written."""
    shown = re.findall(r"\]\((gallery/[^)]+)\)", page)
    for name in shown:
        path = os.path.join(os.path.dirname(page_path), name)
        with open(path, encoding="utf-8") as file:
            was = masked(file.read(), directory)
        with open(os.path.join(directory, name), encoding="utf-8") as file:
            now = masked(file.read(), directory)
        compare(path, was, now)
    written = os.listdir(os.path.join(directory, "gallery"))
    if {"gallery/" + name for name in written} != set(shown):
        sys.exit(f"{page_path} shows {sorted(shown)}, written are {written}")


def main():
    page_path, tidemark = sys.argv[1:3]
    tidemark = os.path.abspath(tidemark)
    update = "--update" in sys.argv
    with open(page_path, encoding="utf-8") as file:
        page = file.read()
    with tempfile.TemporaryDirectory(prefix="tidemark-tour-") as directory:
        os.mkdir(os.path.join(directory, "gallery"))
        process = shell(tidemark, directory)

        def rerun(match):
            block = ""
            for command in commands_of(match.group(1)):
                block += f"$ {command}\n" + run(process, command)
            return "```console\n" + block.replace(directory, "/tmp/tour") + "```"

        new_page = BLOCK.sub(rerun, page)
        process.stdin.close()
        process.wait()
        if update:
            shutil.copytree(
                os.path.join(directory, "gallery"),
                os.path.join(os.path.dirname(page_path), "gallery"),
                dirs_exist_ok=True,
            )
        else:
            compare_gallery(page, page_path, directory)
    if update:
        with open(page_path, "w", encoding="utf-8") as file:
            file.write(new_page)
        return
    compare(
        page_path, masked(page, "/tmp/tour"), masked(new_page, "/tmp/tour")
    )


if __name__ == "__main__":
    main()
