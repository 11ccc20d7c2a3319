#!/usr/bin/env bash
# Holds docs/tour.md against what its commands print.
exec python3 tests/tour/run_tour.py docs/tour.md client/cli/tidemark
