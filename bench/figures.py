#!/usr/bin/env python3
"""Prints the table of ratios and writes it as JSON.

Usage: figures.py DIRECTORY OUTPUT.json

DIRECTORY holds engine.json, write_path.json, watch.json, log.json and
explain.json of Google Benchmark and, if R ran, peer.csv of peer_r.R. The exit
status is 1 if a figure misses its bound or was not measured, or if R's answers
are not ours. README.md explains the figures.
"""

import csv
import json
import pathlib
import sys

# A figure is (what, numerator, denominators, relation, bound). Numerators and
# denominators name measurements; denominators add up. A figure without a
# relation is shown for information. `name#counter` is a counter of a benchmark.
# A bound without a denominator is in seconds, or whatever the counter counts.
FIGURES = [
    *(
        (f"common effect: add one two-arm study ÷ rank-1 update, T = {t}",
         f"common_add/T:{t}/S:{10 * t}", [f"rank_one_update/T:{t}"], "≤", 3)
        for t in (50, 200, 1000)
    ),
    ("common effect: full fit ÷ incremental, T = 200, S = 2,000",
     "common_full_fit/T:200/S:2000", ["common_update/T:200/S:2000"], "≥", 100),
    *(
        (f"REML: {what} ÷ unit, T = {t}, S = {s:,}",
         f"{name}/T:{t}/S:{s}", [f"unit/T:{t}/S:{s}"], "≤", bound)
        for what, name, bound in (
            ("local step", "reml_local_step", 6),
            ("published estimate, guarded", "live_update_reml", 15),
            ("full fit", "full_fit_reml", 30),
        )
        for t, s in ((50, 500), (200, 2000))
    ),
    ("common-effect update: S = 100,000 ÷ S = 1,000, T = 100",
     "common_update/T:100/S:100000", ["common_update/T:100/S:1000"], "≤", 1.5),
    ("REML update: S = 100,000 ÷ S = 1,000, T = 100",
     "live_update_reml/T:100/S:100000", ["live_update_reml/T:100/S:1000"], "≤", 12),
    ("DL update: S = 100,000 ÷ S = 1,000, T = 100",
     "live_update_dl/T:100/S:100000", ["live_update_dl/T:100/S:1000"], "", None),
    *(
        (f"DL: update ÷ unit, T = {t}, S = {s:,}",
         f"live_update_dl/T:{t}/S:{s}", [f"unit/T:{t}/S:{s}"], "", None)
        for t, s in ((50, 500), (200, 2000))
    ),
    ("REML without each study: S fits and coherences ÷ one call, T = 50, S = 500",
     "leave_one_out_by_fits_reml/T:50/S:500", ["leave_one_out_reml/T:50/S:500"], "≥", 1.5),
    ("allocations in a common-effect update, T = 200, S = 2,000",
     "common_update/T:200/S:2000#allocations", [], "≤", 0),
    *(
        (f"memory of a live analysis ÷ allowed, T = {t}, S = {s:,}",
         f"live_memory/T:{t}/S:{s}#bytes",
         [f"live_memory/T:{t}/S:{s}#allowed_bytes"], "≤", 1)
        for t, s in ((50, 500), (200, 2000))
    ),
    ("SubmitTrial ÷ (empty call + synced batch), T = 20, S = 200, REML",
     "submit_trial", ["empty_call", "synced_batch"], "≤", 2),
    *(
        (f"  {what}, of SubmitTrial", name, ["submit_trial"], "", None)
        for what, name in (
            ("empty call", "empty_call"),
            ("synced batch of the same bytes", "synced_batch"),
            ("anchor update", "anchor_update"),
            ("the same, only validated", "validate_trial"),
            ("CPU of client and server", "submit_trial#cpu"),
            ("CPU of the same, only validated", "validate_trial#cpu"),
        )
    ),
    *(
        (f"commit to last delivery ÷ empty calls, {n:,} subscribers on 100 connections",
         f"fan_out/watches:{n}", [f"empty_calls/calls:{n}"], relation, bound)
        for n, relation, bound in ((1000, "≤", 0.5), (5000, "", None))
    ),
    ("memory of an idle watch ÷ (bare stream + 6 KB)",
     "idle_watch#bytes", ["idle_watch#allowed_bytes"], "≤", 1),
    ("95 % of deliveries beside one that stalls ÷ without it",
     "others/stalled:1", ["others/stalled:0"], "≤", 1.5),
    ("memory gained beside one that stalls ÷ (without it + 256 kB)",
     "others/stalled:1#bytes", ["others/stalled:0#bytes", "others/stalled:1#allowed_bytes"], "≤", 1),
    ("check of a log of 1,000,000 entries at start, opening included",
     "start_check/entries:1000000", [], "≤", 3),
    ("inclusion proof from 1,000,000 entries",
     "prove_inclusion/entries:1000000#cpu", [], "≤", 50e-6),
    ("consistency proof to 1,000,000 entries",
     "prove_consistency/entries:1000000#cpu", [], "", None),
    ("leaves of 500 bytes hashed and appended in a second, one thread",
     "hash_leaves#items_per_second", [], "≥", 300_000),
    ("start of a server that replays 2,000 corrections",
     "server_start/entries:2000", [], "", None),
    ("explain: what moved a comparison over 10,000 entries, all of them steps",
     "explain/entries:10000", [], "≤", 1),
    ("diff over 10,000 entries",
     "diff/entries:10000", [], "≤", 1),
    ("R, bare algebra: fit ÷ DL update, T = 50, S = 500",
     "bare_dl_by_pairs", ["dl_update/T:50/S:500"], "≥", 20),
    ("R, bare algebra by design matrices ÷ DL update",
     "bare_dl_by_design", ["dl_update/T:50/S:500"], "", None),
    ("R, bare algebra: fit ÷ all that is published of DL",
     "bare_dl_by_pairs", ["live_update_dl/T:50/S:500"], "", None),
    ("R, metafor rma.mv, sparse: fit ÷ REML update, T = 50, S = 500",
     "rma_mv_sparse", ["reml_update/T:50/S:500"], "≥", 1000),
    ("R, metafor rma.mv, dense: fit ÷ REML update",
     "rma_mv_dense", ["reml_update/T:50/S:500"], "", None),
    ("R, metafor rma.mv, sparse: fit ÷ all that is published of REML",
     "rma_mv_sparse", ["live_update_reml/T:50/S:500"], "", None),
    ("R, netmeta: fit ÷ DL update",
     "netmeta_dl", ["live_update_dl/T:50/S:500"], "", None),
    *(
        (f"R, {peer}: {what} less ours", f"difference/{name}/{quantity}", [], "≤", bound)
        for peer, name, bound in (
            ("bare algebra", "bare_dl_by_pairs", 1e-9),
            ("bare algebra by design matrices", "bare_dl_by_design", 1e-9),
            # rma.mv stops its search where the likelihood, which is flat at its
            # maximum, changes little.
            ("rma.mv, sparse", "rma_mv_sparse", 1e-4),
            ("rma.mv, dense", "rma_mv_dense", 1e-4),
            ("netmeta", "netmeta_dl", 1e-9),
        )
        for what, quantity in (("tau² (relative)", "tau2"), ("effects", "effects"))
    ),
]

