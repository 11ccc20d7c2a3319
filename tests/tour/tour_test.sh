#!/usr/bin/env bash
# Holds docs/$1 against what its commands print and draw.
exec python3 tests/tour/run_tour.py "docs/$1" client/cli/tidemark
