"""Checks a directory of C2SP tlog-tiles against the log's key.

    python3 check_tiles.py DIR VKEY

Knows the specifications only, and shares no code with what wrote the
directory: https://c2sp.org/tlog-tiles, tlog-checkpoint, signed-note, RFC 6962.
Ed25519 is left to the `openssl` command. Every file must be what the entries
and the key make of it, and no other file may be there. Prints what it checked;
exits with 1 and says what is wrong at the first thing that is.
"""

import base64
import hashlib
import os
import re
import subprocess
import sys
import tempfile

WIDTH = 256
# SubjectPublicKeyInfo of an Ed25519 key (RFC 8410), before its 32 bytes.
SPKI_PREFIX = bytes.fromhex("302a300506032b6570032100")


class Wrong(Exception):
    pass


def expect(holds, what):
    if not holds:
        raise Wrong(what)


def sha256(data):
    return hashlib.sha256(data).digest()


def leaf_hash(entry):
    return sha256(b"\x00" + entry)


def node_hash(left, right):
    return sha256(b"\x01" + left + right)


def root_of(hashes):
    """RFC 6962 section 2.1, of leaf hashes."""
    if not hashes:
        return sha256(b"")
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while 2 * split < len(hashes):
        split *= 2
    return node_hash(root_of(hashes[:split]), root_of(hashes[split:]))


def parse_vkey(vkey):
    name, key_id, key = vkey.split("+", 2)
    key = base64.b64decode(key, validate=True)
    expect(len(key) == 33 and key[0] == 1, "the vkey is not of Ed25519")
    expected = sha256(name.encode() + b"\n" + key)[:4]
    expect(bytes.fromhex(key_id) == expected, "the key ID is not the key's")
    return name, expected, key[1:]


def is_signed(public_key, message, signature):
    with tempfile.TemporaryDirectory() as scratch:
        def path(name, data):
            with open(os.path.join(scratch, name), "wb") as file:
                file.write(data)
            return file.name

        command = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin",
                   "-keyform", "DER",
                   "-inkey", path("key", SPKI_PREFIX + public_key),
                   "-in", path("message", message),
                   "-sigfile", path("signature", signature)]
        return subprocess.run(command, capture_output=True).returncode == 0


def open_checkpoint(note, vkey):
    """The size and root of a checkpoint that the key signed."""
    name, key_id, public_key = parse_vkey(vkey)
    text, separator, signatures = note.rpartition(b"\n\n")
    expect(separator, "the checkpoint is no signed note")
    text += b"\n"
    signed = False
    for line in signatures.decode().splitlines():
        match = re.fullmatch("\u2014 (\\S+) (\\S+)", line)
        expect(match, f"the checkpoint has a bad signature line: {line}")
        blob = base64.b64decode(match[2], validate=True)
        if match[1] == name and blob[:4] == key_id:
            expect(is_signed(public_key, text, blob[4:]),
                   "the checkpoint's signature is bad")
            signed = True
    expect(signed, f"the checkpoint is not signed by {name}")
    lines = text.decode().split("\n")
    expect(lines[0] == name, f"the checkpoint is of the log {lines[0]}")
    expect(re.fullmatch("0|[1-9][0-9]*", lines[1]), "the size is no number")
    root = base64.b64decode(lines[2], validate=True)
    expect(len(root) == 32, "the root has not 32 bytes")
    return int(lines[1]), root


def number(index):
    groups = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        groups.insert(0, f"x{index % 1000:03}")
    return "/".join(groups)


def path_of(level, index, width):
    suffix = "" if width == WIDTH else f".p/{width}"
    return f"tile/{level}/{number(index)}{suffix}"


def pieces(count):
    """Index and width of the tiles over so many hashes."""
    for first in range(0, count, WIDTH):
        yield first // WIDTH, min(WIDTH, count - first)


def entries_of(bundle, where):
    entries = []
    while bundle:
        expect(len(bundle) >= 2, f"{where} ends within a length")
        length = int.from_bytes(bundle[:2], "big")
        expect(len(bundle) >= 2 + length, f"{where} ends within an entry")
        entries.append(bundle[2:2 + length])
        bundle = bundle[2 + length:]
    return entries


class Directory:
    def __init__(self, path):
        self.path = path
        self.unread = {
            os.path.relpath(os.path.join(folder, file), path)
            for folder, _, files in os.walk(path) for file in files
        }

    def read(self, name):
        expect(name in self.unread, f"{name} is missing")
        self.unread.discard(name)
        with open(os.path.join(self.path, name), "rb") as file:
            return file.read()

    def read_earlier(self, level, index, width):
        """Partial tiles of earlier, smaller trees: all that are there."""
        for smaller in range(1, width):
            name = path_of(level, index, smaller)
            if name in self.unread:
                yield name, smaller, self.read(name)


def check(path, vkey):
    directory = Directory(path)
    size, root = open_checkpoint(directory.read("checkpoint"), vkey)

    hashes = []
    for index, width in pieces(size):
        where = path_of("entries", index, width)
        bundle = directory.read(where)
        entries = entries_of(bundle, where)
        expect(len(entries) == width, f"{where} has {len(entries)} entries")
        for name, smaller, earlier in directory.read_earlier(
                "entries", index, width):
            expect(entries_of(earlier, name) == entries[:smaller],
                   f"{name} is not the start of {where}")
        hashes += [leaf_hash(entry) for entry in entries]

    expect(root_of(hashes) == root, "the entries do not make the signed root")

    level, tiles = 0, 0
    while hashes:
        for index, width in pieces(len(hashes)):
            where = path_of(level, index, width)
            tile = b"".join(hashes[index * WIDTH:index * WIDTH + width])
            expect(directory.read(where) == tile,
                   f"{where} is not that of the entries")
            for name, smaller, earlier in directory.read_earlier(
                    level, index, width):
                expect(earlier == tile[:32 * smaller],
                       f"{name} is not the start of {where}")
            tiles += 1
        hashes = [root_of(hashes[first:first + WIDTH])
                  for first in range(0, len(hashes) - WIDTH + 1, WIDTH)]
        level += 1
    expect(not directory.unread,
           f"what is {min(directory.unread, default='')}?")
    return size, tiles


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        size, tiles = check(sys.argv[1], sys.argv[2])
    except (Wrong, ValueError, OSError) as error:
        print(f"{sys.argv[1]} does NOT verify: {error}")
        sys.exit(1)
    print(f"{sys.argv[1]} verifies: {size} entries, {tiles} tiles")


if __name__ == "__main__":
    main()