FAILURES = ("MISSED", "NOT MEASURED", "DISAGREES")

# Parts of the names of Google Benchmark that say how it was run.
RUN_PARTS = ("iterations:", "repeats:", "process_time", "real_time", "manual_time")
UNITS = {"s": 1, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}


def read_benchmarks(path, clock):
    """Returns the median of every benchmark and counter; times in seconds."""
    values = {}
    report = json.loads(path.read_text())
    for entry in report["benchmarks"]:
        if entry.get("aggregate_name", "median") != "median":
            continue
        parts = entry["run_name"].split("/")
        name = "/".join(p for p in parts if not p.startswith(RUN_PARTS))
        unit = UNITS[entry["time_unit"]]
        values[name] = entry[clock] * unit
        values[name + "#cpu"] = entry["cpu_time"] * unit
        for counter in ("allocations", "bytes", "allowed_bytes", "items_per_second"):
            if counter in entry:
                values[f"{name}#{counter}"] = entry[counter]
    return values


def read_peer(path):
    with path.open() as file:
        return {name.removeprefix("seconds/"): float(value) for name, value in csv.reader(file)}


def read_context(path):
    """When and on what it was measured."""
    context = json.loads(path.read_text())["context"]
    return {key: context[key] for key in ("date", "num_cpus", "bytes_of_a_write")}


