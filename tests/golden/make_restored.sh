#!/bin/sh
# Makes data-restored-BUILD.tar.gz: the data of 0.2.0, backed up, restored and gone on
# with by the build whose `tidemark` is given.
#   tests/golden/make_restored.sh TIDEMARK OUTPUT
set -eu
tidemark=$1
output=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_STATE_HOME="$work/state"
mkdir "$work/data"
tar -xzf "$(dirname "$0")/data-0.2.0.tar.gz" -C "$work/data"
"$tidemark" --local "$work/data" backup "$work/backups" -m "before the disk dies"
"$tidemark" restore "$work/backups" --data "$work/restored" \
  --key "$work/data/signing-key" -m "the disk died"
cp "$work/data/signing-key" "$work/restored/signing-key"
"$tidemark" --local "$work/restored" --review knees correct "Alpha 2018" \
  --set 'results[pain/6m/ha].continuous.mean=46' -m "misread"
tar -czf "$output" -C "$work/restored" .
