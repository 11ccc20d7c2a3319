// Part of format 1: a bundle with another README does not verify.
#include "absl/strings/string_view.h"
#include "client/cli/bundle_layout.h"

namespace tidemark::cli {

absl::string_view BundleReadme() {
  return R"README(# The log of a review, to be kept

This file holds everything that was written to one review of evidence (or to a
server's own log) and everything that was computed from it, with the proof that
nothing was changed or removed up to the checkpoint in it. No server is needed
to check or to read it.

## To check it

    tidemark verify-bundle FILE --key VKEY --checkpoint OLDER

It says whether every entry is what was signed, is one that the rules allow, and
wrote what is stored, and computes every estimate again. VKEY is the log's key
and OLDER a checkpoint of this log as you got them in another way: whoever made
this file could have made a key too. Without them it says what the key in
manifest.json vouches for.

## What is in it

| file | what it is | format |
|---|---|---|
| manifest.json | review, log (origin), size, root, key | JSON; all of it follows from the rest |
| keys.json | each key that signed the log; for all but the first the proof that it followed | vkey of C2SP signed-note, C2SP tlog-proof |
| checkpoint | the signed head of the log | C2SP tlog-checkpoint |
| checkpoints.jsonl | each smaller checkpoint that was kept, one a line | the same, in JSON |
| protocol.json | what the review asks, as it was at the end | JSON |
| tile/entries/NNN | the leaves: who did what, when and why, and what moved. 256 a file | C2SP tlog-tiles: 2 bytes length, leaf |
| tile/L/NNN | the hashes of the Merkle tree: with them any entry is proven | C2SP tlog-tiles, RFC 6962 |
| evidence/NNN.jsonl | what each entry wrote, one a line | below |

Files of less than 256 leaves or hashes end in .p/ and their number. The three
specifications are at https://c2sp.org.

A line of evidence holds an entry: `sequence` (the index of its leaf plus one);
`evidence` with the stored bytes in base64, of which the hashes are: `salt`,
`change`, the `trials` (records) and `estimates` that it wrote; and `readable`,
the same in JSON. A salt of 32 zero bytes marks a change that was erased for
cause; what stands there took its place, and a later entry says so.

A leaf is, all numbers big-endian: version (1 byte, 01), epoch, sequence, time
in ns since 1970 UTC (8 bytes each); actor, how the actor logged in, action,
resource (2 bytes length, UTF-8); version before, version after (8 bytes each);
reason, request, build of the engine (as above); SHA-256 of salt and change (32
bytes); number of analyses that moved (2 bytes) and for each its name (as
above), the digest of what went in, the SHA-256 of its stored estimate (32 bytes
each).

## To check it by hand

This needs Python 3 and the openssl command. It checks the signature, that the
leaves make the signed root, and that changes and estimates are those that the
leaves name; not that the estimates are right. Run it as `python3 check.py FILE
VKEY`, where VKEY is the last key of keys.json if the log had several.

```python
import base64, hashlib, json, struct, subprocess, sys, tempfile, zipfile

bundle = zipfile.ZipFile(sys.argv[1])
name, key_id, key = sys.argv[2].split("+", 2)
sha256 = lambda data: hashlib.sha256(data).digest()

text, _, signatures = bundle.read("checkpoint").rpartition(b"\n\n")
text += b"\n"
origin, size, root = text.decode().split("\n")[:3]
assert origin == name, f"the log is {origin}"
blobs = [base64.b64decode(line.split(" ")[2])
         for line in signatures.decode().splitlines()]
blob = [blob for blob in blobs if blob[:4].hex() == key_id][0]
with tempfile.TemporaryDirectory() as scratch:
    def file(data):
        with tempfile.NamedTemporaryFile(dir=scratch, delete=False) as f:
            f.write(data)
        return f.name
    der = bytes.fromhex("302a300506032b6570032100")
    subprocess.run(["openssl", "pkeyutl", "-verify", "-rawin", "-pubin",
                    "-keyform", "DER",
                    "-inkey", file(der + base64.b64decode(key)[1:]),
                    "-in", file(text), "-sigfile", file(blob[4:])], check=True)

leaves = []
for member in bundle.namelist():
    data = bundle.read(member) if member.startswith("tile/entries/") else b""
    while data:
        length = int.from_bytes(data[:2], "big")
        leaves.append(data[2:2 + length])
        data = data[2 + length:]

def root_of(hashes):
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while 2 * split < len(hashes):
        split *= 2
    return sha256(b"\1" + root_of(hashes[:split]) + root_of(hashes[split:]))

assert len(leaves) == int(size)
assert root_of([sha256(b"\0" + leaf) for leaf in leaves]) == \
    base64.b64decode(root), "the leaves do not make the root"

def strings(data, count):
    for _ in range(count):
        data = data[2 + int.from_bytes(data[:2], "big"):]
    return data

checked = 0
for member in bundle.namelist():
    if not member.startswith("evidence/"):
        continue
    for line in bundle.open(member):
        entry = json.loads(line)
        evidence = entry["evidence"]
        rest = strings(strings(leaves[checked][25:], 4)[16:], 3)
        checked += 1
        assert int(entry["sequence"]) == checked
        salt = base64.b64decode(evidence["salt"])
        change = base64.b64decode(evidence["change"])
        if salt == bytes(32):
            print("sequence", checked, "was erased")
        else:
            assert sha256(salt + change) == rest[:32], f"change {checked}"
        count, = struct.unpack(">H", rest[32:34])
        rest = rest[34:]
        assert count == len(evidence["estimates"]), f"estimates {checked}"
        for estimate in evidence["estimates"]:
            rest = strings(rest, 1)
            assert sha256(base64.b64decode(estimate["bytes"])) == rest[32:64], \
                f"estimate of {estimate['id']} of sequence {checked}"
            rest = rest[64:]
assert checked == len(leaves)
print(checked, "entries are those that were signed")
```
)README";
}

}  // namespace tidemark::cli