def is_time(name):
    return not name.startswith("difference/") and ("#" not in name or name.endswith("#cpu"))


def write_amount(name, value):
    """`value` with its unit, in three digits."""
    if name.endswith("bytes"):
        return f"{value / 1000:,.0f} kB"
    if not is_time(name):
        return f"{value:.3g}"
    unit = next((u for u in UNITS if value >= UNITS[u]), "ns")
    return f"{value / UNITS[unit]:.3g} {unit}".replace("us", "µs")


def is_absolute(figure):
    """Whether what is measured is a time, not a ratio."""
    _, numerator, denominators, _, _ = figure
    return not denominators and is_time(numerator)


def judge(figure, values):
    """The figure's row: what was measured and whether that is what must be."""
    what, numerator, denominators, relation, bound = figure
    names = [numerator, *denominators]
    limit = write_amount(numerator, bound) if relation and is_absolute(figure) else f"{bound or 0:g}"
    row = {"figure": what, "must_be": f"{relation} {limit}" if relation else ""}
    row["of"] = [{"name": n, "value": values.get(n)} for n in names]
    if any(n not in values for n in names):
        is_peer = what.startswith("R, ")
        return row | {"measured": None, "shown": "–",
                      "verdict": "not run" if is_peer else "NOT MEASURED"}
    measured = values[numerator]
    if denominators:
        measured /= sum(values[n] for n in denominators)
    met = {"≤": lambda: measured <= bound, "≥": lambda: measured >= bound, "": lambda: True}
    missed = "DISAGREES" if numerator.startswith("difference/") else "MISSED"
    verdict = "ok" if met[relation]() else missed
    shown = write_amount(numerator, measured) if is_absolute(figure) else write_number(measured)
    return row | {"measured": measured, "shown": shown, "verdict": verdict if relation else ""}


def write_number(value):
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def write_table(rows):
    lines = [["figure", "measured", "must be", "", "amounts"]]
    for row in rows:
        amounts = " ÷ ".join(
            [write_amount(o["name"], o["value"]) for o in row["of"][:1] if o["value"] is not None]
            + [" + ".join(write_amount(o["name"], o["value"]) for o in row["of"][1:])]
        ) if row["measured"] is not None and len(row["of"]) > 1 else ""
        lines.append([row["figure"], row["shown"], row["must_be"],
                      row["verdict"], amounts])
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    lines.insert(1, ["-" * width for width in widths])
    for line in lines:
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |")


def main():
    folder, output = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    # The engine works on one thread, of which a busy machine may take some.
    values = read_benchmarks(folder / "engine.json", "cpu_time")
    for name in ("write_path", "watch", "log", "explain"):
        values |= read_benchmarks(folder / f"{name}.json", "real_time")
    if (folder / "peer.csv").exists():
        values |= read_peer(folder / "peer.csv")
    rows = [judge(figure, values) for figure in FIGURES]
    write_table(rows)
    report = {"context": read_context(folder / "write_path.json"), "figures": rows,
              "measurements": values}
    output.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    verdicts = [row["verdict"] for row in rows]
    counts = {v: verdicts.count(v) for v in ("ok", "not run", *FAILURES)}
    print(", ".join(f"{count} {verdict}" for verdict, count in counts.items()))
    return 1 if any(counts[v] for v in FAILURES) else 0


if __name__ == "__main__":
    sys.exit(main())
